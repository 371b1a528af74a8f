"""Shifts as iCalendar (RFC 5545): a schedule's for other calendars, and another system's for ours."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from hashlib import sha256
from itertools import islice
from typing import Any

from icalendar import Calendar, Event, vCalAddress, vText

from domain.calendars import known_zones, local_instant
from domain.on_call_shifts import Shift
from domain.people import Person
from domain.vocabulary import ChannelKind
from organisation.ical_rules import RuleInvalid, repetitions

MOST_SHIFTS = 5_000
MAILTO = "mailto:"
DAY = timedelta(days=1)
LONGEST = timedelta(days=400)
"""An event that is longer is not looked for from before the stretch that is asked for."""


class CalendarInvalid(ValueError):
    """The text is no calendar that can be read as shifts: what is wrong, and the mend after a semicolon."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One shift of another system's calendar: what it is called, and the addresses of who is invited."""

    start: datetime
    end: datetime
    summary: str
    attendees: tuple[str, ...]


def to_ical(schedule_id: str, shifts: Iterable[Shift], people: Mapping[str, Person], stamp: datetime) -> str:
    """A calendar with an event for each shift that is no gap.

    An event's UID comes from schedule, start and people, so a calendar that is fetched again changes
    what it has instead of doubling it.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//escalation-orchestrator//on-call//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"On call: {schedule_id}")
    for shift in shifts:
        if shift.people:
            calendar.add_component(_event(schedule_id, shift, people, stamp))
    return str(calendar.to_ical().decode())


def from_ical(text: str, zone_name: str, start: datetime, end: datetime) -> list[Entry]:
    """The events that touch a stretch of time, repeated ones one by one, in order.

    Times without a zone, and whole days, are local to `zone_name`. Raises CalendarInvalid.
    """
    try:
        events: list[Any] = [
            event for calendar in Calendar.from_ical(text, multiple=True) for event in calendar.walk("VEVENT")
        ]
        entries = list(islice(_entries(events, zone_name, start, end), MOST_SHIFTS + 1))
    except CalendarInvalid:
        raise
    except RuleInvalid as error:
        raise CalendarInvalid(str(error)) from None
    # The library finds out what is broken where it is first looked at, each in its own way.
    except (ValueError, LookupError, AttributeError, TypeError, OverflowError) as error:
        raise CalendarInvalid(f"no calendar that can be read: {str(error)[:100]}; export it again") from None
    if not events:
        raise CalendarInvalid("a calendar without events; export it again")
    if len(entries) > MOST_SHIFTS:
        raise CalendarInvalid(f"more than {MOST_SHIFTS} shifts; ask for fewer days")
    return sorted(entries)


def people_behind(entry: Entry, people: Mapping[str, Person]) -> tuple[str, ...] | None:
    """Who is meant: by names or ids in the title, else by invited addresses; None when nobody is known."""
    known: dict[str, str] = {}
    for person in people.values():
        known |= {person.name.casefold(): person.id, person.id.casefold(): person.id}
    named = [part.strip().casefold() for part in entry.summary.split(",")]
    if named and all(name in known for name in named):
        return tuple(dict.fromkeys(known[name] for name in named))
    by_mail = {_mail(person).casefold(): person.id for person in people.values() if _mail(person)}
    found = [by_mail[address.casefold()] for address in entry.attendees if address.casefold() in by_mail]
    return tuple(dict.fromkeys(found)) or None


def _event(schedule_id: str, shift: Shift, people: Mapping[str, Person], stamp: datetime) -> Event:
    event = Event()
    content = "|".join((schedule_id, shift.start.isoformat(), *shift.people))
    event.add("uid", f"{sha256(content.encode()).hexdigest()[:32]}@on-call")
    event.add("dtstamp", stamp)
    event.add("dtstart", shift.start)
    event.add("dtend", shift.end)
    event.add("summary", ", ".join(people[each].name if each in people else each for each in shift.people))
    for person_id in shift.people:
        address = _mail(people[person_id]) if person_id in people else ""
        if address:
            attendee = vCalAddress(f"{MAILTO}{address}")
            attendee.params["CN"] = vText(people[person_id].name)
            event.add("attendee", attendee, encode=False)
    return event


def _mail(person: Person) -> str:
    return next((each.address for each in person.channels if each.kind is ChannelKind.EMAIL), "")


@dataclass(frozen=True, slots=True)
class _Edge:
    """A local time and the zone that it is meant in."""

    local: datetime
    zone: str | tzinfo

    @property
    def utc(self) -> datetime:
        if isinstance(self.zone, str):
            return local_instant(self.local, self.zone)
        return self.local.replace(tzinfo=self.zone).astimezone(UTC)

    def later(self, by: timedelta) -> "_Edge":
        return _Edge(self.local + by, self.zone)


def _edge_of(event: Any, name: str, zone_name: str) -> _Edge:
    """A time of an event. Raises CalendarInvalid for one in a zone that nobody knows."""
    written = event[name]
    zone = str(written.params.get("TZID", ""))
    if zone and isinstance(written.dt, datetime) and written.dt.tzinfo is None:
        raise CalendarInvalid(f"an event in the unknown time zone {zone[:60]!r}; export it in UTC")
    return _edge(written.dt, zone_name)


def _edge(given: date | datetime, zone_name: str) -> _Edge:
    if not isinstance(given, datetime):
        return _Edge(datetime.combine(given, time()), zone_name)
    if given.tzinfo is None:
        return _Edge(given, zone_name)
    # Zones by their name are read from the pinned data; a calendar's own definitions are taken as they are.
    name = getattr(given.tzinfo, "key", None)
    return _Edge(given.replace(tzinfo=None), name if name in known_zones() else given.tzinfo)


def _entries(events: list[Any], zone_name: str, start: datetime, end: datetime) -> Iterator[Entry]:
    moved = {
        (str(event.get("uid")), _edge_of(event, "recurrence-id", zone_name).utc)
        for event in events
        if "recurrence-id" in event
    }
    if any("RANGE" in event["recurrence-id"].params for event in events if "recurrence-id" in event):
        raise CalendarInvalid("an event that is moved with all that follow; make them an event of their own")
    for event in events:
        if str(event.get("status", "")).upper() == "CANCELLED":
            continue
        for each in _occurrences(event, zone_name, start, end):
            instead = "recurrence-id" not in event and (str(event.get("uid")), each.start) in moved
            if each.start < end and start < each.end and not instead:
                yield each


def _occurrences(event: Any, zone_name: str, start: datetime, end: datetime) -> Iterator[Entry]:
    first = _edge_of(event, "dtstart", zone_name)
    invited = [str(each) for each in _several(event, "attendee")]
    attendees = tuple(each[len(MAILTO) :] for each in invited if each.lower().startswith(MAILTO))
    length = _end(event, first, first, zone_name) - first.utc
    # The clock on the wall makes some longer than the first, by hours.
    earliest = start - min(LONGEST, max(length, timedelta()) + DAY)
    for begins in _starts(event, first, zone_name, earliest, end):
        ends = _end(event, first, begins, zone_name)
        if begins.utc < ends:
            yield Entry(begins.utc, ends, str(event.get("summary", "")), attendees)


def _starts(event: Any, first: _Edge, zone_name: str, start: datetime, end: datetime) -> Iterator[_Edge]:
    """The first one and the repetitions, by the clock on the wall of the event's zone."""
    locals_ = {first.local}
    for rule in _several(event, "rrule"):
        locals_ |= set(_repeated(rule, first, start, end))
    added = [_edge(each.dt, zone_name) for dates in _several(event, "rdate") for each in dates.dts]
    left_out = {_edge(each.dt, zone_name).utc for dates in _several(event, "exdate") for each in dates.dts}
    edges = (*(_Edge(local, first.zone) for local in sorted(locals_)), *added)
    return (each for each in edges if each.utc not in left_out)


