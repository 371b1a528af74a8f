"""Promise clocks: made, paused, resumed, planned anew, kept, broken, dropped."""

from datetime import datetime, timedelta
from typing import Any

from domain.escalation import Escalation, Promise
from domain.events import (
    PromiseAtRisk,
    PromiseBroken,
    PromiseDropped,
    PromiseKept,
    PromiseMade,
    PromisePaused,
    PromiseReplanned,
    PromiseResumed,
)
from domain.policy import PromiseRule
from domain.turn import Turn
from domain.vocabulary import Pause, PromiseKind, PromiseStatus, Stage
from domain.working_time import WorkingTime

NOTHING = timedelta(0)


def make(
    turn: Turn,
    kind: PromiseKind,
    *,
    subject: str = "",
    rule: PromiseRule | None = None,
    started: datetime | None = None,
    warn_after: tuple[timedelta, ...] | None = None,
) -> None:
    """Starts a promise. Without `rule` the policy's for the present case; it may make none.

    `started` is the planned start, by default now; `warn_after` replaces the rule's shares.
    """
    escalation = turn.escalation
    rule = rule or escalation.policy.promise(kind, escalation.severity, escalation.report)
    if rule is None:
        return
    started = started or turn.when
    if warn_after is None:
        warn_after = _warnings(rule)
    clock = escalation.working(rule.calendar)
    promise = Promise(
        key=f"{kind}:{subject}" if subject else kind.value,
        rule=rule,
        started_at=started,
        running_since=started,
        due=_add(clock, started, rule.target),
        warn_after=warn_after,
        next_warning=_add(clock, started, warn_after[0]) if warn_after else None,
    )
    turn.emit(PromiseMade, promise=promise)


def make_until(turn: Turn, kind: PromiseKind, due: datetime, subject: str = "") -> None:
    """Starts a promise that is due at a date somebody gave; a date that has passed is due at once."""
    length = max(due - turn.when, timedelta(microseconds=1))
    make(turn, kind, subject=subject, rule=PromiseRule(kind=kind, target=length))


def keep(turn: Turn, key: str, at: datetime | None = None) -> None:
    """Keeps a promise, also one that is broken already (late). Nothing where there is none to keep."""
    promise = turn.escalation.promises.get(key)
    if promise is None or promise.settled_at is not None:
        return
    status = promise.status if promise.broken_at else PromiseStatus.KEPT
    settled = _stopped(promise, turn.when, status=status, settled_at=at or turn.when, paused_by=())
    turn.emit(PromiseKept, promise=settled)


def drop(turn: Turn, key: str) -> None:
    """A promise that nobody needs any more, unless it is broken or settled."""
    promise = turn.escalation.promises.get(key)
    if promise is None or not promise.is_open:
        return
    status = PromiseStatus.DROPPED
    dropped = _stopped(promise, turn.when, status=status, settled_at=turn.when, paused_by=())
    turn.emit(PromiseDropped, promise=dropped)


def drop_kind(turn: Turn, *kinds: PromiseKind) -> None:
    for promise in turn.escalation.open_promises():
        if promise.kind in kinds:
            drop(turn, promise.key)


def break_(turn: Turn, promise: Promise) -> None:
    broken = _stopped(
        promise, turn.when, status=PromiseStatus.BROKEN, broken_at=promise.due, seen_broken_at=turn.now
    )
    turn.emit(PromiseBroken, planned=promise.due, promise=broken)


def warn(turn: Turn, promise: Promise) -> None:
    warned = promise.but(warned=promise.warned + 1)
    turn.emit(
        PromiseAtRisk, planned=promise.next_warning, promise=_timed(turn.escalation, warned, promise.due)
    )


def settle_pauses(turn: Turn) -> None:
    """Stops and starts the clocks as the state of the escalation asks for."""
    active = _active(turn.escalation)
    stopped = [promise for promise in turn.escalation.promises.values() if promise.paused_by]
    if not active and not stopped:
        return
    for promise in turn.escalation.open_promises():
        causes = tuple(cause for cause in _pauses(promise) if cause in active) if active else ()
        if causes == promise.paused_by:
            continue
        if causes:
            paused = _stopped(promise, turn.when, status=PromiseStatus.PAUSED, paused_by=causes)
            turn.emit(PromisePaused, promise=paused)
        else:
            running = promise.but(status=PromiseStatus.RUNNING, paused_by=(), running_since=turn.when)
            turn.emit(PromiseResumed, promise=_timed(turn.escalation, running))


def replan(turn: Turn, kinds: tuple[PromiseKind, ...]) -> None:
    """Gives open promises of these kinds the present rule, counted from their original start.

    A broken promise stays broken; one that the policy no longer makes is dropped, one that it newly
    makes starts with the escalation, but a rhythm of updates starts now. An analysis that was asked for
    is owed under any policy.
    """
    for kind in kinds:
        escalation = turn.escalation
        rule = escalation.policy.promise(kind, escalation.severity, escalation.report)
        promise = escalation.promises.get(kind)
        if promise is None or promise.status is PromiseStatus.DROPPED:
            if rule is not None and not _is_past(escalation, kind):
                make(turn, kind, started=None if kind is PromiseKind.NEXT_UPDATE else escalation.began_at)
        elif promise.is_open and rule is not None:
            turn.emit(PromiseReplanned, promise=_replanned(escalation, promise, rule, turn.when))
        elif kind is not PromiseKind.RCA:
            drop(turn, kind)


