"""Calendars from their file, with the public holidays of the years in question copied in as dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from warnings import catch_warnings

from domain.calendars import Calendar
from organisation.explain import fitted, shaped, split
from organisation.findings import Finding, OrganisationInvalid, nearest
from organisation.holiday_dates import holiday_dates
from organisation.shapes import CalendarsFile, HolidaysShape
from organisation.yaml_source import Location, Source, read

FILE = "calendars.yaml"
YEARS_BEFORE, YEARS_AFTER = 1, 2


class NoSuchCalendar(LookupError):
    """The file has no such calendar. The text says what there is."""


@dataclass(frozen=True)
class WrittenCalendar:
    """A calendar with its dates, and what it was written as, which does not change with the year."""

    calendar: Calendar
    definition: dict[str, Any]


class CalendarFile:
    """The calendars of a folder one by one, each with the public holidays of any years.

    For people who look at a calendar: what is wrong with the other files, or with another calendar,
    does not keep them from it. Raises OrganisationInvalid when the file cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise OrganisationInvalid(
                [Finding(str(folder), 1, "there is no such folder", "name an existing one")]
            )
        source = read(folder / FILE, FILE)
        if isinstance(source, Finding):
            raise OrganisationInvalid([source])
        file = shaped(source, CalendarsFile)
        if isinstance(file, list):
            raise OrganisationInvalid(file)
        self._source = source
        self._calendars = file.calendars

    def calendar(self, name: str, years: Iterable[int]) -> Calendar:
        """Raises NoSuchCalendar, and OrganisationInvalid when it is written wrongly."""
        if name not in self._calendars:
            raise NoSuchCalendar(f"there is no calendar {name[:64]!r}; {nearest(name, self._calendars)}")
        with catch_warnings(action="ignore", category=UserWarning):
            # What they would say, `doubts` says of the years that matter.
            written = _calendar(self._source, name, self._calendars[name], years)
        if isinstance(written, list):
            raise OrganisationInvalid(written)
        return written.calendar

    def doubts(self, name: str, years: range) -> list[str]:
        """Of a calendar that is right: what nobody knows about the public holidays of those years."""
        holidays = HolidaysShape.model_validate(self._calendars[name].get("holidays", {}))
        if holidays.country is None:
            return []
        with catch_warnings(record=True, action="always", category=UserWarning) as warnings:
            known = {day.year for day, _ in holiday_dates(holidays.country, holidays.region, years)}
        unknown = [year for year in years if year not in known]
        found = [f"holidays of {holidays.country}: {warning.message}" for warning in warnings]
        if unknown:
            found.append(f"no public holidays of {holidays.country} are known {_spelt(unknown)}")
        return list(dict.fromkeys(found))


def _spelt(years: list[int]) -> str:
    return f"in {years[0]}" if len(years) == 1 else f"in {len(years)} of the years {years[0]} to {years[-1]}"


def years_around(today: date) -> range:
    """The years whose public holidays an organisation takes over when it is read on that day."""
    return range(today.year - YEARS_BEFORE, today.year + YEARS_AFTER + 1)


def read_calendars(source: Source, today: date, found: list[Finding]) -> dict[str, WrittenCalendar]:
    """All calendars that are right; what is wrong with the others goes to `found`."""
    file = shaped(source, CalendarsFile)
    if isinstance(file, list):
        found += file
        return {}
    written = {}
    for name, data in file.calendars.items():
        calendar = _calendar(source, name, data, years_around(today))
        if isinstance(calendar, list):
            found += calendar
        else:
            written[name] = calendar
    return written


def _calendar(
    source: Source, name: str, data: dict[Any, Any], years: Iterable[int]
) -> WrittenCalendar | list[Finding]:
    at = ("calendars", name)
    hours = fitted(source, at, {**data, "name": name, "holidays": []}, Calendar)
    holidays = fitted(source, (*at, "holidays"), data.get("holidays", {}), HolidaysShape)
    if isinstance(hours, list) or isinstance(holidays, list):
        return [finding for part in (hours, holidays) if isinstance(part, list) for finding in part]
    if hours.always_open and "holidays" in data:
        return [source.finding((*at, "holidays"), "always open, so never on holiday", "leave holidays out")]
    public = _public(source, (*at, "holidays"), holidays, years)
    if isinstance(public, Finding):
        return [public]
    dates = sorted({**dict(public), **holidays.own}.items())
    definition = {
        "hours": hours.model_dump(mode="json", exclude_defaults=True),
        "holidays": holidays.model_dump(mode="json", exclude_defaults=True),
    }
    return WrittenCalendar(Calendar.model_validate({**dict(hours), "holidays": dates}), definition)


def _public(
    source: Source, at: Location, holidays: HolidaysShape, years: Iterable[int]
) -> tuple[tuple[date, str], ...] | Finding:
    """The country's holidays of the years; the finding names the field that is wrong."""
    if holidays.country is None:
        return ()
    try:
        holiday_dates(holidays.country, None, ())
    except ValueError as error:
        return source.finding((*at, "country"), *split(str(error)))
    try:
        return holiday_dates(holidays.country, holidays.region, years)
    except ValueError as error:
        return source.finding((*at, "region"), *split(str(error)))
