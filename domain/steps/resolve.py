"""Resolve: the plan, the solution, the customer's word on it, and the end."""

from datetime import timedelta
from itertools import count

from domain.decisions import (
    AddPlanStep,
    Close,
    CompletePlanStep,
    Confirm,
    DeclareResolved,
    Rate,
    RejectResolution,
    RevisePlanStep,
    VerifyCustomer,
)
from domain.ending import close, owed, plan_closing, stand_down, watch_again
from domain.escalation import PlanStep, PreventiveAction, Promise
from domain.events import (
    Confirmed,
    CustomerVerified,
    FollowUpRaised,
    PlanStepAdded,
    PlanStepCompleted,
    PlanStepRevised,
    PreventiveActionAdded,
    Rated,
    ResolutionDeclared,
    ResolutionRejected,
)
from domain.ladder import reach
from domain.policy import PromiseRule
from domain.promises import drop, drop_kind, keep, make, make_until
from domain.refusals import RefusalCode, Refused
from domain.steps.rca import request
from domain.telling import inside, tell, tell_customers
from domain.turn import Turn
from domain.vocabulary import ClimbCause, CloseReason, PromiseKind, Role, Silence, Template

CONFIRMATION = "confirmation"
CONFIRMATION_KEY = f"{PromiseKind.CUSTOMER_ANSWER}:{CONFIRMATION}"
FOLLOW_UP_WITHIN = timedelta(days=3)
"""How soon a bad score is followed up."""
_WORK_CLOCKS = (
    PromiseKind.NEXT_UPDATE,
    PromiseKind.TASK,
    PromiseKind.CUSTOMER_ANSWER,
)
"""Clocks that make no sense once a solution is declared."""


def add_plan_step(turn: Turn, decision: AddPlanStep) -> None:
    if any(step.id == decision.step for step in turn.escalation.plan):
        raise Refused(RefusalCode.ALREADY_DONE, f"step {decision.step} exists; revise it or give a new id")
    step = PlanStep(id=decision.step, text=decision.text, owner=decision.owner, due=decision.due)
    turn.emit(PlanStepAdded, step=step)
    _watch_step(turn, step)


def revise_plan_step(turn: Turn, decision: RevisePlanStep) -> None:
    old = _open_step(turn, decision.step)
    given = {"text": decision.text, "owner": decision.owner, "due": decision.due}
    step = old.but(**{name: value for name, value in given.items() if value is not None})
    turn.emit(PlanStepRevised, step=step, reason=decision.reason)
    if step.due != old.due:
        drop(turn, f"{PromiseKind.TASK}:{step.id}")
        _watch_step(turn, step)


def complete_plan_step(turn: Turn, decision: CompletePlanStep) -> None:
    step = _open_step(turn, decision.step)
    turn.emit(PlanStepCompleted, step=step.id, text=decision.text)
    keep(turn, f"{PromiseKind.TASK}:{step.id}")


def declare_resolved(turn: Turn, decision: DeclareResolved) -> None:
    """Climbing stops, the task force stands down, the customers are asked whether it works."""
    turn.emit(ResolutionDeclared, what_was_done=decision.what_was_done)
    drop_kind(turn, *_WORK_CLOCKS)
    keep(turn, PromiseKind.ESTIMATE)
    stand_down(turn, "resolved")
    rules = turn.escalation.policy.confirmation
    clock = PromiseRule(kind=PromiseKind.CUSTOMER_ANSWER, target=rules.wait)
    reminders = tuple(sorted(wait for wait in rules.remind_after if wait < rules.wait))
    make(turn, PromiseKind.CUSTOMER_ANSWER, subject=CONFIRMATION, rule=clock, warn_after=reminders)
    due = turn.escalation.promises[CONFIRMATION_KEY].due
    tell_customers(turn, Template.CONFIRMATION_REQUEST, text=decision.what_was_done, due=due)
    hear = (turn.escalation.manager, *inside(turn.escalation))
    tell(turn, Template.STAKEHOLDER_NOTICE, hear, text=f"Declared resolved: {decision.what_was_done}")


def verify_customer(turn: Turn, decision: VerifyCustomer) -> None:
    resolution = turn.escalation.resolution
    if decision.customer not in turn.escalation.customers:
        known = ", ".join(turn.escalation.customers) or "none"
        raise Refused(RefusalCode.UNKNOWN, f"customer: {decision.customer} is not affected; known: {known}")
    if resolution is not None and decision.customer in resolution.verified:
        raise Refused(RefusalCode.ALREADY_DONE, f"it was verified with {decision.customer} already")
    turn.emit(CustomerVerified, customer=decision.customer, text=decision.text)
    plan_closing(turn)


