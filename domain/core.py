"""The core: open, decide, elapse, report. Pure: state in, state and events and errands out."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain import decisions as d
from domain.agenda import AgendaItem, AgendaKind, next_item
from domain.decisions import AnyDecision, DecisionBase
from domain.ending import close
from domain.errands import (
    AnyAnswer,
    AnyErrand,
    ErrandFailed,
    EscalationTold,
    FetchPolicy,
    FindPeople,
    NoticesSent,
    PeopleFound,
    PolicyFetched,
    ResolveWorkingTime,
    SendNotices,
    TellEscalation,
    WorkingTimeResolved,
)
from domain.escalation import Escalation, Promise
from domain.events import (
    CLOCK,
    CancelDecided,
    DecisionRefused,
)
from domain.events.promises import named
from domain.fingerprints import demand_the_same, fingerprint_of
from domain.horizon import extend, extended, not_extended
from domain.ladder import (
    acknowledgement_is_over,
    last_resort_found,
    level_found,
    page_again,
    snooze_is_over,
    wait_is_over,
)
from domain.opening import Opening
from domain.permissions import check
from domain.promises import break_, make, settle_pauses, warn
from domain.refusals import RefusalCode, Refused
from domain.steps import communicate, escalate, identify, rca, resolve, review
from domain.telling import post_notices, tell
from domain.turn import Outcome, Turn
from domain.vocabulary import CloseReason, LookupPurpose, PromiseKind, Template

Rule = Callable[[Turn, Any], None]

RULES: dict[type[DecisionBase], Rule] = {
    d.ReportAgain: identify.report_again,
    d.CustomerReplied: identify.customer_replied,
    d.Acknowledge: review.acknowledge,
    d.Accept: review.accept,
    d.ReturnWithGuidance: review.return_with_guidance,
    d.Join: review.join,
    d.ParentClosed: review.parent_closed,
    d.AskInformation: review.ask_information,
    d.SetSeverity: review.set_severity,
    d.Note: communicate.note,
    d.SendUpdate: communicate.send_update,
    d.SetEstimate: communicate.set_estimate,
    d.WaitForCustomer: communicate.wait_for_customer,
    d.AddLink: communicate.link,
    d.AddAffectedCustomer: communicate.add_affected_customer,
    d.ProposeOptions: communicate.propose_options,
    d.ChooseOption: communicate.choose_option,
    d.AssignOwner: escalate.assign_owner,
    d.HandOver: escalate.hand_over,
    d.Climb: escalate.climb_now,
    d.DeEscalate: escalate.de_escalate,
    d.Snooze: escalate.snooze,
    d.RequestApproval: escalate.request_approval,
    d.Approve: escalate.approve,
    d.Refuse: escalate.refuse,
    d.DeployTaskForce: escalate.deploy_task_force,
    d.StandDown: escalate.stand_down,
    d.MovePolicy: escalate.move_policy,
    d.Cancel: escalate.cancel,
    d.AddPlanStep: resolve.add_plan_step,
    d.RevisePlanStep: resolve.revise_plan_step,
    d.CompletePlanStep: resolve.complete_plan_step,
    d.DeclareResolved: resolve.declare_resolved,
    d.VerifyCustomer: resolve.verify_customer,
    d.Confirm: resolve.confirm,
    d.RejectResolution: resolve.reject_resolution,
    d.Rate: resolve.rate,
    d.Close: resolve.close_by_decision,
    d.RequestRca: rca.request_rca,
    d.SubmitRca: rca.submit_rca,
    d.ReturnRca: rca.return_rca,
    d.ApproveRca: rca.approve_rca,
    d.ShareRca: rca.share_rca,
    d.AddPreventiveAction: rca.add_preventive_action,
    d.CompletePreventiveAction: rca.complete_preventive_action,
}
"""What each decision does. Total over all decisions; a test says so."""

FOUND: dict[LookupPurpose, Callable[[Turn, FindPeople, PeopleFound], None]] = {
    LookupPurpose.LEVEL: level_found,
    LookupPurpose.LAST_RESORT: last_resort_found,
    LookupPurpose.STAKEHOLDERS: communicate.stakeholders_found,
    LookupPurpose.APPROVER: escalate.approver_found,
    LookupPurpose.PARTIES: escalate.parties_found,
    LookupPurpose.RCA_WRITER: rca.writer_found,
    LookupPurpose.RCA_REVIEWERS: rca.reviewers_found,
}


def open_escalation(opening: Opening, known: PolicyFetched, now: datetime) -> Outcome:
    """A new escalation under the policy that was read for it."""
    first = identify.first_event(opening, known, now)
    turn = Turn(first.begin(), now)
    turn.events.append(first)
    turn.act_for(opening.author.id, None, None)
    identify.begin(turn)
    return _outcome(turn)


def decide(escalation: Escalation, decision: AnyDecision, now: datetime) -> Outcome:
    """What follows from a decision, after all that was due before it.

    The same twice changes nothing, and is refused again where it was refused on the timeline; another one
    under the same id is refused.
    Raises Refused; then nothing has changed, and what was due is still to be elapsed.
    """
    turn = Turn(escalation, now)
    _elapse(turn)
    if decision.decision_id in turn.escalation.decided:
        demand_the_same(turn.escalation, decision)
        refuse_again(turn.escalation, decision)
        return _outcome(turn)
    _check_seen(turn.escalation, decision)
    check(turn.escalation, decision)
    fingerprint = fingerprint_of(decision)
    turn.act_for(decision.author.id, decision.author.role, decision.decision_id, fingerprint)
    RULES[type(decision)](turn, decision)
    return _outcome(turn)


def elapse(escalation: Escalation, now: datetime) -> Outcome:
    """What time has brought about until now, each thing once and in its planned order."""
    turn = Turn(escalation, now)
    _elapse(turn)
    return _outcome(turn)


def report(escalation: Escalation, errand: AnyErrand, answer: AnyAnswer, now: datetime) -> Outcome:
    """What follows from the outside world's answer to an errand; after closing, messages only."""
    turn = Turn(escalation, now)
    _elapse(turn)
    if turn.escalation.is_closed and not isinstance(errand, SendNotices | TellEscalation):
        return _outcome(turn)
    _done(turn, errand, answer)
    return _outcome(turn)


