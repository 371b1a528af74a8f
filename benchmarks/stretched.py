"""The organisation of the measurements: the shipped people on the console, and policies made by name.

`straight@2000` is the straight life two thousand times as fast; `breach@90.5` promises a solution within
that many seconds; `climb@90.5` climbs after as many; `rhythm` has something due every few seconds.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from benchmarks import straight_life
from domain.people import Person, PersonChannel
from domain.policy import Policy, PromiseRule
from domain.vocabulary import ChannelKind, PromiseKind, Severity
from organisation.model import Organisation
from organisation.source import OrganisationSource

FAR = timedelta(days=2)
BREACH, CLIMB, RHYTHM, STRAIGHT = "breach", "climb", "rhythm", "straight"
UPDATE_EVERY, CLIMB_EVERY = timedelta(seconds=6), timedelta(seconds=31)
"""The rhythm: about 0.2 due steps a second, one in six with a page."""


@dataclass(frozen=True)
class Stretched(Organisation):
    """Makes policies on demand, so that each life can be due when the measurement wants it."""

    def policy(self, name: str, version: str | None = None) -> Policy:
        del version
        kind, _, number = name.partition("@")
        if kind == STRAIGHT:
            return _straight(float(number)).but(name=name)
        if kind == RHYTHM:
            return _plain(PromiseKind.NEXT_UPDATE, UPDATE_EVERY, CLIMB_EVERY).but(name=name, repeats=1000)
        left = max(timedelta(seconds=float(number)), timedelta(milliseconds=1))
        if kind == CLIMB:
            return _plain(PromiseKind.RESOLVE, FAR, left).but(name=name)
        return _plain(PromiseKind.RESOLVE, left, FAR).but(name=name)


class StretchedSource(OrganisationSource):
    """The real source, with the looks at the files that it takes, in front of the stretched organisation."""

    def current(self) -> Organisation:
        return _stretched(_Once(super().current()))


class _Once:
    """Makes an organisation a key by its identity."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and other.organisation is self.organisation

    def __hash__(self) -> int:
        return id(self.organisation)


@lru_cache(maxsize=1)
def _stretched(known: _Once) -> Stretched:
    shipped = known.organisation
    return Stretched(
        people={name: _on_console(person) for name, person in shipped.people.items()},
        teams=shipped.teams,
        on_call=shipped.on_call,
        calendars=shipped.calendars,
        policies=shipped.policies,
        templates=shipped.templates,
    )


def _on_console(person: Person) -> Person:
    return person.but(channels=(PersonChannel(kind=ChannelKind.CONSOLE, address=person.id),))


@lru_cache
def _straight(speed: float) -> Policy:
    return straight_life.policy(speed)


def _plain(kind: PromiseKind, target: timedelta, wait: timedelta) -> Policy:
    base = _straight(1.0)
    rules = (PromiseRule(kind=kind, target=target),)
    waits = (wait,) * 3 if wait == CLIMB_EVERY else (wait, FAR, FAR)
    levels = tuple(level.but(wait=one) for level, one in zip(base.levels, waits, strict=True))
    return base.but(promises=dict.fromkeys(Severity, rules), levels=levels)
