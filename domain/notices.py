"""A message that somebody must get, and what became of it."""

from datetime import datetime

from domain.report import Contact
from domain.value import Value
from domain.vocabulary import Audience, ChannelKind, Template


class Notice(Value):
    """One message to one recipient. `key` is escalation/seq/recipient: the same key is the same message."""

    key: str
    template: Template
    recipient: str
    """A person's id, or for a contact outside "customer/index"."""
    contact: Contact | None = None
    """Set for contacts outside; people inside are looked up when the message goes out."""
    audience: Audience = Audience.INTERNAL
    language: str | None = None
    """None: the person's own."""
    channels: tuple[ChannelKind, ...] = ()
    """Order of channels to try; empty: the recipient's own order."""
    facts: dict[str, str] = {}
    """What the template may say."""
    informs: bool = False
    """Counts towards the promise to inform everybody concerned."""
    pages: int | None = None
    """The ladder episode whose level this message tells."""


class Try(Value):
    """One attempt at one channel, as evidence."""

    channel: ChannelKind
    address: str
    at: datetime
    ok: bool
    detail: str = ""
    """The server's answer, or what went wrong."""


class Delivery(Value):
    """What became of a notice after one round over the recipient's channels."""

    key: str
    delivered: bool
    channel: ChannelKind | None = None
    message_id: str = ""
    tries: tuple[Try, ...] = ()
    gone: bool = False
    """The organisation does not know such a person (any more): trying again would not help."""
    maybe_twice: bool = False
    """An earlier attempt was cut off between the sending and its record; the recipient may have it twice."""
