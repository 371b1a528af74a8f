"""Times at which a ladder or its last resort has nobody to tell, because everybody it could tell is off."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time

from domain.calendars import zone
from domain.on_call import final_schedule, gaps, people_at
from domain.policy import Policy, Target
from domain.vocabulary import TargetKind
from organisation.checks_clocks import Clocks
from organisation.checks_conditions import Case, cases, spelt
from organisation.directory import Directory
from organisation.findings import Finding
from organisation.on_call_checks import GAPS_AHEAD
from organisation.yaml_source import Source


class Roster:
    """Who of some targets can be told when, from a day on; whoever is not on a schedule always can."""

    def __init__(self, directory: Directory, today: date) -> None:
        self._on_call = directory.on_call
        self.start = datetime.combine(today, time(), UTC)
        self.until = self.start + GAPS_AHEAD

    def somebody(self, targets: Iterable[Target], at: datetime) -> bool:
        return any(not _rotates(target) or people_at(self._on_call, target.id, at) for target in targets)

    def ever(self, targets: Iterable[Target]) -> bool:
        return any(
            not _rotates(target)
            or any(shift.people for shift in final_schedule(self._on_call, target.id, self.start, self.until))
            for target in targets
        )

    def ends(self, targets: Iterable[Target]) -> set[datetime]:
        """When one of their schedules comes to have nobody."""
        schedules = {target.id for target in targets if _rotates(target)}
        return {gap.start for each in schedules for gap in gaps(self._on_call, each, self.start, self.until)}

    def local(self, target: Target, at: datetime) -> str:
        """The instant as a schedule's own clocks show it."""
        name = self._on_call.schedules[target.id].zone
        return f"{at.astimezone(zone(name)):%Y-%m-%d %H:%M} {name}"


def silent_at_times(source: Source, policy: Policy, roster: Roster, clocks: Clocks) -> Iterator[Finding]:
    """Where nobody is ever there, something else has been said."""
    if roster.ever(policy.last_resort):
        yield from _silent_last_resort(source, policy.last_resort, roster)
    if roster.ever(target for level in policy.levels for target in level.targets):
        yield from _silent_ladder(source, policy, roster, clocks)


def _silent_last_resort(source: Source, targets: tuple[Target, ...], roster: Roster) -> Iterator[Finding]:
    silent = next((at for at in sorted(roster.ends(targets)) if not roster.somebody(targets, at)), None)
    if silent is not None:
        yield source.warning(
            ("last_resort",),
            f"nobody of them is on call at {roster.local(targets[0], silent)}, so the escalation manager "
            "would be told",
            "name somebody who is always there as well",
        )


def _silent_ladder(source: Source, policy: Policy, roster: Roster, clocks: Clocks) -> Iterator[Finding]:
    """The first time and case at which every level that applies has nobody."""
    last = policy.levels[-1].targets
    if not all(_rotates(target) for target in last):
        return
    found = list(cases(policy, clocks))
    named = sorted({name for case in found for name in case.open})
    ends = roster.ends(target for level in policy.levels for target in level.targets)
    for at in sorted({roster.start, *ends, *clocks.edges(named, roster.until)}):
        open_now = frozenset(name for name in named if clocks.is_open(name, at))
        able = [level.when for level in policy.levels if roster.somebody(level.targets, at)]
        silent = (each for each in found if each.open == open_now and not any(map(each.fits, able)))
        case: Case | None = next(silent, None)
        if case is not None:
            yield source.warning(
                ("levels",),
                f"no level has anybody to tell for {spelt(case, policy)} at {roster.local(last[0], at)}, "
                "so the last resort is told at once",
                "let a level without a condition tell somebody who is always there",
            )
            return


def _rotates(target: Target) -> bool:
    return target.kind is TargetKind.ON_CALL
