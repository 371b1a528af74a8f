"""A past escalation as it can be replayed: how it opened, and what people did when, and upon what."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.decisions import AnyDecision
from domain.opening import Opening


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The end from outside the rules: an operator cancelled the workflow."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class OnItsOwn:
    """Comes at its time since the opening, whatever the policy says."""


@dataclass(frozen=True, slots=True)
class Work:
    """Comes after the first acknowledgement: at its time, or later by as much as that comes later."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Comes so long after somebody is told; whoever is not told does not answer."""

    who: str
    turn: int
    """How often that person had acknowledged before: each time they begin anew to wait to be told."""
    delay: timedelta
    to_a_page: bool
    """False where only another message had told them."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody did in the past."""

    after: timedelta
    """Since the opening."""
    does: AnyDecision | Withdrawal
    timing: OnItsOwn | Work | Answer

    @property
    def who(self) -> str:
        return self.does.by if isinstance(self.does, Withdrawal) else self.does.author.id

    @property
    def what(self) -> str:
        return "withdraw" if isinstance(self.does, Withdrawal) else self.does.type


@dataclass(frozen=True, slots=True)
class PastCase:
    """Everything that came from people, and nothing that came from the policy."""

    opening: Opening
    """`policy` is the one that it ran under."""
    at: datetime
    ended_at: datetime | None
    """When it closed for the last time; None while it is open."""
    acts: tuple[Act, ...]
    acknowledged_after: timedelta | None
    """How long after the opening it was first acknowledged."""
    left_out: tuple[str, ...] = ()
    """What was decided and cannot be replayed under another policy: moves, and what cannot be read back."""
