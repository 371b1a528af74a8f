"""How an escalation ends, whichever step ends it."""

from collections.abc import Iterable

from domain.decisions import AddLink, Author, ParentClosed
from domain.errands import TellEscalation
from domain.escalation import Escalation
from domain.events import Closed, ClosingPlanned, TaskForceStoodDown
from domain.promises import drop, keep, make_until
from domain.report import Link
from domain.telling import tell, tell_customers
from domain.turn import Turn
from domain.vocabulary import (
    ApprovalStatus,
    CloseReason,
    PromiseKind,
    RcaStatus,
    Relation,
    Role,
    Stage,
    Template,
)

ENGINE = Author(id="escalations", role=Role.SERVICE)
"""The author of what one escalation tells another."""
ESCALATION_PREFIX = "esc-"
"""How the ids of escalations begin; other linked records live elsewhere."""


def close(turn: Turn, reason: CloseReason, text: str = "") -> None:
    """Ends the escalation: promises settle, everybody hears of it. A solution closes the children, too."""
    stand_down(turn, reason.replace("_", " "))
    for promise in turn.escalation.open_promises():
        if promise.kind is PromiseKind.CLOSE:
            keep(turn, promise.key)
        else:
            drop(turn, promise.key)
    turn.emit(Closed, reason=reason, owner=turn.escalation.owner, text=text)
    escalation = turn.escalation
    tell(turn, Template.CLOSED, (escalation.owner, escalation.manager), text=text)
    if reason is CloseReason.RESOLVED:
        tell_customers(turn, Template.CLOSED, text=text)
    if reason not in (CloseReason.RESOLVED, CloseReason.PARENT_CLOSED):
        return
    for link in escalation.links:
        if link.relation is Relation.CHILD and link.id.startswith(ESCALATION_PREFIX):
            _tell_child(turn, link.id, text or f"closed ({reason})")


def stand_down(turn: Turn, reason: str) -> None:
    """Sends the task force home, where there is one, and tells its people."""
    force = turn.escalation.task_force
    if force is None or force.stood_down_at is not None:
        return
    turn.emit(TaskForceStoodDown, reason=reason)
    text = f"The task force is stood down: {reason}" if reason else "The task force is stood down."
    tell(turn, Template.STAKEHOLDER_NOTICE, force.roles.values(), text=text)


def watch_again(turn: Turn) -> None:
    """The work goes on: what is still to be done has its clock again, unless its time has passed."""
    escalation = turn.escalation
    for step in escalation.plan:
        if step.done_at is None and step.due is not None and step.due > turn.when:
            make_until(turn, PromiseKind.TASK, step.due, step.id)
    for action in escalation.preventive_actions.values():
        key = f"{PromiseKind.PREVENTIVE_ACTION}:{action.id}"
        running = key in escalation.promises and escalation.promises[key].is_open
        if action.done_at is None and action.due > turn.when and not running:
            make_until(turn, PromiseKind.PREVENTIVE_ACTION, action.due, action.id)


_MIRRORED = {Relation.PARENT: Relation.CHILD, Relation.CHILD: Relation.PARENT}


def greet_relatives(turn: Turn, links: Iterable[Link]) -> None:
    """Lets the escalations that are parent or child of this one know it."""
    for link in links:
        if link.relation in _MIRRORED and link.id.startswith(ESCALATION_PREFIX):
            key = turn.key(link.id)
            back = Link(relation=_MIRRORED[link.relation], id=turn.escalation.id)
            decision = AddLink(decision_id=key, author=ENGINE, link=back)
            turn.ask(TellEscalation(key=key, escalation_id=link.id, decision=decision))


def plan_closing(turn: Turn) -> None:
    """Once confirmed and nothing is owed any more, closing is a matter of time."""
    escalation = turn.escalation
    if escalation.close_at is None and not escalation.is_closed and not owed(escalation):
        turn.emit(ClosingPlanned, close_at=turn.when + escalation.policy.confirmation.close_after)


def owed(escalation: Escalation) -> tuple[str, ...]:
    """What stands between a solved escalation and its end, in words."""
    resolution = escalation.resolution
    if resolution is None or resolution.confirmed_at is None:
        return ("the customer's confirmation",)
    left = [f"verification with {one}" for one in unverified(escalation)]
    rca = escalation.rca
    if rca is not None and rca.status is not RcaStatus.SHARED:
        shares = escalation.policy.rca.share_with_customer and escalation.customers
        if shares or rca.status is not RcaStatus.APPROVED:
            left.append("the root cause analysis")
    approvals = escalation.approvals.values()
    left.extend(f"approval {one.id}" for one in approvals if one.status is ApprovalStatus.PENDING)
    actions = escalation.preventive_actions.values()
    left.extend(f"preventive action {action.id}" for action in actions if action.done_at is None)
    return tuple(left)


def unverified(escalation: Escalation) -> tuple[str, ...]:
    """Affected customers with whom nobody has verified yet; the asking one speaks by its confirmation."""
    resolution = escalation.resolution
    if resolution is None:
        return ()
    done = set(resolution.verified)
    if resolution.confirmed_at is not None and escalation.report.customer is not None:
        done.add(escalation.report.customer.id)
    return tuple(customer for customer in escalation.customers if customer not in done)


def is_stopped(escalation: Escalation) -> bool:
    """Whether climbing makes no sense any more."""
    return escalation.stage in (Stage.RESOLVE, Stage.RCA, Stage.CLOSED)


def _tell_child(turn: Turn, child: str, reason: str) -> None:
    key = turn.key(child)
    decision = ParentClosed(decision_id=key, author=ENGINE, parent=turn.escalation.id, reason=reason)
    turn.ask(TellEscalation(key=key, escalation_id=child, decision=decision))
