"""Escalate: more skill, more authority, more hands; and what a broken promise sets off."""

from datetime import datetime

from domain.conditions import reported
from domain.decisions import (
    Approve,
    AssignOwner,
    Cancel,
    Climb,
    DeEscalate,
    DeployTaskForce,
    HandOver,
    MovePolicy,
    Refuse,
    RequestApproval,
    Snooze,
    StandDown,
)
from domain.ending import close, is_stopped, plan_closing
from domain.ending import stand_down as end_task_force
from domain.errands import FetchPolicy, FindPeople, PeopleFound, PolicyFetched
from domain.escalation import STAND_IN, Approval, Promise
from domain.events import (
    ApprovalDecided,
    ApprovalRequested,
    ApproverTold,
    CancelDecided,
    ClimbDecided,
    DeEscalated,
    HandedOver,
    MorePartiesDue,
    OwnerAssigned,
    PartiesInvolved,
    PolicyMoveAsked,
    PolicyMoved,
    PolicyMoveFailed,
    Snoozed,
    StandInAsked,
    TaskForceDeployed,
)
from domain.events.promises import moment, named
from domain.ladder import climb, reach
from domain.level_conditions import next_below
from domain.policy import PromiseRule, Target
from domain.promises import drop, keep, make, replan
from domain.refusals import RefusalCode, Refused
from domain.steps.identify import FROM_THE_START
from domain.telling import look_up, tell
from domain.turn import Turn
from domain.vocabulary import (
    ApprovalStatus,
    BreachAction,
    ClimbCause,
    CloseReason,
    LookupPurpose,
    PromiseKind,
    TargetKind,
    Template,
)


def assign_owner(turn: Turn, decision: AssignOwner) -> None:
    if decision.owner == turn.escalation.owner and not turn.escalation.owner_by_policy:
        raise Refused(RefusalCode.ALREADY_DONE, f"{decision.owner} is the owner already")
    turn.emit(OwnerAssigned, owner=decision.owner, reason=decision.reason)
    tell(turn, Template.OWNER_ASSIGNED, (decision.owner,), text=decision.reason)


def hand_over(turn: Turn, decision: HandOver) -> None:
    """To the team with the right skill; it has to acknowledge, else the ladder goes on."""
    if decision.team is None:
        raise Refused(RefusalCode.INVALID, f"team: nobody said which team has {decision.skill}; name it")
    turn.emit(HandedOver, team=decision.team, skill=decision.skill or "", reason=decision.reason)
    ladder = turn.escalation.ladder
    target = Target(kind=TargetKind.TEAM, id=decision.team)
    cause = ClimbCause.HANDED_OVER
    reach(turn, ladder.level, ladder.round, cause, turn.now, reason=decision.reason, targets=(target,))


def climb_now(turn: Turn, decision: Climb) -> None:
    turn.emit(ClimbDecided, reason=decision.reason)
    climb(turn, ClimbCause.DECISION, turn.now, decision.reason)


def de_escalate(turn: Turn, decision: DeEscalate) -> None:
    ladder = turn.escalation.ladder
    if ladder.level == 1:
        raise Refused(RefusalCode.INVALID, "it stands at the first level; there is none below")
    applying = next_below(turn.escalation, ladder.level, turn.now)
    if applying is None:
        raise Refused(RefusalCode.INVALID, "no level below applies at this time; hand it over instead")
    turn.emit(DeEscalated, guidance=decision.guidance)
    cause = ClimbCause.DE_ESCALATED
    reach(turn, applying, ladder.round, cause, turn.now, reason=decision.guidance)


def snooze(turn: Turn, decision: Snooze) -> None:
    longest = turn.escalation.policy.snooze_at_most
    if not turn.now < decision.until <= turn.now + longest:
        hours = longest.total_seconds() / 3600
        raise Refused(RefusalCode.INVALID, f"until: give a time within the next {hours:g} hours")
    turn.emit(Snoozed, until=decision.until, reason=decision.reason)


def request_approval(turn: Turn, decision: RequestApproval) -> None:
    rule = turn.escalation.policy.approval(decision.kind)
    if rule is None:
        known = ", ".join(one.kind for one in turn.escalation.policy.approvals) or "none"
        raise Refused(RefusalCode.UNKNOWN, f"kind: {decision.kind} is not known; the policy knows: {known}")
    if decision.approval in turn.escalation.approvals:
        raise Refused(RefusalCode.ALREADY_DONE, f"approval {decision.approval} exists; give a new id")
    approval = Approval(
        id=decision.approval,
        kind=rule.kind,
        amount=decision.amount,
        text=decision.text,
        asked_by=decision.author.id,
        approver=rule.approver,
        stand_in=rule.stand_in,
    )
    turn.emit(ApprovalRequested, approval=approval)
    _watch_approval(turn, approval.id, rule.approver, approval.id)


