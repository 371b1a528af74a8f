"""Review: is it rightly here, how bad is it, who takes it?"""

from domain.decisions import (
    Accept,
    Acknowledge,
    AskInformation,
    Join,
    ParentClosed,
    ReportAgain,
    ReturnWithGuidance,
    SetSeverity,
)
from domain.ending import ENGINE, ESCALATION_PREFIX, close
from domain.errands import EscalationTold, TellEscalation
from domain.events import (
    Accepted,
    Acknowledged,
    ErrandUndone,
    InformationAsked,
    JoinAsked,
    Joined,
    OwnerAssigned,
    Returned,
    SeveritySet,
)
from domain.ladder import acknowledgement_stops
from domain.permissions import check_review_authority
from domain.policy import PromiseRule
from domain.promises import drop, keep, make, replan
from domain.refusals import RefusalCode, Refused
from domain.steps.communicate import CUSTOMER_ANSWER_WAIT, ask_customer, inform_everybody
from domain.steps.identify import FROM_THE_START, priority
from domain.telling import tell
from domain.turn import Turn
from domain.vocabulary import CloseReason, LadderStatus, PromiseKind, Template


def acknowledge(turn: Turn, decision: Acknowledge) -> None:
    """Stops the climb and makes the first who acknowledges the owner, unless one was assigned."""
    ladder = turn.escalation.ladder
    author = decision.author.id
    if ladder.status is LadderStatus.ACKNOWLEDGED and author in ladder.acknowledged_by:
        raise Refused(RefusalCode.ALREADY_DONE, f"{author} has acknowledged level {ladder.level} already")
    _acknowledged(turn, author, decision.text)


def accept(turn: Turn, decision: Accept) -> None:
    check_review_authority(turn.escalation, decision, turn.escalation.severity)
    waiting = turn.escalation.waiting
    turn.emit(Accepted, reason=decision.reason)
    if waiting is not None:
        drop(turn, waiting.promise)
    if turn.escalation.ladder.status is not LadderStatus.ACKNOWLEDGED:
        _acknowledged(turn, decision.author.id, "")
    inform_everybody(turn)


def return_with_guidance(turn: Turn, decision: ReturnWithGuidance) -> None:
    check_review_authority(turn.escalation, decision, turn.escalation.severity)
    turn.emit(Returned, reason=decision.reason, guidance=decision.guidance)
    keep(turn, PromiseKind.FIRST_RESPONSE)
    tell(turn, Template.GUIDANCE, (turn.escalation.report.asked_by,), text=decision.guidance)
    close(turn, CloseReason.RETURNED, decision.reason)


def join(turn: Turn, decision: Join) -> None:
    """Asks the other escalation first: it may be closed. Its answer ends this one."""
    escalation = turn.escalation
    check_review_authority(escalation, decision, escalation.severity)
    if decision.into == escalation.id or not decision.into.startswith(ESCALATION_PREFIX):
        raise Refused(
            RefusalCode.INVALID,
            f"{decision.into} is not another escalation; give an id that begins with esc-",
        )
    turn.emit(JoinAsked, into=decision.into, reason=decision.reason)
    key = turn.key(decision.into)
    news = ReportAgain(decision_id=key, author=ENGINE, report=escalation.report, joined_from=escalation.id)
    turn.ask(TellEscalation(key=key, escalation_id=decision.into, decision=news))


def join_told(turn: Turn, errand: TellEscalation, answer: EscalationTold) -> None:
    """The other escalation has taken it over."""
    if not isinstance(errand.decision, ReportAgain) or turn.escalation.is_closed:
        return
    turn.emit(Joined, into=errand.escalation_id, reason="it carries on there")
    close(turn, CloseReason.JOINED, f"joined to {errand.escalation_id}")


def not_told(turn: Turn, errand: TellEscalation, why: str) -> None:
    what = f"{errand.decision.type.replace('_', ' ')} for {errand.escalation_id}"
    turn.emit(ErrandUndone, what=what, why=why)


def parent_closed(turn: Turn, decision: ParentClosed) -> None:
    close(turn, CloseReason.PARENT_CLOSED, f"{decision.parent} closed: {decision.reason}")


def ask_information(turn: Turn, decision: AskInformation) -> None:
    """Back to identification; the customer's side is asked, and the answer is watched."""
    check_review_authority(turn.escalation, decision, turn.escalation.severity)
    waiting = turn.escalation.waiting
    if waiting is not None:
        drop(turn, waiting.promise)
    turn.emit(InformationAsked, question=decision.question, promise=PromiseKind.CUSTOMER_ANSWER.value)
    rule = PromiseRule(kind=PromiseKind.CUSTOMER_ANSWER, target=CUSTOMER_ANSWER_WAIT, warn_at=(0.5,))
    make(turn, PromiseKind.CUSTOMER_ANSWER, rule=rule)
    keep(turn, PromiseKind.FIRST_RESPONSE)
    due = turn.escalation.promises[PromiseKind.CUSTOMER_ANSWER].due
    ask_customer(turn, decision.question, due)


def set_severity(turn: Turn, decision: SetSeverity) -> None:
    """Targets are those of the new severity, counted from the original start."""
    escalation = turn.escalation
    if decision.severity is escalation.severity:
        raise Refused(RefusalCode.ALREADY_DONE, f"the severity is {decision.severity} already")
    worse = min(decision.severity, escalation.severity)
    check_review_authority(escalation, decision, worse)
    raised = priority(escalation.policy, escalation.report, decision.severity)
    turn.emit(SeveritySet, severity=decision.severity, priority=raised, reason=decision.reason)
    replan(turn, (*FROM_THE_START, PromiseKind.RCA))


def _acknowledged(turn: Turn, author: str, text: str) -> None:
    stops = acknowledgement_stops(turn, author)
    turn.emit(Acknowledged, level=turn.escalation.level, text=text, stops=stops)
    keep(turn, PromiseKind.ACKNOWLEDGE)
    if stops and turn.escalation.owner_by_policy:
        turn.emit(OwnerAssigned, owner=author, reason="acknowledged first")
