"""Who gets a notice, and over which channels."""

from functools import lru_cache
from typing import NamedTuple

from domain.notices import Notice
from domain.people import Person, PersonChannel
from domain.report import Contact
from domain.vocabulary import ChannelKind
from organisation.model import Organisation
from organisation.templates import FALLBACK_LANGUAGE


class Recipient(NamedTuple):
    name: str
    language: str
    channels: tuple[PersonChannel, ...]
    """In the order in which they are to be tried."""


def recipient_of(notice: Notice, organisation: Organisation) -> Recipient | None:
    """The contact outside, or the person as the organisation knows them now; None when there is none."""
    somebody = notice.contact or organisation.people.get(notice.recipient)
    match somebody:
        case Contact():
            language, own = FALLBACK_LANGUAGE, _channels_of(somebody)
        case Person():
            language, own = somebody.language, somebody.channels
        case None:
            return None
    return Recipient(somebody.name, notice.language or language, _ordered(own, notice.channels))


@lru_cache
def _channels_of(contact: Contact) -> tuple[PersonChannel, ...]:
    found = ((kind, _address(contact, kind)) for kind in dict.fromkeys(contact.channels))
    return tuple(PersonChannel(kind=kind, address=address) for kind, address in found if address)


def first_channel_of(contact: Contact, wanted: tuple[ChannelKind, ...]) -> ChannelKind | None:
    """The channel by which a contact outside is tried first; None where none leads there."""
    # In a dry run every case has contacts of its own: a cache costs more than to look.
    own = [kind for kind in contact.channels if _address(contact, kind)]
    return next((kind for kind in wanted if kind in own), own[0] if own else None)


def _address(contact: Contact, kind: ChannelKind) -> str | None:
    match kind:
        case ChannelKind.EMAIL:
            return contact.email
        case ChannelKind.WEBHOOK:
            return contact.webhook
        case _:
            return None


def _ordered(own: tuple[PersonChannel, ...], wanted: tuple[ChannelKind, ...]) -> tuple[PersonChannel, ...]:
    """The wanted kinds that there are; one's own order where none is wanted or none of them is there."""
    if not wanted:
        return own
    chosen = tuple(channel for kind in wanted for channel in own if channel.kind is kind)
    return chosen or own