def refuse(escalation: Escalation, decision: AnyDecision, refused: Refused, now: datetime) -> Outcome:
    """Puts a refusal on the timeline, once, where nobody waits to hear it."""
    turn = Turn(escalation, now)
    _elapse(turn)
    author, id_, fingerprint = decision.author.id, decision.decision_id, fingerprint_of(decision)
    said: dict[str, Any] = {"decision": decision.type, "code": refused.code, "why": refused.message}
    if refused.code is RefusalCode.REUSED:
        if fingerprint not in turn.escalation.reuses:
            turn.act_for(author, None, None, fingerprint)
            turn.emit(DecisionRefused, reused=id_, **said)
    elif id_ not in turn.escalation.decided:
        turn.act_for(author, None, id_, fingerprint)
        turn.emit(DecisionRefused, **said)
    return _outcome(turn)


def withdraw(escalation: Escalation, by: str, reason: str, now: datetime) -> Outcome:
    """The end from outside the rules: an operator cancels the workflow."""
    turn = Turn(escalation, now)
    _elapse(turn)
    if not turn.escalation.is_closed:
        turn.act_for(by, None, None)
        turn.emit(CancelDecided, reason=reason)
        close(turn, CloseReason.CANCELLED, reason)
    return _outcome(turn)


def _check_seen(escalation: Escalation, decision: AnyDecision) -> None:
    if decision.if_seq is None or decision.if_seq == escalation.seq:
        return
    seen, now = decision.if_seq, escalation.seq
    message = f"{escalation.id} has come to event {now} since event {seen}; read it again, then decide"
    raise Refused(RefusalCode.STALE, message)


def refuse_again(escalation: Escalation, decision: AnyDecision) -> None:
    """Raises Refused where the decision was refused on the timeline."""
    before = escalation.refused.get(decision.decision_id)
    if before is not None:
        raise Refused(before.code, before.why)


def _outcome(turn: Turn) -> Outcome:
    """What came due by the turn itself (a shorter target, say) happens now; nothing is left for later."""
    settle_pauses(turn)
    if turn.events:
        turn.act_for(CLOCK, None, None)
        _elapse(turn, turn.now)
    post_notices(turn)
    return Outcome(turn.escalation, tuple(turn.events), tuple(turn.errands))


def _elapse(turn: Turn, earliest: datetime | None = None) -> None:
    """All that is due, each at its planned time, but not before `earliest`."""
    while (item := next_item(turn.escalation)) is not None and item.at <= turn.now:
        turn.when = max(item.at, earliest) if earliest else item.at
        _due(turn, item)
    turn.when = turn.now


