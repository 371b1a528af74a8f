"""Climbing: the mechanics of levels, shared by every step that climbs."""

from datetime import datetime
from functools import partial
from zlib import crc32

from domain.errands import FindPeople, PeopleFound
from domain.events import (
    AcknowledgementExpired,
    EarlierLevelNotified,
    LastResortReached,
    LastResortTold,
    LevelLeft,
    LevelNotified,
    LevelPagedAgain,
    LevelPassedOver,
    LevelReached,
    NobodyOnCall,
    OwnerAssigned,
    SnoozeEnded,
)
from domain.level_conditions import asked, next_below, unmet, varies
from domain.policy import Level, Target
from domain.rulebook import EMPTY_LADDERS_END
from domain.telling import look_up, tell
from domain.turn import Turn
from domain.vocabulary import (
    AcknowledgementBy,
    ClimbCause,
    LadderStatus,
    LookupPurpose,
    TargetKind,
    Template,
    Verdict,
)


def reach(
    turn: Turn,
    number: int,
    round_: int,
    cause: ClimbCause,
    planned: datetime,
    *,
    reason: str = "",
    targets: tuple[Target, ...] | None = None,
) -> None:
    """A level is up: whom it addresses is looked up, and the wait counts from the planned time.

    One that does not apply is passed over, unless `targets` say whom to tell in any case.
    """
    condition = None
    if targets is None:
        number = _pass_over(turn, number, planned, round_)
        condition = asked(turn.escalation, number, planned, round_)
    level = turn.escalation.policy.level(number)
    turn.emit(
        LevelReached,
        planned=planned,
        level=number,
        name=level.name,
        round=round_,
        cause=cause,
        climb_at=planned + level.wait,
        reason=reason,
        page_again_at=_next_round(level, 1, planned, planned + level.wait),
        condition=condition.expression if condition else "",
    )
    subject = f"{turn.escalation.ladder.episode}:{number}"
    look_up(turn, LookupPurpose.LEVEL, targets or level.targets, subject, condition)


def _pass_over(turn: Turn, number: int, planned: datetime, round_: int) -> int:
    """The next level from this one that applies, as far as is known; the last one always does."""
    last = len(turn.escalation.policy.levels)
    while number < last and (why := unmet(turn.escalation, number, planned, round_)):
        name = turn.escalation.policy.level(number).name
        turn.emit(LevelPassedOver, planned=planned, level=number, name=name, why=why)
        number += 1
    return number


def climb(turn: Turn, cause: ClimbCause, planned: datetime, reason: str = "") -> None:
    """To the next level; past the last one round again while repeats are left, then to the last resort."""
    ladder, policy = turn.escalation.ladder, turn.escalation.policy
    if ladder.status is LadderStatus.LAST_RESORT or ladder.round >= policy.repeats:
        at_the_end = ladder.status is LadderStatus.LAST_RESORT or ladder.level >= len(policy.levels)
        if at_the_end:
            _last_resort(turn, planned)
            return
    if ladder.level < len(policy.levels):
        reach(turn, ladder.level + 1, ladder.round, cause, planned, reason=reason)
    else:
        reach(turn, 1, ladder.round + 1, cause, planned, reason=reason)


def page_again(turn: Turn) -> None:
    """A further round within the level: its people are looked up anew, the shift may have changed."""
    escalation, ladder = turn.escalation, turn.escalation.ladder
    level = _level(turn, ladder.level)
    round_ = ladder.paged_again + 2
    following = _next_round(level, round_, turn.when, ladder.climb_at or turn.when)
    turn.emit(LevelPagedAgain, planned=turn.when, level=ladder.level, round=round_, page_again_at=following)
    in_charge = Target(kind=TargetKind.TEAM, id=escalation.team)
    targets = (in_charge,) if ladder.cause is ClimbCause.HANDED_OVER else level.targets
    look_up(turn, LookupPurpose.LEVEL, targets, f"{ladder.episode}:{ladder.level}:{round_}")


def _next_round(level: Level, done: int, last: datetime, climb_at: datetime) -> datetime | None:
    if level.every is None or done >= level.rounds or last + level.every >= climb_at:
        return None
    return last + level.every


