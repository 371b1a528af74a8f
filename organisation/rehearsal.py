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
from domain.vocabulary import Role
from organisation.find_people import find_people
from organisation.model import NoSuchPolicy, Organisation
from organisation.prepared import prepared, resolved
from organisation.recipients import recipient_of


class Rehearsal:
    """Messages arrive by the recipient's first channel; whoever has none is not reached."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    def answer(self, errand: AnyErrand, now: datetime) -> AnyAnswer:
        """`now` is part of what is asked, where it matters."""
        del now
        match errand:
            case FindPeople():
                return find_people(self._organisation, errand)
            case SendNotices():
                return NoticesSent(key=errand.key, deliveries=tuple(map(self._deliver, errand.notices)))
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
        recipient = recipient_of(notice, self._organisation)
        if recipient is None:
            return Delivery(key=notice.key, delivered=False, gone=True)
        if not recipient.channels:
            return Delivery(key=notice.key, delivered=False)
        return Delivery(key=notice.key, delivered=True, channel=recipient.channels[0].kind)

    def _fetch(self, errand: FetchPolicy) -> AnyAnswer:
        try:
            return prepared(
                self._organisation,
                errand.key,
                errand.name,
                errand.version,
                errand.at,
                errand.until,
                errand.facts,
            )
        except NoSuchPolicy as error:
            return ErrandFailed(key=errand.key, why=str(error))
