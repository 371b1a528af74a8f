"""Shifts: stretches of time with the people who are on call in them, and how they are laid together."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

Instant = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(UTC))]
"""With whatever offset it is given: shifts are in UTC."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Half-open: `end` is not covered. Without people it is a gap."""

    start: datetime
    end: datetime
    people: tuple[str, ...]

    def within(self, start: datetime, end: datetime) -> bool:
        """Whether it shares an instant with a stretch."""
        return self.start < end and start < self.end


@dataclass(frozen=True, slots=True)
class Claim:
    """A shift as one layer wants it. Of claims to the same instant the highest priority wins."""

    shift: Shift
    priority: int = 0


def stacked(claims: Sequence[Claim], start: datetime, end: datetime) -> list[Shift]:
    """The whole stretch as shifts and gaps; claims of the same priority are on call together, in order."""
    claims = [claim for claim in claims if claim.shift.within(start, end)]
    edges = {edge for claim in claims for edge in (claim.shift.start, claim.shift.end) if start < edge < end}
    coming = sorted(enumerate(claims), key=lambda numbered: numbered[1].shift.start, reverse=True)
    standing: list[tuple[int, Claim]] = []
    shifts = []
    for since, until in pairwise(sorted({start, end, *edges})):
        standing = [each for each in standing if each[1].shift.end > since]
        while coming and coming[-1][1].shift.start <= since:
            standing.append(coming.pop())
        top = max((claim.priority for _, claim in standing), default=0)
        winners = [claim for _, claim in sorted(standing, key=_number) if claim.priority == top]
        shifts.append(Shift(since, until, each_once(who for claim in winners for who in claim.shift.people)))
    return shifts


def split(shifts: Iterable[Shift], edges: Iterable[datetime]) -> list[Shift]:
    """The same shifts, cut at the edges."""
    cuts = sorted(set(edges))
    pieces = []
    for shift in shifts:
        within = cuts[bisect_right(cuts, shift.start) : bisect_left(cuts, shift.end)]
        points = [shift.start, *within, shift.end]
        pieces += [Shift(since, until, shift.people) for since, until in pairwise(points)]
    return pieces


def merged(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    """Neighbours with the same people as one shift."""
    whole: list[Shift] = []
    for shift in shifts:
        if whole and whole[-1].people == shift.people and whole[-1].end == shift.start:
            whole[-1] = replace(whole[-1], end=shift.end)
        else:
            whole.append(shift)
    return tuple(whole)


def each_once(people: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(people))


def _number(numbered: tuple[int, Claim]) -> int:
    return numbered[0]
