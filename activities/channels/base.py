"""What every channel can do, what it is given, and how it says that it could not deliver."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from domain.vocabulary import ChannelKind, Template


@dataclass(frozen=True)
class OutgoingMessage:
    """A message, written. The same `key` is the same message, however often it is sent."""

    key: str
    escalation: str
    """The escalation's id; messages of one escalation belong together."""
    template: Template
    recipient: str
    """The name of the person, for people to read."""
    language: str
    subject: str
    text: str
    facts: Mapping[str, str] = field(default_factory=dict)
    """What a machine inside may read; empty for everybody outside."""


@dataclass(frozen=True)
class Receipt:
    """The other side has it. `detail` is what it answered, as evidence."""

    detail: str
    message_id: str = ""


class Failure(StrEnum):
    """What a failed attempt means for the next one."""

    PERMANENT = "permanent"
    """Trying again cannot help."""
    PASSING = "passing"
    """Not delivered; it may work in a moment."""
    UNCERTAIN = "uncertain"
    """All was handed over and no answer came, so the other side may have it."""


class ChannelFailed(Exception):
    def __init__(self, detail: str, failure: Failure) -> None:
        super().__init__(detail)
        self.detail = detail
        self.failure = failure


class Channel(Protocol):
    """One way to tell somebody something, used by many deliveries at once."""

    @property
    def kind(self) -> ChannelKind: ...

    def shown(self, address: str) -> str:
        """The address as the record may name it: without passwords and tokens."""
        ...

    def message_id(self, key: str) -> str:
        """The id under which the other side sees the message of that key; empty where it sees none."""
        ...

    async def send(self, message: OutgoingMessage, address: str) -> Receipt:
        """Hands the message over once, within half a minute. Raises ChannelFailed."""
        ...


def fingerprint(key: str) -> str:
    """Stands for a key in the ids that other systems see: always the same, and it tells nothing."""
    return sha256(key.encode()).hexdigest()[:32]


def one_line(text: str) -> str:
    """Text for a header or a console: line ends become spaces, control characters go."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())
