"""What people change in a schedule that is planned: overrides, swaps, and another schedule for a while.

Where several apply, swaps are made in what the layers and temporary schedules say, and overrides in
what the swaps leave; of those of a kind, the later one in the list has the last word.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, Self, assert_never

from pydantic import Field, model_validator

from domain.on_call_shifts import Instant, Shift, each_once, split
from domain.value import Value


class Stretch(Value):
    """From `start` until just before `end`."""

    start: Instant
    end: Instant

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"{self._called()} ends before it starts; swap its times")
        return self

    def covers(self, shift: Shift) -> bool:
        """Whether a shift lies in it, for shifts that were split at its edges."""
        return self.start <= shift.start < self.end

    @classmethod
    def _called(cls) -> str:
        return "a stretch of time"


class Instead(Value):
    """These people instead of everybody; nobody is on call with none."""

    kind: Literal["instead"] = "instead"
    people: tuple[str, ...] = ()


class Added(Value):
    kind: Literal["add"] = "add"
    people: tuple[str, ...] = Field(min_length=1)


class Removed(Value):
    kind: Literal["remove"] = "remove"
    people: tuple[str, ...] = Field(min_length=1)


class Replaced(Value):
    """Where the one is on call, the other stands in."""

    kind: Literal["replace"] = "replace"
    stand_ins: dict[str, str] = Field(min_length=1)


Change = Annotated[Instead | Added | Removed | Replaced, Field(discriminator="kind")]


class Override(Stretch):
    """A change of who is on call in a schedule, for a while."""

    schedule: str
    change: Change
    reason: str = ""
    by: str = ""
    """Who wrote it, where that is known."""

    @classmethod
    def _called(cls) -> str:
        return "an override"


class Swap(Value):
    """Two people take each other's shifts: each the other's in the other's stretch."""

    schedule: str
    first: str
    first_shift: Stretch
    second: str
    second_shift: Stretch


class Temporary(Stretch):
    """Another schedule, with its own changes, applies instead of this one's layers."""

    schedule: str
    use: str

    @classmethod
    def _called(cls) -> str:
        return "a temporary schedule"


def overridden(shifts: Iterable[Shift], overrides: Sequence[Override]) -> list[Shift]:
    pieces = split(shifts, (edge for each in overrides for edge in (each.start, each.end)))
    return [Shift(piece.start, piece.end, _after(piece, overrides)) for piece in pieces]


def swapped(shifts: Iterable[Shift], swaps: Sequence[Swap]) -> list[Shift]:
    pieces = list(shifts)
    for swap in swaps:
        stretches = (swap.first_shift, swap.second_shift)
        pieces = split(pieces, (edge for each in stretches for edge in (each.start, each.end)))
        pieces = [Shift(piece.start, piece.end, _exchanged(piece, swap)) for piece in pieces]
    return pieces


def put_in(shifts: Iterable[Shift], others: Sequence[Shift]) -> list[Shift]:
    """The other shifts, which follow one another without a hole, in the place of what was there."""
    start, end = others[0].start, others[-1].end
    kept = [each for each in split(shifts, (start, end)) if not each.within(start, end)]
    return sorted((*kept, *others), key=lambda shift: shift.start)


def goes_round(temporaries: Sequence[Temporary]) -> int | None:
    """The place of one that leads back to its own schedule at an instant when all on the way apply."""
    for number, each in enumerate(temporaries):
        if _leads_to(each.schedule, each, temporaries, frozenset({number})):
            return number
    return None


def _leads_to(goal: str, via: Temporary, temporaries: Sequence[Temporary], seen: frozenset[int]) -> bool:
    if via.use == goal:
        return True
    for number, each in enumerate(temporaries):
        start, end = max(via.start, each.start), min(via.end, each.end)
        if each.schedule == via.use and start < end and number not in seen:
            narrowed = each.but(start=start, end=end)
            if _leads_to(goal, narrowed, temporaries, seen | {number}):
                return True
    return False


def _after(piece: Shift, overrides: Iterable[Override]) -> tuple[str, ...]:
    people = piece.people
    for override in overrides:
        if override.covers(piece):
            people = _changed(people, override.change)
    return people


def _changed(people: tuple[str, ...], change: Change) -> tuple[str, ...]:
    match change:
        case Instead():
            return change.people
        case Added():
            return each_once((*people, *change.people))
        case Removed():
            return tuple(person for person in people if person not in change.people)
        case Replaced():
            return each_once(change.stand_ins.get(person, person) for person in people)
        case _:
            assert_never(change)


def _exchanged(piece: Shift, swap: Swap) -> tuple[str, ...]:
    # Both at once, so that nobody is given away and back where the stretches overlap.
    instead = {}
    if swap.first_shift.covers(piece):
        instead[swap.first] = swap.second
    if swap.second_shift.covers(piece):
        instead[swap.second] = swap.first
    return each_once(instead.get(person, person) for person in piece.people)