def approve(turn: Turn, decision: Approve) -> None:
    _decide_approval(turn, decision, ApprovalStatus.APPROVED)


def refuse(turn: Turn, decision: Refuse) -> None:
    _decide_approval(turn, decision, ApprovalStatus.REFUSED)


def approver_found(turn: Turn, errand: FindPeople, found: PeopleFound) -> None:
    """Asks them; where nobody else than the asker is found, the stand-in, at last those in charge."""
    approval = turn.escalation.approvals.get(errand.subject)
    if approval is None or approval.status is not ApprovalStatus.PENDING:
        return
    others = tuple(person for person in found.people if person != approval.asked_by)
    if not others and not approval.stand_in_asked:
        _ask_stand_in(turn, approval)
        return
    in_charge = tuple(person for person in _those_in_charge(turn) if person != approval.asked_by)
    people = others or in_charge or (turn.escalation.manager,)
    turn.emit(ApproverTold, approval=approval.id, people=people)
    text = f"{approval.kind}, {approval.amount:g}: {approval.text}"
    tell(turn, Template.APPROVAL_REQUEST, people, text=text, due=_approval_due(turn, approval))


def approval_is_late(turn: Turn, promise: Promise) -> None:
    """The stand-in is asked; when that one is late as well, the escalation manager hears of it."""
    approval = turn.escalation.approvals[promise.subject]
    if not approval.stand_in_asked:
        _ask_stand_in(turn, approval)
    else:
        tell(turn, Template.PROMISE_BROKEN, _those_in_charge(turn), text=f"approval {approval.id}")


def deploy_task_force(turn: Turn, decision: DeployTaskForce) -> None:
    force = turn.escalation.task_force
    if force is not None and force.stood_down_at is None and force.roles == decision.roles:
        raise Refused(RefusalCode.ALREADY_DONE, "this task force is deployed already")
    turn.emit(TaskForceDeployed, roles=dict(sorted(decision.roles.items())))
    roles = ", ".join(f"{role}: {person}" for role, person in sorted(decision.roles.items()))
    tell(turn, Template.TASK_FORCE, decision.roles.values(), text=roles)


def stand_down(turn: Turn, decision: StandDown) -> None:
    force = turn.escalation.task_force
    if force is None or force.stood_down_at is not None:
        raise Refused(RefusalCode.ALREADY_DONE, "no task force is deployed")
    end_task_force(turn, decision.reason)


def move_policy(turn: Turn, decision: MovePolicy) -> None:
    turn.emit(PolicyMoveAsked, policy=decision.policy, version=decision.version, reason=decision.reason)
    turn.ask(
        FetchPolicy(
            key=turn.key("policy"),
            name=decision.policy,
            version=decision.version,
            at=turn.escalation.opened_at,
            until=turn.now,
            reason=decision.reason,
            author=decision.author,
            facts=reported(turn.escalation.report, turn.escalation.key),
        )
    )


def policy_fetched(turn: Turn, errand: FetchPolicy, answer: PolicyFetched) -> None:
    """Planned anew from the original start; what is broken stays broken."""
    turn.act_for(errand.author.id, errand.author.role, None)
    turn.emit(
        PolicyMoved,
        policy=answer.policy,
        working_time=answer.working_time,
        reason=errand.reason,
        routes_holding=answer.holding(),
    )
    replan(turn, (*FROM_THE_START, PromiseKind.RCA))


def policy_not_fetched(turn: Turn, errand: FetchPolicy, why: str) -> None:
    turn.emit(PolicyMoveFailed, policy=errand.name, why=why)


def cancel(turn: Turn, decision: Cancel) -> None:
    turn.emit(CancelDecided, reason=decision.reason)
    close(turn, CloseReason.CANCELLED, decision.reason)


def involve_more(turn: Turn, by_rule: bool = True) -> None:
    """The next of the policy's further parties; past the last one the escalation manager."""
    escalation = turn.escalation
    rules = escalation.policy.involve
    targets = rules[escalation.involved].targets if escalation.involved < len(rules) else ()
    if not targets:
        turn.emit(PartiesInvolved, people=(escalation.manager,))
        tell(turn, Template.MORE_PARTIES, (escalation.manager,))
        return
    turn.emit(MorePartiesDue, targets=tuple(str(target) for target in targets), by_rule=by_rule)
    look_up(turn, LookupPurpose.PARTIES, targets)


