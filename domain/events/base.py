"""What every event carries."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.value import Value
from domain.vocabulary import Role

if TYPE_CHECKING:
    from domain.escalation import Escalation

CLOCK = "clock"
"""The author of what time itself brings about."""


class EventBase(Value):
    """Something that happened. `seq` counts without gaps from 1 within an escalation; instants are UTC."""

    seq: int
    at: datetime
    """When it was recorded."""
    by: str
    """A person, a service, or the clock."""
    role: Role | None = None
    """The role in which a person decided."""
    planned: datetime | None = None
    """When it should have happened, where that is known beforehand."""
    decision_id: str | None = None
    """Set on the first event of a decision."""
    fingerprint: str | None = None
    """Of the decision, beside its id."""

    def change(self, escalation: "Escalation") -> dict[str, Any]:
        """The fields of the escalation that this event replaces; by default none."""
        del escalation
        return {}

    def says(self) -> str:
        """What happened, in words; texts of people may have several lines here."""
        raise NotImplementedError

    def sentence(self) -> str:
        """What happened, for people, in one line, without time and author."""
        return " ".join(self.says().split())


LONGEST_QUOTE = 120


def shortened(text: str) -> str:
    """Short enough to be quoted in a sentence, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE]}…"


def listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nobody"
