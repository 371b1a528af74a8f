"""One turn of the core: what is happening now, to which state, with what consequences."""

from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from domain.apply import apply
from domain.errands import AnyErrand
from domain.escalation import Escalation
from domain.events import AnyEvent
from domain.events.base import CLOCK, EventBase
from domain.notices import Notice
from domain.vocabulary import Role

E = TypeVar("E", bound=EventBase)


class Outcome(NamedTuple):
    """What a turn leaves: the state after its events, and what is asked of the outside world."""

    escalation: Escalation
    events: tuple[AnyEvent, ...]
    errands: tuple[AnyErrand, ...]


class Turn:
    """Collects events and errands. Rules read `escalation`, and change it by `emit` only.

    `now` is when somebody looks; `when` is the instant that counts: while the past is caught up with, the
    planned time of what came due, so that a late look plans nothing differently.
    """

    __slots__ = (
        "_decision_id",
        "_fingerprint",
        "by",
        "errands",
        "escalation",
        "events",
        "notices",
        "now",
        "role",
        "when",
    )

    def __init__(self, escalation: Escalation, now: datetime) -> None:
        self.escalation = escalation
        self.now = now
        self.when = now
        self.by = CLOCK
        self.role: Role | None = None
        self._decision_id: str | None = None
        self._fingerprint: str | None = None
        self.events: list[AnyEvent] = []
        self.errands: list[AnyErrand] = []
        self.notices: dict[str, Notice] = {}

    def act_for(
        self, author: str, role: Role | None, decision_id: str | None, fingerprint: str | None = None
    ) -> None:
        """From here on events are this author's; the first one carries the decision's id and fingerprint."""
        self.by = author
        self.role = role
        self._decision_id = decision_id
        self._fingerprint = fingerprint

    def emit(self, kind: type[E], *, planned: datetime | None = None, **fields: Any) -> E:
        # `kind(...)` does the same at twice the cost, and everything that happens comes by here.
        event: E = kind.__pydantic_validator__.validate_python(
            {
                "seq": self.escalation.seq + 1,
                "at": self.now,
                "by": self.by,
                "role": self.role,
                "planned": planned,
                "decision_id": self._decision_id,
                "fingerprint": self._fingerprint,
                **fields,
            }
        )
        self._decision_id = self._fingerprint = None
        self.escalation = apply(self.escalation, event)
        self.events.append(event)  # type: ignore[arg-type]
        return event

    def ask(self, errand: AnyErrand) -> None:
        self.errands.append(errand)

    def key(self, recipient: str, *, coming: bool = False) -> str:
        """The key of an effect on a recipient, of the present event or of the coming one."""
        return f"{self.escalation.id}/{self.escalation.seq + coming}/{recipient}"