def parties_found(turn: Turn, errand: FindPeople, found: PeopleFound) -> None:
    people = found.people or (turn.escalation.manager,)
    turn.emit(PartiesInvolved, people=people)
    tell(turn, Template.MORE_PARTIES, people)


def promise_is_broken(turn: Turn, promise: Promise) -> None:
    """What the policy says a breach does, beside being recorded."""
    for action in promise.rule.on_breach:
        match action:
            case BreachAction.CLIMB if not is_stopped(turn.escalation):
                climb(
                    turn,
                    ClimbCause.BREACH,
                    turn.when,
                    f"{named(promise)} was due {moment(promise.broken_at)}",
                )
            case BreachAction.TELL_MANAGER:
                due = promise.broken_at
                tell(turn, Template.PROMISE_BROKEN, _those_in_charge(turn), text=named(promise), due=due)
            case BreachAction.INVOLVE if not is_stopped(turn.escalation):
                involve_more(turn, by_rule=False)
            case BreachAction.RECORD | BreachAction.CLIMB | BreachAction.INVOLVE:
                pass


def _those_in_charge(turn: Turn) -> tuple[str, ...]:
    return tuple(dict.fromkeys((turn.escalation.owner, turn.escalation.manager)))


def _watch_approval(turn: Turn, approval: str, who: Target, subject: str) -> None:
    rule = turn.escalation.policy.approval(turn.escalation.approvals[approval].kind)
    if rule is not None:
        clock = PromiseRule(kind=PromiseKind.APPROVAL, target=rule.deadline, warn_at=(0.5,))
        make(turn, PromiseKind.APPROVAL, subject=subject, rule=clock)
    look_up(turn, LookupPurpose.APPROVER, (who,), approval)


def _ask_stand_in(turn: Turn, approval: Approval) -> None:
    turn.emit(StandInAsked, approval=approval.id)
    drop(turn, f"{PromiseKind.APPROVAL}:{approval.id}")
    _watch_approval(turn, approval.id, approval.stand_in, f"{approval.id}{STAND_IN}")


def _approval_due(turn: Turn, approval: Approval) -> datetime | None:
    key = f"{PromiseKind.APPROVAL}:{approval.id}"
    promises = turn.escalation.promises
    clock = promises.get(f"{key}{STAND_IN}") or promises.get(key)
    return clock.due if clock else None


def _decide_approval(turn: Turn, decision: Approve | Refuse, status: ApprovalStatus) -> None:
    approval = turn.escalation.approvals.get(decision.approval)
    if approval is None:
        known = ", ".join(sorted(turn.escalation.approvals)) or "none were requested"
        raise Refused(RefusalCode.UNKNOWN, f"approval {decision.approval} is not known; known: {known}")
    if approval.status is not ApprovalStatus.PENDING:
        raise Refused(RefusalCode.ALREADY_DONE, f"{approval.decided_by} has {approval.status} it already")
    _check_authority(turn, approval, decision)
    turn.emit(ApprovalDecided, approval=approval.id, status=status, comment=decision.comment)
    for key in (f"{PromiseKind.APPROVAL}:{approval.id}", f"{PromiseKind.APPROVAL}:{approval.id}{STAND_IN}"):
        keep(turn, key)
    plan_closing(turn)
    text = f"{approval.id}: {status} by {decision.author.id}. {decision.comment}"
    tell(turn, Template.APPROVAL_ANSWER, (approval.asked_by, turn.escalation.owner), text=text)


def _check_authority(turn: Turn, approval: Approval, decision: Approve | Refuse) -> None:
    """Four eyes, and the amount within the author's limit unless this very person was asked."""
    author = decision.author
    if author.id == approval.asked_by:
        raise Refused(RefusalCode.NOT_ALLOWED, f"{author.id} asked for it; somebody else has to decide")
    rule = turn.escalation.policy.approval(approval.kind)
    limit = rule.limits.get(author.role) if rule else None
    if author.id in approval.asked or (limit is not None and approval.amount <= limit):
        return
    raise Refused(
        RefusalCode.NOT_ALLOWED,
        f"{author.id} ({author.role}) may approve {approval.kind} up to {limit or 0:g}, "
        f"asked are {approval.amount:g}; it is with {approval.approver}",
    )