def _repeated(rule: Any, first: _Edge, start: datetime, end: datetime) -> list[datetime]:
    until = {key.upper(): value for key, value in rule.items()}.get("UNTIL", [None])[0]
    written = rule.to_ical().decode().split(";")
    text = ";".join(part for part in written if not part.upper().startswith("UNTIL"))
    found = repetitions(text, first.local, start.replace(tzinfo=None) - DAY, end.replace(tzinfo=None) + DAY)
    return [each for each in found if until is None or _not_after(_Edge(each, first.zone), until)]


def _not_after(edge: _Edge, until: date | datetime) -> bool:
    if not isinstance(until, datetime):
        return edge.local.date() <= until
    return edge.local <= until if until.tzinfo is None else edge.utc <= until


def _end(event: Any, first: _Edge, begins: _Edge, zone_name: str) -> datetime:
    """Days and given ends keep the clock on the wall, hours of a duration are elapsed time (RFC 5545)."""
    if "duration" in event:
        length = event["duration"].dt
        return begins.later(timedelta(days=length.days)).utc + timedelta(seconds=length.seconds)
    if "dtend" not in event:
        whole_day = not isinstance(event["dtstart"].dt, datetime)
        return begins.later(timedelta(days=whole_day)).utc
    last = _edge_of(event, "dtend", zone_name)
    if last.zone == first.zone:
        return begins.later(last.local - first.local).utc
    return begins.utc + (last.utc - first.utc)


def _several(event: Any, name: str) -> list[Any]:
    given = event.get(name, [])
    return given if isinstance(given, list) else [given]
