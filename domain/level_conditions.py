"""Whether a level applies: by severity, customer tier, reason and the hour at which it is planned."""

from datetime import datetime

from domain.escalation import Escalation


def unmet(escalation: Escalation, number: int, at: datetime) -> str | None:
    """Why the level of that number does not apply at an instant; None where it does."""
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
    return None


def _open(escalation: Escalation, calendar: str, at: datetime) -> bool:
    return escalation.working_time[calendar].is_open(at)
