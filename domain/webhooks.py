"""Event webhooks: what a subscriber asks for, and which events that are."""

from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any, Self, get_args
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from domain.audience import customer_event
from domain.events import EVENT, AnyEvent
from domain.text import Identifier
from domain.value import Value
from domain.vocabulary import Severity

EVENT_TYPES = frozenset(str(kind.model_fields["type"].default) for kind in get_args(AnyEvent))
TEST = "test"
"""The type of what is sent to try a subscription out; nothing happened."""


class View(StrEnum):
    """What a subscriber sees of an event."""

    INTERNAL = "internal"
    CUSTOMER = "customer"
    """What the customer's side may know of its own escalations, and nothing else (`domain/audience.py`)."""


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not a web address; write one that begins with https://")
    if not _has_possible_port(parts):
        raise ValueError("has a port that cannot be; write one from 1 to 65535, or none")
    if parts.username is not None or parts.password is not None:
        raise ValueError("holds a user or password; leave them out, the signature says who sends")
    if parts.fragment:
        raise ValueError("has a fragment, which is never sent; leave out what follows the #")
    return url


def _has_possible_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def _known_type(name: str) -> str:
    if name in EVENT_TYPES:
        return name
    nearest = get_close_matches(name, EVENT_TYPES, 1)
    hint = f"did you mean {nearest[0]!r}?" if nearest else f"such as {min(EVENT_TYPES)!r}"
    raise ValueError(f"there is no event type {name[:60]!r}; {hint}")


Url = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2000, pattern=r"^[\x21-\x7e]+$"),
    AfterValidator(_web_address),
]
EventType = Annotated[str, AfterValidator(_known_type)]


class Wanted(Value):
    """Which events a subscriber gets, and where."""

    url: Url = Field(examples=["https://crm.example.com/hooks/escalations"])
    types: Annotated[tuple[EventType, ...], Field(max_length=len(EVENT_TYPES))] = Field(
        default=(), examples=[["acknowledged", "promise_broken"]]
    )
    """Empty: all there are."""
    severity: Severity | None = None
    """Only of escalations that are at least so severe when the event is queued."""
    team: Identifier | None = None
    """Only of escalations that this team has when the event is queued."""
    customer: Identifier | None = None
    """Only of escalations of this customer. A customer's view needs it."""
    view: View = View.INTERNAL

    @model_validator(mode="after")
    def _one_customer_sees_its_own(self) -> Self:
        if self.view is View.CUSTOMER and self.customer is None:
            raise ValueError("a customer's view has no customer; say whose escalations it is about")
        return self

    def asks_for(self, event_type: str, severity: Severity, team: str, customer: str | None) -> bool:
        """Whether an event of that type belongs to it, by what its escalation is now."""
        # The strings order as the severities do, S1 being the worst.
        is_severe = self.severity is None or severity <= self.severity
        is_of_type = not self.types or event_type in self.types
        is_whose = self.team in (None, team) and self.customer in (None, customer)
        return is_of_type and is_severe and is_whose


OPEN_TO_CUSTOMERS = ("key", "subject", "severity", "customer")
"""What of the escalation stands beside the event."""


def seen_by_customers(payload: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a customer's system may know of a stored event; None where that is nothing.

    It reads as somebody who has said nothing oneself: several people of a customer share the system.
    """
    seen = customer_event(EVENT.validate_python(payload), reader="")
    return None if seen is None else {name: getattr(seen, name) for name in ("seq", "by", "sentence")}
