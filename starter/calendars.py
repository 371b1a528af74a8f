"""A calendar of the organisation, asked about working time over whatever span the question needs."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

from domain.calendar_preview import CalendarDay, calendar_days
from domain.calendars import ONE_DAY, Calendar, local_instant, resolve, times_shown, zone
from domain.working_time import EPOCH, WorkingTime
from organisation.calendars import CalendarFile, NoSuchCalendar, years_around
from organisation.durations import WRITTEN, duration
from starter.errors import OrderInvalid, Problem

FIRST_YEAR, LAST_YEAR = 1970, 2199
REACHES = (timedelta(days=366), timedelta(days=3_660), timedelta(days=36_600))
"""How far an answer is looked for, one after the other: almost every one lies within the first."""
HOW_FAR = "within 100 years"
NOW = "now"
MONTH_OR_YEAR = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)
WHEN = "write an ISO 8601 time such as 2026-12-24T15:00, with an offset or in local time, or now"

OpenPeriod = tuple[datetime | None, datetime | None]
"""An edge that lies further away than anybody looks is None."""


@dataclass(frozen=True)
class Moment:
    """An instant as somebody wrote it; `note` says how a local time was read that is not plain."""

    at: datetime
    note: str | None = None


class AskedCalendar:
    """One calendar, with the public holidays of the years that a question reaches into."""

    def __init__(self, folder: Path, name: str, now: datetime) -> None:
        """Raises OrderInvalid for an unknown name, OrganisationInvalid for a file that is wrong."""
        self._file = CalendarFile(folder)
        self._years = years_around(now.date())
        try:
            self.today: Calendar = self._file.calendar(name, self._years)
        except NoSuchCalendar as error:
            what, _, mend = str(error).partition("; ")
            raise OrderInvalid(Problem("CALENDAR", what, mend)) from None

    def over(self, start: datetime, end: datetime) -> WorkingTime:
        """The working time from `start` to `end`."""
        return resolve(self._with_holidays(start.date(), end.date()), start, end)

    def days(self, first: date, last: date) -> tuple[CalendarDay, ...]:
        return calendar_days(self._with_holidays(first, last), first, last)

    def doubts(self, years: range) -> list[str]:
        """What nobody knows about the public holidays of those years."""
        return self._file.doubts(self.today.name, years)

    def due(self, start: datetime, length: timedelta) -> datetime:
        """When `length` of working time after `start` is over. Raises OrderInvalid if never."""
        for reach in REACHES:
            known = self.over(start, start + reach)
            found = known.add(start, length)
            if found < known.horizon_at:
                return found
        raise OrderInvalid(_too_long(f"after {self._local_date(start)}"))

    def begin(self, end: datetime, length: timedelta) -> datetime:
        """When work of `length` begins at the latest to end at `end`. Raises OrderInvalid if never."""
        for reach in REACHES:
            known = self.over(end - reach, end + ONE_DAY)
            found = known.subtract(end, length)
            if found > EPOCH + timedelta(seconds=known.start):
                return found
        raise OrderInvalid(_too_long(f"before {self._local_date(end)}"))

    def after(self, at: datetime, count: int) -> list[OpenPeriod]:
        """The next open periods, nearest first; fewer where there are no more."""
        return _nearest(lambda reach: self._after(at, count, reach), count)

    def before(self, at: datetime, count: int) -> list[OpenPeriod]:
        """The latest open periods before `at`, nearest first; fewer where there were no more."""
        return _nearest(lambda reach: self._before(at, count, reach), count)

    def _after(self, at: datetime, count: int, reach: timedelta) -> Iterator[OpenPeriod]:
        known = self.over(at - ONE_DAY, at + reach)
        for opens, closes in islice(known.periods_after(at), count):
            yield opens, closes if closes < known.horizon_at else None

    def _before(self, at: datetime, count: int, reach: timedelta) -> Iterator[OpenPeriod]:
        known = self.over(at - reach, at + ONE_DAY)
        for opens, closes in islice(known.periods_before(at), count):
            yield opens if opens > EPOCH + timedelta(seconds=known.start) else None, closes

    def _local_date(self, at: datetime) -> date:
        return at.astimezone(zone(self.today.zone)).date()

    def _with_holidays(self, first: date, last: date) -> Calendar:
        # A period can begin in the year before, and local dates are ahead of UTC's and behind.
        years = {*self._years, *range(first.year - 1, last.year + 2)}
        return self._file.calendar(self.today.name, sorted(years))


def moment(written: str, field: str, zone_name: str, now: datetime) -> Moment:
    """An instant as it is written: with an offset, in local time of the zone, or `now`.

    Raises OrderInvalid.
    """
    if written == NOW:
        return Moment(now)
    try:
        given = datetime.fromisoformat(written)
    except ValueError:
        raise OrderInvalid(Problem(field, f"{written[:40]!r} is no time", WHEN)) from None
    if not FIRST_YEAR <= given.year <= LAST_YEAR:
        what = f"{written[:40]!r} is not between {FIRST_YEAR} and {LAST_YEAR}"
        raise OrderInvalid(Problem(field, what, "write another year"))
    if given.tzinfo is not None:
        return Moment(given.astimezone(UTC))
    at = local_instant(given, zone_name)
    return Moment(at, _note(given, at, zone_name))


def length(written: str) -> timedelta:
    """A duration as policies write it. Raises OrderInvalid."""
    if WRITTEN.fullmatch(written.removeprefix("-")) and written.startswith("-"):
        mend = f"write {written[1:]}, with --until for when it has to begin"
        raise OrderInvalid(Problem("DURATION", f"{written[:40]!r} is negative", mend))
    try:
        return duration(written)
    except ValueError as error:
        what, _, mend = str(error).partition("; ")
        raise OrderInvalid(Problem("DURATION", what, mend)) from None


def month_or_year(written: str) -> tuple[date, date]:
    """The first and the last date of `2026-12` or `2026`. Raises OrderInvalid."""
    parts = MONTH_OR_YEAR.fullmatch(written)
    year, month = (int(part or 1) for part in parts.groups()) if parts else (0, 0)
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        what = f"{written[:40]!r} is no month and no year between {FIRST_YEAR} and {LAST_YEAR}"
        raise OrderInvalid(Problem("MONTH_OR_YEAR", what, "write 2026-12 or 2026"))
    first = date(year, month, 1)
    # The longest month, or year, leads into the next one from any first day.
    longest = timedelta(days=31 if parts and parts[2] else 366)
    return first, (first + longest).replace(day=1) - ONE_DAY


def _nearest(look: Callable[[timedelta], Iterator[OpenPeriod]], count: int) -> list[OpenPeriod]:
    found: list[OpenPeriod] = []
    for reach in REACHES:
        found = list(look(reach))
        # A period that is cut where we stopped looking may have an edge further on.
        if len(found) == count and None not in found[-1]:
            return found
    return found


def _too_long(where: str) -> Problem:
    what = f"the calendar has no such working time {HOW_FAR} {where}"
    return Problem("DURATION", what, "write a shorter one, or give the calendar more hours")


def _note(local: datetime, at: datetime, zone_name: str) -> str | None:
    read = f"read as {at.astimezone(zone(zone_name)).isoformat()}"
    match times_shown(local, zone_name):
        case 0:
            return f"the clocks of {zone_name} skip {local.isoformat()}; {read}"
        case 2:
            return f"the clocks of {zone_name} show {local.isoformat()} twice; {read}, the first"
        case _:
            return None
