"""The outside world of a simulation, as an organisation's files have it: everything works at once."""

from datetime import datetime

from domain.errands import (
    AnyAnswer,
    AnyErrand,
    ErrandFailed,
    EscalationTold,
    FetchPolicy,
    FindPeople,
    NoticesSent,
    ResolveWorkingTime,
    SendNotices,
    TellEscalation,
    WorkingTimeResolved,
)
from domain.notices import Delivery, Notice
from domain.vocabulary import ChannelKind, Role
from organisation.find_people import find_people
from organisation.model import NoSuchPolicy, Organisation
from organisation.prepared import fetched, resolved
from organisation.recipients import first_channel_of, recipient_of

_SENT = NoticesSent(key="", deliveries=())
_LOST = Delivery(key="", delivered=False)
_ARRIVED = Delivery(key="", delivered=True)


class Rehearsal:
    """Messages arrive by the recipient's first channel; whoever has none is not reached."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self._channels: dict[tuple[str, tuple[ChannelKind, ...]], ChannelKind | None] = {}
        """Of people inside, who are told again and again, by the channels that are wanted."""

    def answer(self, errand: AnyErrand, now: datetime) -> AnyAnswer:
        """`now` is part of what is asked, where it matters."""
        del now
        match errand:
            case SendNotices():
                return _SENT.but(key=errand.key, deliveries=tuple(map(self._deliver, errand.notices)))
            case FindPeople():
                return find_people(self._organisation, errand)
            case ResolveWorkingTime():
                more = resolved(errand.calendars, errand.start, errand.until)
                return WorkingTimeResolved(key=errand.key, working_time=more)
            case TellEscalation():
                return EscalationTold(key=errand.key)
            case FetchPolicy():
                return self._fetch(errand)

    def role(self, person: str) -> Role | None:
        known = self._organisation.people.get(person)
        return known.role if known else None

    def _deliver(self, notice: Notice) -> Delivery:
        channel = self._channel(notice)
        return _LOST.but(key=notice.key) if channel is None else _ARRIVED.but(key=notice.key, channel=channel)

    def _channel(self, notice: Notice) -> ChannelKind | None:
        if notice.contact is not None:
            return first_channel_of(notice.contact, notice.channels)
        asked = notice.recipient, notice.channels
        if asked not in self._channels:
            recipient = recipient_of(notice, self._organisation)
            found = recipient.channels if recipient else ()
            self._channels[asked] = found[0].kind if found else None
        return self._channels[asked]

    def _fetch(self, errand: FetchPolicy) -> AnyAnswer:
        try:
            return fetched(self._organisation, errand)
        except NoSuchPolicy as error:
            return ErrandFailed(key=errand.key, why=str(error))
