"""Levels whose conditions never hold, unknown tiers, and cases for which only the last level is left."""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from domain.policy import LevelCondition, Policy
from domain.vocabulary import Reason, Severity
from organisation.checks_clocks import Clocks
from organisation.checks_words import compared_with
from organisation.findings import Finding, nearest
from organisation.policy_shape import PolicyFile
from organisation.yaml_source import Location, Source

USUAL_TIER = "standard"
"""The tier of a customer of whom nothing else is said."""


class Case(NamedTuple):
    """What conditions are asked of. A tier or reason of None is one that no condition names.

    Counts and CEL are taken to hold: what cannot be told here is no reason for a warning.
    """

    severity: Severity
    tier: str | None
    reason: Reason | None
    open: frozenset[str]
    """The calendars, of those that conditions name, in whose hours it is."""

    def fits(self, when: LevelCondition | None) -> bool:
        return when is None or (
            (not when.severity or self.severity in when.severity)
            and (not when.tier or self.tier in when.tier)
            and (not when.reason or self.reason in when.reason)
            and (not when.hours or when.hours in self.open)
            and (not when.outside_hours or when.outside_hours not in self.open)
        )


def doubtful_conditions(
    source: Source, file: PolicyFile, policy: Policy, clocks: Clocks
) -> Iterator[Finding]:
    for number, level in enumerate(policy.levels):
        if level.when is not None:
            at: Location = ("levels", number, "when")
            yield from _never_so_bad(source, at, policy, level.when)
            yield from _hours_never_meet(source, at, level.when, clocks)
            yield from _starts_above(source, at, policy, number, level.when)
            yield from _never_so_often(source, at, policy, level.when)
    yield from _strange_tiers(source, file)
    yield from _only_the_last(source, policy, clocks)


def cases(policy: Policy, clocks: Clocks) -> Iterator[Case]:
    """Everything that the conditions of the levels can tell apart."""
    conditions = [level.when for level in policy.levels if level.when]
    tiers = sorted({tier for when in conditions for tier in when.tier})
    reasons = sorted({reason for when in conditions for reason in when.reason})
    hours = {name for when in conditions for name in (when.hours, when.outside_hours) if name}
    severities = sorted(set(policy.severities.values()))
    choices = (severities, (None, *tiers), (None, *reasons), clocks.open_together(sorted(hours)))
    yield from (Case(*each) for each in product(*choices))


def spelt(case: Case, policy: Policy) -> str:
    """The case in as many words as the conditions need: "S3 outside office", "anything"."""
    conditions = [level.when for level in policy.levels if level.when]
    hours = sorted({name for when in conditions for name in (when.hours, when.outside_hours) if name})
    words = [case.severity.value if any(when.severity for when in conditions) else "anything"]
    words += [f"of {case.tier} customers"] if case.tier else []
    words += [f"for {case.reason.replace('_', ' ')}"] if case.reason else []
    words += [f"{'within' if name in case.open else 'outside'} {name}" for name in hours]
    return " ".join(words)


def _never_so_bad(source: Source, at: Location, policy: Policy, when: LevelCondition) -> Iterator[Finding]:
    given = set(policy.severities.values())
    if when.severity and given.isdisjoint(when.severity):
        yield source.warning(
            (*at, "severity"),
            f"can never hold: no pair of impact and urgency gives {' or '.join(when.severity)}",
            f"give a pair that severity, or write one of {', '.join(sorted(given))} here",
        )


def _hours_never_meet(
    source: Source, at: Location, when: LevelCondition, clocks: Clocks
) -> Iterator[Finding]:
    hours, outside = when.hours, when.outside_hours
    named = sorted({name for name in (hours, outside) if name})
    together = clocks.open_together(named)
    if any((not hours or hours in each) and (not outside or outside not in each) for each in together):
        return
    if hours and clocks.never_open(hours):
        what = f"{hours} has no open hour in the year ahead"
    elif hours:
        what = f"all hours of {hours} are hours of {outside} too"
    else:
        what = f"{outside} is always open"
    yield source.warning(at, f"can never hold: {what}", "correct the hours, or leave the level out")


def _starts_above(
    source: Source, at: Location, policy: Policy, number: int, when: LevelCondition
) -> Iterator[Finding]:
    starts = policy.straight_to_manager
    if policy.repeats or not when.reason or any(starts.get(one, 1) <= number + 1 for one in when.reason):
        return
    yield source.warning(
        (*at, "reason"),
        f"is never reached: {', '.join(when.reason)} starts above it, and the ladder is not repeated",
        "let straight_to_manager start here or below, or leave the level out",
    )


def _never_so_often(source: Source, at: Location, policy: Policy, when: LevelCondition) -> Iterator[Finding]:
    if when.repeats_at_least is not None and when.repeats_at_least > policy.repeats:
        yield source.warning(
            (*at, "repeats_at_least"),
            f"can never hold: repeats is {policy.repeats}",
            "repeat the ladder more often, or leave the level out",
        )


def _strange_tiers(source: Source, file: PolicyFile) -> Iterator[Finding]:
    """Tiers that `tier_raises` does not know, where it names some."""
    known = {*file.tier_raises, USUAL_TIER}
    for at, tier in _tiers(file) if file.tier_raises else ():
        if tier not in known:
            mend = f"{nearest(tier, known)} Or name it in tier_raises, with 0 if it raises nothing"
            yield source.warning(at, f"no customer has the tier {tier!r}, as far as tier_raises tells", mend)


def _tiers(file: PolicyFile) -> Iterator[tuple[Location, str]]:
    for number, level in enumerate(file.levels):
        for which, tier in enumerate(level.when.tier if level.when else ()):
            yield ("levels", number, "when", "tier", which), tier
    for number, route in enumerate(file.routes):
        for which, tier in enumerate(route.tier):
            yield ("routes", number, "tier", which), tier
    for severity, promises in file.promises.items():
        for kind, promise in promises.items():
            for number, case in enumerate(promise.cases):
                for which, tier in enumerate(case.tier):
                    yield ("promises", severity, kind, "for", number, "tier", which), tier
    yield from compared_with(file, "case.tier")


def _only_the_last(source: Source, policy: Policy, clocks: Clocks) -> Iterator[Finding]:
    """The first case, if there is one, that all levels from its first one on but the last do not fit."""
    last = len(policy.levels) - 1
    if any(level.when is None for level in policy.levels[:last]):
        return
    for case in cases(policy, clocks):
        start = policy.straight_to_manager.get(case.reason, 1) - 1 if case.reason else 0
        below = policy.levels[start:last]
        if below and not any(case.fits(level.when) for level in below):
            yield source.warning(
                ("levels", last),
                f"is the only level for {spelt(case, policy)}",
                "let another level apply as well, or add one for that case if it is meant",
            )
            return