def _due(turn: Turn, item: AgendaItem) -> None:
    match item.kind:
        case AgendaKind.PROMISE_WARNING:
            _warning(turn, turn.escalation.promises[item.key])
        case AgendaKind.PROMISE_DUE:
            _breach(turn, turn.escalation.promises[item.key])
        case AgendaKind.CLIMB:
            wait_is_over(turn)
        case AgendaKind.ACKNOWLEDGEMENT_EXPIRY:
            acknowledgement_is_over(turn)
        case AgendaKind.SNOOZE_END:
            snooze_is_over(turn)
        case AgendaKind.INVOLVE:
            escalate.involve_more(turn)
        case AgendaKind.REDELIVERY:
            communicate.retry_delivery(turn, item.key)
        case AgendaKind.EXTEND_WORKING_TIME:
            extend(turn)
        case AgendaKind.PAGE_AGAIN:
            page_again(turn)
        case AgendaKind.CLOSE:
            resolve.close_by_time(turn)
    settle_pauses(turn)


def _warning(turn: Turn, promise: Promise) -> None:
    """A reminder to whoever can still keep the promise; too late, it is only recorded."""
    warn(turn, promise)
    if promise.due is not None and promise.due <= turn.now:
        return
    if promise.key == resolve.CONFIRMATION_KEY:
        resolve.remind_customer(turn, promise)
        return
    waiting = turn.escalation.waiting
    if promise.kind is PromiseKind.CUSTOMER_ANSWER and waiting is not None:
        communicate.ask_customer(turn, waiting.question, promise.due)
    tell(turn, Template.PROMISE_AT_RISK, _responsible(turn, promise), text=named(promise), due=promise.due)


def _breach(turn: Turn, promise: Promise) -> None:
    due = promise.due
    break_(turn, promise)
    broken = turn.escalation.promises[promise.key]
    match promise.kind:
        case PromiseKind.NEXT_UPDATE:
            make(turn, PromiseKind.NEXT_UPDATE)
            escalate.promise_is_broken(turn, broken)
        case PromiseKind.APPROVAL:
            escalate.approval_is_late(turn, broken)
        case PromiseKind.CUSTOMER_ANSWER if promise.key == resolve.CONFIRMATION_KEY:
            resolve.customer_is_silent(turn, broken)
        case PromiseKind.TASK | PromiseKind.ESTIMATE | PromiseKind.CUSTOMER_ANSWER:
            tell(turn, Template.PROMISE_BROKEN, _responsible(turn, promise), text=named(promise), due=due)
        case PromiseKind.PREVENTIVE_ACTION:
            tell(turn, Template.PROMISE_BROKEN, _responsible(turn, promise), text=named(promise), due=due)
        case _:
            escalate.promise_is_broken(turn, broken)


def _responsible(turn: Turn, promise: Promise) -> tuple[str, ...]:
    """Who is to act on a promise: whoever has the task, else the owner."""
    escalation = turn.escalation
    subject = promise.subject
    match promise.kind:
        case PromiseKind.TASK:
            owners = [step.owner for step in escalation.plan if step.id == subject]
            return (*owners, escalation.owner)
        case PromiseKind.PREVENTIVE_ACTION:
            return (escalation.preventive_actions[subject].owner, escalation.owner)
        case PromiseKind.APPROVAL:
            return escalation.approvals[subject].asked or (escalation.owner,)
        case PromiseKind.RCA:
            writer = escalation.rca.writer if escalation.rca else None
            return (writer or escalation.owner,)
        case _:
            return (escalation.owner,)


def _done(turn: Turn, errand: AnyErrand, answer: AnyAnswer) -> None:
    match errand, answer:
        case SendNotices(), NoticesSent():
            communicate.notices_sent(turn, errand, answer)
        case FindPeople(), PeopleFound():
            FOUND[errand.purpose](turn, errand, answer)
        case TellEscalation(), EscalationTold():
            review.join_told(turn, errand, answer)
        case FetchPolicy(), PolicyFetched():
            escalate.policy_fetched(turn, errand, answer)
        case ResolveWorkingTime(), WorkingTimeResolved():
            extended(turn, errand, answer)
        case _, ErrandFailed():
            _undone(turn, errand, answer.why)
        case _:
            raise TypeError(f"{answer.type} is no answer to {errand.type}")


def _undone(turn: Turn, errand: AnyErrand, why: str) -> None:
    match errand:
        case FindPeople():
            nobody = tuple(f"{target} ({why})" for target in errand.targets)
            FOUND[errand.purpose](turn, errand, PeopleFound(key=errand.key, people=(), nobody=nobody))
        case SendNotices():
            communicate.notices_not_sent(turn, errand, why)
        case TellEscalation():
            review.not_told(turn, errand, why)
        case FetchPolicy():
            escalate.policy_not_fetched(turn, errand, why)
        case ResolveWorkingTime():
            not_extended(turn, why)
