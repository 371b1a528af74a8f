"""On-call calendars for other systems, and other systems' as shifts of people that the organisation knows."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from domain.calendars import zone
from domain.on_call import final_schedule
from domain.people import Person
from organisation.findings import nearest
from organisation.model import Organisation
from organisation.on_call_ical import CalendarInvalid, Entry, from_ical, people_behind, to_ical
from starter.errors import OrderInvalid, Problem

MOST_BYTES = 5_000_000
AROUND = timedelta(days=35)
"""How far beyond the stretch a shift is followed, so that it is whole and known again at the next export."""
TOLD = 10
"""Unknown people that are told at once."""


def exported(
    organisation: Organisation, schedule: str, since: datetime, until: datetime, now: datetime
) -> tuple[str, int]:
    """The schedule in a stretch of time as an iCalendar text, and how many shifts are in it."""
    around = final_schedule(organisation.on_call, schedule, since - AROUND, until + AROUND)
    shifts = [shift for shift in around if shift.within(since, until)]
    text = to_ical(schedule, shifts, organisation.people, now)
    return text, sum(bool(shift.people) for shift in shifts)


def shifts_in(
    file: Path, zone_name: str, start: datetime, end: datetime, people: Mapping[str, Person]
) -> list[dict[str, Any]]:
    """The shifts in a file, as on-call.yaml has them, in local time with its offset.

    Raises OrderInvalid for a file that cannot be read, and for people whom nobody knows.
    """
    try:
        entries = from_ical(_text(file), zone_name, start, end)
    except CalendarInvalid as error:
        what, _, mend = str(error).rpartition("; ")
        raise OrderInvalid(Problem("FILE", what, mend)) from None
    meant = [(entry, people_behind(entry, people)) for entry in entries]
    strangers = dict.fromkeys(entry.summary for entry, ids in meant if ids is None)
    if strangers:
        raise OrderInvalid(*(_stranger(each, people) for each in list(strangers)[:TOLD]))
    if not entries:
        first, last = (at.astimezone(zone(zone_name)) for at in (start, end))
        what = f"no shift between {first:%Y-%m-%d} and {last:%Y-%m-%d}"
        raise OrderInvalid(Problem("FILE", what, "give another --from, or more --days"))
    return [_shift(entry, ids or (), zone_name) for entry, ids in meant]


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise OrderInvalid(Problem("FILE", f"{file} is larger than {MOST_BYTES} bytes", "export less"))
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise OrderInvalid(Problem("FILE", f"{file}: {error.strerror}", "name a file to read")) from None
    except UnicodeDecodeError:
        raise OrderInvalid(Problem("FILE", f"{file} is not UTF-8", "save it as UTF-8")) from None


def _stranger(summary: str, people: Mapping[str, Person]) -> Problem:
    what = f"nobody is called {summary[:60]!r}, and nobody has an address that is invited"
    known = [each for person in people.values() for each in (person.name, person.id)]
    return Problem("FILE", what, f"{nearest(summary, known)}, or add the person to people.yaml")


def _shift(entry: Entry, ids: tuple[str, ...], zone_name: str) -> dict[str, Any]:
    place = zone(zone_name)
    start, end = (at.astimezone(place).isoformat(timespec="seconds") for at in (entry.start, entry.end))
    return {"from": start, "to": end, "people": list(ids)}
