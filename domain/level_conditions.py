"""Whether a level applies: by severity, customer tier, reason, hour and count, and what is asked outside."""

from datetime import datetime, timedelta

from domain.conditions import CaseFacts, Condition, Situation, reported
from domain.escalation import Escalation
from domain.policy import Level, LevelCondition

MINUTE = timedelta(minutes=1)


def unmet(escalation: Escalation, number: int, at: datetime, repeat: int) -> str | None:
    """Why the level of that number does not apply at an instant; None where it does, as far as is known.

    `repeat` is how often the ladder began again.
    """
    condition = escalation.policy.level(number).when
    if condition is None:
        return None
    report = escalation.report
    if condition.severity and escalation.severity not in condition.severity:
        return f"it is for {', '.join(condition.severity)}, this is {escalation.severity}"
    if condition.tier and report.tier not in condition.tier:
        return f"it is for {', '.join(condition.tier)} customers"
    if condition.reason and report.reason not in condition.reason:
        return f"it is for {', '.join(condition.reason).replace('_', ' ')}"
    if condition.hours and not _open(escalation, condition.hours, at):
        return f"it is outside {condition.hours}"
    if condition.outside_hours and _open(escalation, condition.outside_hours, at):
        return f"it is within {condition.outside_hours}"
    return _too_few(escalation, condition, repeat)


def varies(level: Level) -> bool:
    """Whether a repeat of the ladder can make a difference to it."""
    condition = level.when
    return condition is not None and bool(condition.repeats_at_least or condition.expression)


def next_below(escalation: Escalation, number: int, at: datetime) -> int | None:
    """The nearest level below that one that applies, as far as is known; None where there is none."""
    repeat = escalation.ladder.round
    below = range(number - 1, 0, -1)
    return next((one for one in below if unmet(escalation, one, at, repeat) is None), None)


def asked(escalation: Escalation, number: int, at: datetime, repeat: int) -> Condition | None:
    """What has to be asked outside before the level is told; nothing for the last one, which always is."""
    level, last = escalation.policy.level(number), len(escalation.policy.levels)
    if level.when is None or not level.when.expression or number == last:
        return None
    return Condition(
        expression=level.when.expression,
        situation=Situation(
            case=_facts(escalation),
            level=number,
            repeat=repeat,
            age=(at - escalation.began_at) // MINUTE,
            at=at,
            zone=escalation.policy.zone,
        ),
    )


def _facts(escalation: Escalation) -> CaseFacts:
    said = reported(escalation.report, escalation.key, escalation.severity).but(
        customers=len(escalation.customers)
    )
    return CaseFacts(
        **dict(said),
        priority=escalation.priority,
        stage=escalation.stage,
        team=escalation.team,
        reports=escalation.reports_joined + 1,
        reopened=escalation.reopened,
        rejected=escalation.resolutions_rejected,
    )


def _too_few(escalation: Escalation, condition: LevelCondition, repeat: int) -> str | None:
    customers, reports = len(escalation.customers), escalation.reports_joined + 1
    if customers < (condition.customers_at_least or 0):
        return f"it is for {condition.customers_at_least} affected customers or more, these are {customers}"
    if reports < (condition.reports_at_least or 0):
        return f"it is for what is reported {condition.reports_at_least} times or more, this was {reports}"
    if repeat < (condition.repeats_at_least or 0):
        return f"it is for repeat {condition.repeats_at_least} of the ladder and later, this is {repeat}"
    return None


def _open(escalation: Escalation, calendar: str, at: datetime) -> bool:
    return escalation.working_time[calendar].is_open(at)
