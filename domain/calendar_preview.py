"""A calendar day by day, as a person checks it: hours, holidays by name, special days, clock changes.

Zone data is read from files, so this module is for activities, commands and simulations.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from domain.calendars import ONE_DAY, Calendar, local_instant, resolve, zone
from domain.value import Value
from domain.working_time import NOTHING, Period, WorkingTime, seconds_of

DAY_SECONDS = 86_400


class DayKind(StrEnum):
    """Where a day's hours come from."""

    ORDINARY = "ordinary"
    SPECIAL = "special"
    """The date has hours of its own, or none."""
    HOLIDAY = "holiday"
    SKIPPED = "skipped"
    """The zone has no such date, as Apia had no 30 December 2011."""


class ClockChange(Value):
    """The instant (UTC) from which on the zone's offset is `after` and no longer `before`."""

    at: datetime
    before: timedelta
    after: timedelta


class CalendarDay(Value):
    """One local date. A period that runs over midnight is cut there, so each date shows its own part."""

    date: date
    kind: DayKind
    name: str
    """Of the holiday; else empty."""
    periods: tuple[Period, ...]
    clock_changes: tuple[ClockChange, ...]

    @property
    def worked(self) -> timedelta:
        """The working time of the date, elapsed."""
        return sum((closes - opens for opens, closes in self.periods), NOTHING)


def calendar_days(calendar: Calendar, first: date, last: date) -> tuple[CalendarDay, ...]:
    """Every date from `first` to `last`. Raises ValueError if `last` is the earlier one."""
    dates = [first + number * ONE_DAY for number in range((last - first).days + 1)]
    midnights = [_midnight(day, calendar.zone) for day in [*dates, last + ONE_DAY]]
    working_time = resolve(calendar, midnights[0], midnights[-1])
    changes = clock_changes(calendar.zone, midnights[0], midnights[-1])
    names = dict(calendar.holidays)
    return tuple(
        CalendarDay(
            date=day,
            kind=_kind(calendar, day, begins, ends),
            name=names.get(day, ""),
            periods=tuple(_within(working_time, begins, ends)),
            clock_changes=tuple(change for change in changes if begins <= change.at < ends),
        )
        for day, (begins, ends) in zip(dates, pairwise(midnights), strict=True)
    )


def clock_changes(zone_name: str, start: datetime, end: datetime) -> tuple[ClockChange, ...]:
    """When the clocks of the zone change from `start` on and before `end`, in order.

    Changes that undo each other within a day are not seen.
    """
    place, first, last = zone(zone_name), seconds_of(start), seconds_of(end)
    # From the second before, to see a change at the very start.
    looks = [*range(first - 1, last - 1, DAY_SECONDS), last - 1]
    pairs = ((seconds, _offset(seconds[0], place), _offset(seconds[-1], place)) for seconds in _spans(looks))
    return tuple(
        ClockChange(at=_changed_at(seconds, before, place), before=before, after=after)
        for seconds, before, after in pairs
        if before != after
    )


def _spans(looks: list[int]) -> Iterator[range]:
    return (range(earlier, later + 1) for earlier, later in pairwise(looks))


def _changed_at(seconds: range, before: timedelta, place: ZoneInfo) -> datetime:
    """The first of the seconds at which the offset is no longer `before`."""
    found = bisect_left(seconds, True, key=lambda second: _offset(second, place) != before)
    return datetime.fromtimestamp(seconds[found], UTC)


def _offset(second: int, place: ZoneInfo) -> timedelta:
    return datetime.fromtimestamp(second, place).utcoffset() or NOTHING


def _midnight(day: date, zone_name: str) -> datetime:
    return local_instant(datetime.combine(day, time()), zone_name)


def _kind(calendar: Calendar, day: date, begins: datetime, ends: datetime) -> DayKind:
    if begins == ends:
        return DayKind.SKIPPED
    if any(day == holiday for holiday, _ in calendar.holidays):
        return DayKind.HOLIDAY
    return DayKind.SPECIAL if day in calendar.dates else DayKind.ORDINARY


def _within(working_time: WorkingTime, begins: datetime, ends: datetime) -> Iterator[Period]:
    for opens, closes in working_time.periods_after(begins):
        if opens >= ends:
            return
        yield opens, min(closes, ends)
