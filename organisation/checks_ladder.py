"""Levels that are never reached, ladders without an end, and targets that mean nobody."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from domain.on_call import final_schedule
from domain.policy import Policy, Target
from domain.vocabulary import TargetKind
from organisation.checks import addressed, people_behind
from organisation.directory import Directory
from organisation.durations import written
from organisation.findings import Finding
from organisation.on_call_checks import GAPS_AHEAD
from organisation.policy_shape import PolicyFile
from organisation.yaml_source import Location, Source


def doubtful_ladder(source: Source, policy: Policy, life: timedelta) -> Iterator[Finding]:
    """`life` is the longest time in which an escalation should be closed."""
    late = [number for number in range(len(policy.levels)) if _reached_after(policy, number) >= life]
    for number in late:
        yield source.warning(
            ("levels", number),
            f"is reached after {written(_reached_after(policy, number))} at the earliest, "
            f"but closing is due within {written(life)}",
            "shorten the waits of the levels before it, or let a reason or a route start here",
        )
    whole = sum((level.wait for level in policy.levels), timedelta(0)) * (policy.repeats + 1)
    if not late and whole >= life:
        yield source.warning(
            ("repeats",),
            f"the last resort is told after {written(whole)}, but closing is due within {written(life)}",
            "shorten the waits, or repeat it less often",
        )


def _reached_after(policy: Policy, number: int) -> timedelta:
    """The shortest time to a level, counted from 0, if nobody acknowledges: from the nearest start below."""
    higher = (*policy.straight_to_manager.values(), *(route.level for route in policy.routes))
    starts = {0, *(level - 1 for level in higher)}
    start = max(each for each in starts if each <= number)
    # A level with a condition may be passed over, which takes no time.
    before = [level for level in policy.levels[start:number] if level.when is None]
    return sum((level.wait for level in before), timedelta(0))


def means_nobody(source: Source, file: PolicyFile, directory: Directory, today: date) -> Iterator[Finding]:
    """Where every target is somebody whom there is not, so that nobody is told at all."""
    for location, group in groupby(addressed(file), lambda each: _whole(each[0])):
        targets = [target for _, target, _ in group]
        if not any(_people(target, file, directory, today) for target in targets):
            yield source.warning(
                location,
                f"{' and '.join(str(target) for target in targets)} can reach nobody "
                f"(owner {file.owner}, the next {GAPS_AHEAD.days} days)",
                "name somebody else as well",
            )


def _whole(location: Location) -> Location:
    """The field that a target belongs to; beside the others of its list, if it is one."""
    return location[:-1] if isinstance(location[-1], int) else location


def _people(target: Target, file: PolicyFile, directory: Directory, today: date) -> tuple[str, ...]:
    if target.kind is not TargetKind.ON_CALL:
        return people_behind(directory, target, file)
    start = datetime.combine(today, time(), UTC)
    shifts = final_schedule(directory.on_call, target.id, start, start + GAPS_AHEAD)
    return tuple(person for shift in shifts for person in shift.people)