def retime(turn: Turn) -> None:
    """Plans running promises anew after the working windows became known further."""
    for promise in turn.escalation.open_promises():
        if promise.rule.calendar is not None and promise.status is PromiseStatus.RUNNING:
            timed = _timed(turn.escalation, promise)
            if timed != promise:
                turn.emit(PromiseReplanned, promise=timed)


def _replanned(escalation: Escalation, promise: Promise, rule: PromiseRule, now: datetime) -> Promise:
    """By the new rule. A warning whose time lies ahead again is given again when it comes."""
    warn_after = _warnings(rule)
    shown = _shown(promise, escalation.working(rule.calendar), now)
    warned = min(promise.warned, sum(length <= shown for length in warn_after))
    changed = promise.but(rule=rule, warn_after=warn_after, warned=warned)
    return changed if promise.status is PromiseStatus.PAUSED else _timed(escalation, changed)


def _warnings(rule: PromiseRule) -> tuple[timedelta, ...]:
    """Time on the clock of each warning; two that fall together are one."""
    target = rule.target
    shares = [target * share for share in rule.warn_at]
    before = {target - ahead for ahead in rule.warn_before if ahead < target}
    return tuple(sorted([*shares, *before.difference(shares)]))


def _pauses(promise: Promise) -> tuple[Pause, ...]:
    """What stops this clock: its rule says; a solution waits for the customer's word in any case."""
    if promise.kind is PromiseKind.RESOLVE and Pause.AWAITING_CONFIRMATION not in promise.rule.pauses_while:
        return (*promise.rule.pauses_while, Pause.AWAITING_CONFIRMATION)
    return promise.rule.pauses_while


def _active(escalation: Escalation) -> list[Pause]:
    causes = []
    if escalation.waiting is not None:
        causes.append(Pause.WAITING_FOR_CUSTOMER)
    if escalation.stage is Stage.RESOLVE:
        causes.append(Pause.AWAITING_CONFIRMATION)
    if escalation.ladder.snoozed_until is not None:
        causes.append(Pause.SNOOZED)
    return causes


def _is_past(escalation: Escalation, kind: PromiseKind) -> bool:
    """Whether what the promise is about has happened already."""
    match kind:
        case PromiseKind.ACKNOWLEDGE:
            in_review = escalation.stage in (Stage.IDENTIFY, Stage.REVIEW)
            return not in_review or bool(escalation.ladder.acknowledged_by)
        case PromiseKind.FIRST_RESPONSE:
            return escalation.responded_at is not None
        case PromiseKind.INFORM:
            return escalation.stage not in (Stage.IDENTIFY, Stage.REVIEW, Stage.COMMUNICATE)
        case PromiseKind.RCA:
            return True
        case PromiseKind.CLOSE:
            return False
        case _:
            return escalation.resolution is not None


def _stopped(promise: Promise, now: datetime, **changes: Any) -> Promise:
    """The promise with a clock that does not run, and with further changes."""
    since = promise.running_since
    if since is None:
        return promise.but(**changes)
    ran = promise.ran if since >= now else (*promise.ran, (since, now))
    return promise.but(ran=ran, running_since=None, due=None, next_warning=None, **changes)


def _timed(escalation: Escalation, promise: Promise, due: datetime | None = None) -> Promise:
    """The promise with its due time and its next warning worked out. `due` where it is known already."""
    clock = escalation.working(promise.rule.calendar)
    next_warning = None
    if promise.warned < len(promise.warn_after):
        next_warning = _reaches(promise, clock, promise.warn_after[promise.warned])
    return promise.but(due=due or _reaches(promise, clock, promise.rule.target), next_warning=next_warning)


def _reaches(promise: Promise, clock: WorkingTime | None, length: timedelta) -> datetime:
    """When the clock shows `length`: in a stretch that it ran before, or from where it runs now."""
    left = length
    for begin, end in promise.ran:
        ran = end - begin if clock is None else clock.between(begin, end)
        if ran >= left:
            return _add(clock, begin, left)
        left -= ran
    assert promise.running_since is not None
    return _add(clock, promise.running_since, left)


def _shown(promise: Promise, clock: WorkingTime | None, now: datetime) -> timedelta:
    """What the clock shows by now: all the time that it ran."""
    since = promise.running_since
    stretches = promise.ran if since is None else (*promise.ran, (since, now))
    ran = (end - begin if clock is None else clock.between(begin, end) for begin, end in stretches)
    return sum(ran, NOTHING)


def _add(clock: WorkingTime | None, start: datetime, length: timedelta) -> datetime:
    return start + length if clock is None else clock.add(start, length)