def _level(turn: Turn, number: int) -> Level:
    """The level of that number, or the last one where the policy that it moved to has fewer."""
    policy = turn.escalation.policy
    return policy.level(min(number, len(policy.levels)))


def wait_is_over(turn: Turn) -> None:
    climb(turn, ClimbCause.NO_ACKNOWLEDGEMENT, turn.when)


def acknowledgement_is_over(turn: Turn) -> None:
    silent = turn.escalation.ladder.acknowledged_by
    turn.emit(AcknowledgementExpired, planned=turn.when, acknowledged_by=silent)
    climb(turn, ClimbCause.ACKNOWLEDGEMENT_EXPIRED, turn.when)


def snooze_is_over(turn: Turn) -> None:
    turn.emit(SnoozeEnded, planned=turn.when)


def level_found(turn: Turn, errand: FindPeople, found: PeopleFound) -> None:
    """The people of a level are known. Who acknowledged meanwhile spares them the page."""
    ladder = turn.escalation.ladder
    episode, number, *rounds = (int(part) for part in errand.subject.split(":"))
    round_ = rounds[0] if rounds else 1
    if ladder.status not in (LadderStatus.CLIMBING, LadderStatus.LAST_RESORT):
        return
    if round_ > 1:
        if episode == ladder.episode:
            _told_again(turn, found, number, round_)
        return
    if found.verdict is Verdict.FAILS:
        _does_not_apply(turn, found.why, number, episode)
        return
    if not found.people:
        _nobody(turn, found, number, episode)
        return
    level = _level(turn, number)
    people = _in_turn(turn, level, found.people, episode, round_)
    # Better one page too many than one too few: whoever cannot tell lets it apply.
    doubt = found.why if found.verdict is Verdict.CANNOT_TELL else ""
    if episode != ladder.episode:
        turn.emit(EarlierLevelNotified, level=number, people=people, in_doubt=doubt)
        tell(turn, Template.LEVEL_PAGE, people, channels=level.channels, pages=episode)
        return
    turn.emit(LevelNotified, level=number, people=people, unknown=found.unknown, in_doubt=doubt)
    _page(turn, level, people)


def _does_not_apply(turn: Turn, why: str, number: int, episode: int) -> None:
    """The next level at once, counted from when this one was planned; on the way down the next below."""
    ladder, level = turn.escalation.ladder, _level(turn, number)
    current = episode == ladder.episode
    turn.emit(
        LevelPassedOver, planned=ladder.planned if current else None, level=number, name=level.name, why=why
    )
    if not current:
        return
    again = partial(
        reach, turn, round_=ladder.round, cause=ladder.cause, planned=ladder.planned, reason=ladder.reason
    )
    if ladder.cause is not ClimbCause.DE_ESCALATED:
        again(min(ladder.level + 1, len(turn.escalation.policy.levels)))
        return
    below = next_below(turn.escalation, ladder.level, ladder.planned)
    if below is not None:
        again(below)
    else:
        # Somebody decided to go down, so it does not go up again for want of a level that applies.
        again(ladder.level, targets=level.targets)


def _told_again(turn: Turn, found: PeopleFound, number: int, round_: int) -> None:
    """Whoever acknowledged already is left in peace; nobody to tell does not climb, the wait goes on."""
    level = _level(turn, number)
    if found.people:
        _without_those_gone(turn, found, number, level)
    ladder = turn.escalation.ladder
    people = tuple(person for person in found.people if person not in ladder.acknowledged_by)
    people = _in_turn(turn, level, people, ladder.episode, round_)
    if not found.people:
        turn.emit(NobodyOnCall, level=number, targets=found.nobody + found.unknown)
    if people:
        turn.emit(LevelNotified, level=number, people=people, unknown=found.unknown, again=True)
        _page(turn, level, people)


