"""Who is on call: a rotation hands over by the clock on the wall, and overrides go before it.

Zone data is read from files, so this module is for activities, commands and simulations.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, Field, NaiveDatetime, model_validator

from domain.calendars import zone
from domain.value import Value


def _known_zone(name: str) -> str:
    zone(name)
    return name


class Rotation(Value):
    """People who take turns. Handovers are `starts` plus whole shifts of local time in `zone`."""

    id: str
    zone: Annotated[str, AfterValidator(_known_zone)]
    starts: NaiveDatetime
    """The first handover, in local time; before it nobody is on call."""
    shift: Annotated[timedelta, Field(ge=timedelta(hours=1))]
    people: tuple[str, ...] = Field(min_length=1)
    """Person ids in the order of their turns."""


class Override(Value):
    """Somebody else, or nobody, instead of the rotation's turn; half-open, `end` is not covered."""

    rotation: str
    start: AwareDatetime
    end: AwareDatetime
    person: str | None = None
    """None: nobody is on call."""

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end <= self.start:
            raise ValueError("an override ends before it starts; swap its times")
        return self


def on_call(rotation: Rotation, overrides: Iterable[Override], at: datetime) -> tuple[str, ...]:
    """The ids of those on call at an aware instant; of overrides that overlap, the last one counts."""
    standing = [
        override
        for override in overrides
        if override.rotation == rotation.id and override.start <= at < override.end
    ]
    if standing:
        person = standing[-1].person
        return () if person is None else (person,)
    turn = _turn(rotation, at)
    return () if turn < 0 else (rotation.people[turn % len(rotation.people)],)


def local_instant(local: datetime, zone_name: str) -> datetime:
    """The UTC instant of a naive local time; RFC 5545 for times that do not exist or come twice."""
    return local.replace(tzinfo=zone(zone_name), fold=0).astimezone(UTC)


def _turn(rotation: Rotation, at: datetime) -> int:
    """How many handovers there were after the first one; negative before it."""
    wall = at.astimezone(zone(rotation.zone)).replace(tzinfo=None)
    turn = (wall - rotation.starts) // rotation.shift
    # The wall shows an hour twice in autumn and skips one in spring: the instants decide.
    while _handover(rotation, turn) > at:
        turn -= 1
    while _handover(rotation, turn + 1) <= at:
        turn += 1
    return turn


def _handover(rotation: Rotation, turn: int) -> datetime:
    return local_instant(rotation.starts + turn * rotation.shift, rotation.zone)
