"""RCA: why did it happen, what must the customer know, what keeps it from happening again?"""

from datetime import timedelta

from domain.decisions import (
    AddPreventiveAction,
    ApproveRca,
    CompletePreventiveAction,
    RequestRca,
    ReturnRca,
    ShareRca,
    SubmitRca,
)
from domain.ending import plan_closing
from domain.errands import FindPeople, PeopleFound
from domain.escalation import PreventiveAction, Rca
from domain.events import (
    PreventiveActionAdded,
    PreventiveActionCompleted,
    RcaApproved,
    RcaRequested,
    RcaReturned,
    RcaReviewersTold,
    RcaShared,
    RcaSubmitted,
    RcaWriterTold,
)
from domain.policy import PromiseRule
from domain.promises import keep, make, make_until
from domain.refusals import RefusalCode, Refused
from domain.telling import look_up, tell, tell_customers
from domain.turn import Turn
from domain.vocabulary import LookupPurpose, PromiseKind, RcaStatus, Template

RCA_WITHIN = PromiseRule(kind=PromiseKind.RCA, target=timedelta(days=10), warn_at=(0.5, 0.8))
"""The promise where an analysis is asked for and the policy has no rule for the severity."""


def request(turn: Turn, reason: str) -> None:
    """The clock starts, and whoever writes it is asked."""
    turn.emit(RcaRequested, reason=reason)
    escalation = turn.escalation
    rule = escalation.policy.promise(PromiseKind.RCA, escalation.severity, escalation.report)
    make(turn, PromiseKind.RCA, rule=rule or RCA_WITHIN)
    look_up(turn, LookupPurpose.RCA_WRITER, (escalation.policy.rca.writer,))


def request_rca(turn: Turn, decision: RequestRca) -> None:
    if turn.escalation.rca is not None:
        raise Refused(RefusalCode.ALREADY_DONE, f"an analysis is under way ({turn.escalation.rca.status})")
    request(turn, decision.reason)


def writer_found(turn: Turn, errand: FindPeople, found: PeopleFound) -> None:
    people = found.people or (turn.escalation.manager,)
    turn.emit(RcaWriterTold, people=people)
    promise = turn.escalation.promises.get(PromiseKind.RCA)
    tell(turn, Template.RCA_REQUEST, people, due=promise.due if promise else None)


def submit_rca(turn: Turn, decision: SubmitRca) -> None:
    """Also once approved, where the version that customers should read was left out."""
    rca = turn.escalation.rca
    again = rca is not None and rca.status is RcaStatus.APPROVED and not rca.customer_version
    _rca_in(turn, RcaStatus.OWED, RcaStatus.RETURNED, *((RcaStatus.APPROVED,) if again else ()))
    turn.emit(RcaSubmitted, root_cause=decision.root_cause, customer_version=decision.customer_version)
    look_up(turn, LookupPurpose.RCA_REVIEWERS, turn.escalation.policy.rca.reviewers)


def reviewers_found(turn: Turn, errand: FindPeople, found: PeopleFound) -> None:
    rca = turn.escalation.rca
    if rca is None or rca.status is not RcaStatus.SUBMITTED:
        return
    people = found.people or (turn.escalation.manager,)
    turn.emit(RcaReviewersTold, people=people)
    tell(turn, Template.RCA_REVIEW, people, text=rca.root_cause)


def return_rca(turn: Turn, decision: ReturnRca) -> None:
    rca = _rca_in(turn, RcaStatus.SUBMITTED)
    turn.emit(RcaReturned, reason=decision.reason)
    tell(turn, Template.RCA_RETURNED, (rca.writer or turn.escalation.owner,), text=decision.reason)


def approve_rca(turn: Turn, decision: ApproveRca) -> None:
    """Four eyes: not by whoever wrote it."""
    rca = _rca_in(turn, RcaStatus.SUBMITTED)
    if rca.writer == decision.author.id:
        message = f"{decision.author.id} wrote it; somebody else has to approve"
        raise Refused(RefusalCode.NOT_ALLOWED, message)
    turn.emit(RcaApproved, comment=decision.comment)
    keep(turn, PromiseKind.RCA)
    plan_closing(turn)


def share_rca(turn: Turn, decision: ShareRca) -> None:
    rca = _rca_in(turn, RcaStatus.APPROVED)
    if not rca.customer_version:
        raise Refused(
            RefusalCode.INVALID, "the analysis has no version for customers; submit it again with one"
        )
    turn.emit(RcaShared, customers=tuple(turn.escalation.customers))
    tell_customers(turn, Template.CUSTOMER_RCA, text=rca.customer_version)
    plan_closing(turn)


def add_preventive_action(turn: Turn, decision: AddPreventiveAction) -> None:
    if decision.action in turn.escalation.preventive_actions:
        raise Refused(RefusalCode.ALREADY_DONE, f"action {decision.action} exists; give a new id")
    action = PreventiveAction(id=decision.action, text=decision.text, owner=decision.owner, due=decision.due)
    turn.emit(PreventiveActionAdded, action=action)
    make_until(turn, PromiseKind.PREVENTIVE_ACTION, action.due, action.id)
    tell(turn, Template.FOLLOW_UP, (action.owner,), text=action.text, due=action.due)


def complete_preventive_action(turn: Turn, decision: CompletePreventiveAction) -> None:
    action = turn.escalation.preventive_actions.get(decision.action)
    if action is None:
        known = ", ".join(turn.escalation.preventive_actions) or "none"
        raise Refused(RefusalCode.UNKNOWN, f"action {decision.action} is not known; known: {known}")
    if action.done_at is not None:
        raise Refused(RefusalCode.ALREADY_DONE, f"action {decision.action} is done already")
    turn.emit(PreventiveActionCompleted, action=action.id, text=decision.text)
    keep(turn, f"{PromiseKind.PREVENTIVE_ACTION}:{action.id}")
    plan_closing(turn)


def _rca_in(turn: Turn, *allowed: RcaStatus) -> Rca:
    rca = turn.escalation.rca
    if rca is None:
        raise Refused(RefusalCode.WRONG_STAGE, "no analysis was asked for; request it first")
    if rca.status not in allowed:
        wanted = " or ".join(allowed)
        raise Refused(
            RefusalCode.WRONG_STAGE, f"the analysis is {rca.status}; it has to be {wanted} for that"
        )
    return rca