def _without_those_gone(turn: Turn, found: PeopleFound, number: int, level: Level) -> None:
    """A shift may have changed, or somebody has left: only those whom the level means now are waited for."""
    ladder = turn.escalation.ladder
    gone = tuple(person for person in ladder.told if person not in found.people)
    if not gone:
        return
    asks_for_all = level.acknowledgement is AcknowledgementBy.ALL
    stops = asks_for_all and set(found.people) <= set(ladder.acknowledged_by)
    turn.emit(LevelLeft, level=number, people=gone, stops=stops)
    if stops and turn.escalation.owner_by_policy:
        owner = next(person for person in ladder.acknowledged_by if person in found.people)
        turn.emit(OwnerAssigned, owner=owner, reason="acknowledged first")


def _page(turn: Turn, level: Level, people: tuple[str, ...]) -> None:
    ladder = turn.escalation.ladder
    tell(
        turn,
        Template.LEVEL_PAGE,
        people,
        text=ladder.reason,
        due=ladder.climb_at,
        channels=level.channels,
        pages=ladder.episode,
    )


def _in_turn(turn: Turn, level: Level, people: tuple[str, ...], episode: int, round_: int) -> tuple[str, ...]:
    """All of them; or where a level takes turns, whoever it is: one after the other in an escalation,
    and another one to begin with in the next, so that it is spread over all of them."""
    if not level.round_robin or not people:
        return people
    begin = crc32(turn.escalation.id.encode())
    return (people[(begin + episode + round_ - 1) % len(people)],)


def _nobody(turn: Turn, found: PeopleFound, number: int, episode: int) -> None:
    """Recorded, and the next level at once, counted from when this one was planned."""
    ladder = turn.escalation.ladder
    turn.emit(NobodyOnCall, level=number, targets=found.nobody + found.unknown)
    if episode != ladder.episode:
        return
    if _is_empty(turn):
        _last_resort(turn, ladder.planned, nobody=True)
    else:
        climb(turn, ClimbCause.NOBODY_ON_CALL, ladder.planned)


def _is_empty(turn: Turn) -> bool:
    """Whether nobody is on any level now, and would not be at a repeat."""
    escalation, ladder = turn.escalation, turn.escalation.ladder
    levels = escalation.policy.levels
    if escalation.rules < EMPTY_LADDERS_END or ladder.round >= escalation.policy.repeats:
        return False
    if ladder.cause is ClimbCause.HANDED_OVER:
        # Nobody is in the team that was asked instead of the level.
        return False
    if ladder.level < len(levels) or any(varies(level) for level in levels):
        return False
    below = range(1, ladder.empty_from or ladder.level)
    return all(unmet(escalation, number, ladder.planned, ladder.round) for number in below)


def last_resort_found(turn: Turn, errand: FindPeople, found: PeopleFound) -> None:
    """Somebody always ends up with it: where nobody is found, the escalation manager."""
    ladder = turn.escalation.ladder
    if ladder.status is not LadderStatus.LAST_RESORT or str(ladder.episode) != errand.subject:
        return
    people = found.people or (turn.escalation.manager,)
    if not found.people:
        turn.emit(NobodyOnCall, level=ladder.level, targets=found.nobody + found.unknown)
    turn.emit(LastResortTold, people=people)
    tell(turn, Template.LEVEL_PAGE, people, pages=ladder.episode)
    if turn.escalation.owner_by_policy:
        turn.emit(OwnerAssigned, owner=people[0], reason="the last resort has it")


def acknowledgement_stops(turn: Turn, author: str) -> bool:
    """Whether climbing stops with this acknowledgement: the first does, unless the level asks for all."""
    ladder, policy = turn.escalation.ladder, turn.escalation.policy
    if ladder.status is not LadderStatus.CLIMBING:
        return True
    if policy.level(ladder.level).acknowledgement is AcknowledgementBy.FIRST:
        return True
    return bool(ladder.told) and set(ladder.told) <= {*ladder.acknowledged_by, author}


def _last_resort(turn: Turn, planned: datetime, *, nobody: bool = False) -> None:
    targets = turn.escalation.policy.last_resort
    named = tuple(str(target) for target in targets)
    turn.emit(LastResortReached, planned=planned, targets=named, nobody=nobody)
    look_up(turn, LookupPurpose.LAST_RESORT, targets, str(turn.escalation.ladder.episode))
