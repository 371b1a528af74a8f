"""Calendars from their file, with the public holidays of the years around today copied in as dates."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.calendars import Calendar
from organisation.explain import fitted, shaped, split
from organisation.findings import Finding
from organisation.holiday_dates import holiday_dates
from organisation.shapes import CalendarsFile, HolidaysShape
from organisation.yaml_source import Location, Source

YEARS_BEFORE, YEARS_AFTER = 1, 2


@dataclass(frozen=True)
class WrittenCalendar:
    """A calendar with its dates, and what it was written as, which does not change with the year."""

    calendar: Calendar
    definition: dict[str, Any]


def read_calendars(source: Source, today: date, found: list[Finding]) -> dict[str, WrittenCalendar]:
    """All calendars that are right; what is wrong with the others goes to `found`."""
    file = shaped(source, CalendarsFile)
    if isinstance(file, list):
        found += file
        return {}
    written = {}
    for name, data in file.calendars.items():
        calendar = _calendar(source, name, data, today)
        if isinstance(calendar, list):
            found += calendar
        else:
            written[name] = calendar
    return written


def _calendar(
    source: Source, name: str, data: dict[Any, Any], today: date
) -> WrittenCalendar | list[Finding]:
    at = ("calendars", name)
    hours = fitted(source, at, {**data, "name": name, "holidays": []}, Calendar)
    holidays = fitted(source, (*at, "holidays"), data.get("holidays", {}), HolidaysShape)
    if isinstance(hours, list) or isinstance(holidays, list):
        return [finding for part in (hours, holidays) if isinstance(part, list) for finding in part]
    if hours.always_open and "holidays" in data:
        return [source.finding((*at, "holidays"), "always open, so never on holiday", "leave holidays out")]
    public = _public(source, (*at, "holidays"), holidays, today)
    if isinstance(public, Finding):
        return [public]
    dates = sorted({**dict(public), **holidays.own}.items())
    definition = {
        "hours": hours.model_dump(mode="json", exclude_defaults=True),
        "holidays": holidays.model_dump(mode="json", exclude_defaults=True),
    }
    return WrittenCalendar(Calendar.model_validate({**dict(hours), "holidays": dates}), definition)


def _public(
    source: Source, at: Location, holidays: HolidaysShape, today: date
) -> tuple[tuple[date, str], ...] | Finding:
    """The country's holidays of the years around today; the finding names the field that is wrong."""
    if holidays.country is None:
        return ()
    try:
        holiday_dates(holidays.country, None, ())
    except ValueError as error:
        return source.finding((*at, "country"), *split(str(error)))
    years = range(today.year - YEARS_BEFORE, today.year + YEARS_AFTER + 1)
    try:
        return holiday_dates(holidays.country, holidays.region, years)
    except ValueError as error:
        return source.finding((*at, "region"), *split(str(error)))
