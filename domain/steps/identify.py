"""Identify: an escalation begins, is reported again, or comes back after closing."""

from datetime import datetime

from domain.decisions import CustomerReplied, ReportAgain
from domain.ending import greet_relatives, plan_closing, watch_again
from domain.errands import PolicyFetched
from domain.escalation import Escalation
from domain.events import CustomerAnswered, Opened, Reopened, ReportJoined
from domain.fingerprints import fingerprint_of
from domain.ladder import reach
from domain.opening import Opening
from domain.policy import Policy
from domain.promises import keep, make
from domain.refusals import RefusalCode, Refused
from domain.report import Report
from domain.steps.communicate import inform_later
from domain.telling import tell, tell_customers
from domain.turn import Turn
from domain.vocabulary import ClimbCause, Priority, PromiseKind, Severity, Stage, Template, Verdict

FROM_THE_START = (
    PromiseKind.ACKNOWLEDGE,
    PromiseKind.FIRST_RESPONSE,
    PromiseKind.INFORM,
    PromiseKind.NEXT_UPDATE,
    PromiseKind.RESOLVE,
    PromiseKind.CLOSE,
)
"""Promises whose clocks start with the escalation."""


def first_event(opening: Opening, known: PolicyFetched, now: datetime) -> Opened:
    """The event with which everything begins."""
    policy, report = known.policy, opening.report
    severity = policy.severity(report.impact, report.urgency)
    taken = policy.route(report, known.holding())
    route = None if report.team else taken
    said = ReportAgain(decision_id=opening.request_id, author=opening.author, report=report)
    return Opened(
        seq=1,
        at=now,
        by=opening.author.id,
        role=opening.author.role,
        decision_id=opening.request_id,
        fingerprint=fingerprint_of(said),
        id=opening.id,
        key=opening.key,
        report=report,
        policy=policy,
        working_time=known.working_time,
        severity=severity,
        priority=priority(policy, report, severity),
        team=report.team or (policy.routes[route - 1].team if route else policy.team),
        owner=policy.owner,
        manager=policy.manager,
        route=route,
        routes_holding=known.holding(),
        in_doubt=_left_out(known, report, taken),
        rules=known.rules,
    )


def _left_out(known: PolicyFetched, report: Report, taken: int | None) -> tuple[str, ...]:
    """The routes before the one that was taken that might have been taken instead."""
    before = [one for one in known.judged if taken is None or one.route < taken]
    doubts = [one for one in before if one.verdict is Verdict.CANNOT_TELL]
    routes = known.policy.routes
    return tuple(f"route {one.route}: {one.why}" for one in doubts if routes[one.route - 1].applies(report))


def begin(turn: Turn) -> None:
    """What follows from opening: the clocks start, the customer gets a receipt, the first level is told."""
    for kind in FROM_THE_START:
        make(turn, kind)
    tell_customers(turn, Template.CUSTOMER_ACKNOWLEDGEMENT, only=turn.escalation.report.asking())
    reach(turn, _first_level(turn.escalation), 0, ClimbCause.OPENED, turn.now)
    greet_relatives(turn, turn.escalation.links)


def priority(policy: Policy, report: Report, severity: Severity) -> Priority:
    """The severity's rank, raised by the customer's tier and by the reason as the policy says."""
    raised = policy.tier_raises.get(report.customer.tier, 0) if report.customer else 0
    raised += policy.reason_raises.get(report.reason, 0)
    ranks = list(Priority)
    return ranks[max(0, list(Severity).index(severity) - raised)]


def report_again(turn: Turn, decision: ReportAgain) -> None:
    """The same trouble once more: it joins, or after closing it reopens within the policy's window."""
    if turn.escalation.stage is Stage.CLOSED:
        _reopen(turn, decision.report)
        return
    report, known = decision.report, turn.escalation.customers
    turn.emit(ReportJoined, report=report, joined_from=decision.joined_from)
    inform_later(turn, tuple(one for key, one in report.customers().items() if key not in known))
    text = f"Reported again by {report.asked_by}: {report.what_happened[:500]}"
    tell(turn, Template.STAKEHOLDER_NOTICE, (turn.escalation.owner,), text=text)
    tell_customers(turn, Template.CUSTOMER_ACKNOWLEDGEMENT, only=report.asking())
    plan_closing(turn)


def customer_replied(turn: Turn, decision: CustomerReplied) -> None:
    turn.emit(CustomerAnswered, text=decision.text)
    keep(turn, PromiseKind.CUSTOMER_ANSWER)
    tell(
        turn,
        Template.STAKEHOLDER_NOTICE,
        (turn.escalation.owner,),
        text=f"The customer answered: {decision.text[:500]}",
    )


def _reopen(turn: Turn, report: Report) -> None:
    escalation = turn.escalation
    ended = escalation.closed_at or turn.now
    if turn.now > ended + escalation.policy.confirmation.reopen_window:
        raise Refused(
            RefusalCode.CLOSED,
            f"{escalation.id} closed {ended:%Y-%m-%d %H:%M} UTC and can no longer be reopened; "
            "report it as a new escalation",
        )
    turn.emit(Reopened, report=report)
    for kind in FROM_THE_START:
        make(turn, kind)
    watch_again(turn)
    tell_customers(turn, Template.CUSTOMER_ACKNOWLEDGEMENT, only=report.asking())
    reach(turn, _first_level(turn.escalation), 0, ClimbCause.REOPENED, turn.now)


def _first_level(escalation: Escalation) -> int:
    return escalation.policy.first_level(escalation.report, escalation.routes_holding)