def confirm(turn: Turn, decision: Confirm) -> None:
    resolution = turn.escalation.resolution
    if resolution is not None and resolution.confirmed_at is not None:
        raise Refused(RefusalCode.ALREADY_DONE, "it is confirmed already")
    outside = decision.author.role in (Role.REPORTER, Role.SERVICE)
    if resolution is not None and resolution.declared_by == decision.author.id and not outside:
        raise Refused(
            RefusalCode.NOT_ALLOWED,
            f"{decision.author.id} declared it resolved; somebody else has to record the customer's word",
        )
    _confirmed(turn, decision.text, by_silence=False)


def reject_resolution(turn: Turn, decision: RejectResolution) -> None:
    resolution = turn.escalation.resolution
    if resolution is not None and resolution.confirmed_at is not None:
        raise Refused(RefusalCode.ALREADY_DONE, "it is confirmed already; report the trouble again")
    _rejected(turn, decision.reason, by_silence=False)


def customer_is_silent(turn: Turn, promise: Promise) -> None:
    """No word on the resolution in the policy's time; the policy says what that means."""
    if turn.escalation.policy.confirmation.silence is Silence.CONFIRM:
        _confirmed(turn, "", by_silence=True)
    else:
        _rejected(turn, f"no answer until {promise.broken_at:%Y-%m-%d %H:%M} UTC", by_silence=True)


def remind_customer(turn: Turn, promise: Promise) -> None:
    text = turn.escalation.resolution.what_was_done if turn.escalation.resolution else ""
    tell_customers(turn, Template.CONFIRMATION_REMINDER, text=text, due=promise.due)


def rate(turn: Turn, decision: Rate) -> None:
    """A bad score comes back as work for the owner that has to be done before closing."""
    turn.emit(Rated, score=decision.score, text=decision.text)
    if decision.score > turn.escalation.policy.confirmation.follow_up_at_or_below:
        return
    turn.emit(FollowUpRaised, score=decision.score)
    escalation = turn.escalation
    names = (f"follow-up-{number}" for number in count(len(escalation.scores)))
    action = PreventiveAction(
        id=next(name for name in names if name not in escalation.preventive_actions),
        text=f"Follow up the score of {decision.score} with the customer. {decision.text}".strip(),
        owner=escalation.owner,
        due=turn.now + FOLLOW_UP_WITHIN,
    )
    turn.emit(PreventiveActionAdded, action=action)
    make_until(turn, PromiseKind.PREVENTIVE_ACTION, action.due, action.id)
    tell(turn, Template.FOLLOW_UP, (escalation.owner, escalation.manager), text=action.text, due=action.due)


def close_by_decision(turn: Turn, decision: Close) -> None:
    left = owed(turn.escalation)
    if left:
        raise Refused(RefusalCode.WRONG_STAGE, f"still owed before closing: {', '.join(left)}")
    close(turn, CloseReason.RESOLVED, decision.reason)


def close_by_time(turn: Turn) -> None:
    close(turn, CloseReason.RESOLVED, "confirmed, and nothing is owed any more")


def _confirmed(turn: Turn, text: str, *, by_silence: bool) -> None:
    escalation = turn.escalation
    rca_owed = escalation.rca is not None or escalation.severity in escalation.policy.rca.owed_for
    turn.emit(Confirmed, text=text, by_silence=by_silence, rca_owed=rca_owed, close_at=None)
    declared = escalation.resolution.declared_at if escalation.resolution else turn.now
    keep(turn, PromiseKind.RESOLVE, at=declared)
    keep(turn, CONFIRMATION_KEY)
    if rca_owed and escalation.rca is None:
        request(turn, f"owed for {escalation.severity}")
    plan_closing(turn)


def _rejected(turn: Turn, reason: str, *, by_silence: bool) -> None:
    drop(turn, CONFIRMATION_KEY)
    turn.emit(ResolutionRejected, reason=reason, by_silence=by_silence)
    make(turn, PromiseKind.NEXT_UPDATE)
    watch_again(turn)
    text = f"The resolution does not hold: {reason}"
    tell(turn, Template.STAKEHOLDER_NOTICE, (turn.escalation.owner, turn.escalation.manager), text=text)
    ladder = turn.escalation.ladder
    reach(turn, ladder.level, ladder.round, ClimbCause.REOPENED, turn.when, reason=reason)


def _watch_step(turn: Turn, step: PlanStep) -> None:
    if step.due is not None:
        make_until(turn, PromiseKind.TASK, step.due, step.id)


def _open_step(turn: Turn, wanted: str) -> PlanStep:
    step = next((one for one in turn.escalation.plan if one.id == wanted), None)
    if step is None:
        known = ", ".join(one.id for one in turn.escalation.plan) or "the plan is empty"
        raise Refused(RefusalCode.UNKNOWN, f"step {wanted} is not in the plan; known: {known}")
    if step.done_at is not None:
        raise Refused(RefusalCode.ALREADY_DONE, f"step {wanted} is done already")
    return step
