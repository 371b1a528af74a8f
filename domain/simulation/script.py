"""What people do in a simulation: cues in a closed vocabulary, each set off by something that happens."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from pydantic import Field

from domain.value import Value
from domain.vocabulary import PromiseKind, Role


class Actor(StrEnum):
    """Who acts, by what they are when the time comes."""

    TOLD = "told"
    """The first of those whom the event names, else of those whom the present level told."""
    EVERYBODY_TOLD = "everybody_told"
    """Each of them."""
    OWNER = "owner"
    MANAGER = "manager"
    CUSTOMER = "customer"
    """Whoever reports for the customer's side."""
    PERSON = "person"
    SERVICE = "service"


NAMED = frozenset({Actor.PERSON, Actor.SERVICE})
"""Actors that need an id beside the word."""


class Who(Value):
    """Written as `owner`, or as `person:lena-brandt` where it is somebody in particular."""

    actor: Actor
    id: str = ""

    def __str__(self) -> str:
        return f"{self.actor}:{self.id}" if self.id else str(self.actor)


class Cue(Value):
    """`who` decides `does`, that long after each event of the type `when`."""

    when: str
    """An event's type, as timelines name it."""
    level: int | None = None
    """Only events of this level."""
    promise: PromiseKind | None = None
    """Only events about a promise of this kind."""
    nth: int | None = Field(default=None, ge=1)
    """Only the nth of these events, counted from 1."""
    after: timedelta = timedelta(0)
    every: timedelta | None = Field(default=None, gt=timedelta(0))
    """And again, each time so much later."""
    until: str | None = None
    """An event's type; what is still to come is dropped when one happens."""
    who: Who
    role: Role | None = None
    """In which role; without it in the person's own."""
    does: str
    """A decision's type."""
    fields: dict[str, Any] = {}
    """What the decision says."""
    moments: dict[str, timedelta] = {}
    """Those of its fields that are instants, counted from the decision."""


class Script(Value):
    """Without cues nobody ever does anything."""

    title: str = ""
    cues: tuple[Cue, ...] = ()


NOBODY_ANSWERS = Script(title="nobody ever answers")
