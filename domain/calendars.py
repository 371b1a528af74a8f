"""Calendars: weekly hours, own hours of a date, holidays and breaks, in the local time of a zone.

`resolve` turns one into UTC windows (`domain.working_time`), which is all that workflows ever see:
zone data is read from files, so this module is for activities, commands and simulations.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib.metadata import version as version_of_package
from importlib.resources import files
from itertools import chain, pairwise
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from domain.working_time import WorkingTime, seconds_of

ONE_DAY = timedelta(days=1)
LOCAL_TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)

Window = tuple[int, int]
Span = tuple[timedelta, timedelta]


class Weekday(StrEnum):
    """The days of the week, in the order of `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


WEEK = tuple(Weekday)


@cache
def known_zones() -> frozenset[str]:
    """Every IANA zone of the pinned zone data."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name, read from the pinned `tzdata`, whatever the system has.

    Raises ValueError for an unknown name, with the nearest known one.
    """
    if name not in known_zones():
        raise ValueError(f"unknown time zone {name[:64]!r}; {_nearest_zone(name[:64])}")
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


def zone_data_version() -> str:
    """The version of the pinned zone data, such as `2026.6` (IANA's 2026f).

    `resolve` reads nothing else. For code that makes its own `ZoneInfo(name)`, the system's data
    would win over the pinned package; only `PYTHONTZPATH=` (set, and empty) makes this true there.
    """
    return version_of_package("tzdata")


def local_instant(local: datetime, zone_name: str) -> datetime:
    """The UTC instant of a naive local time, by RFC 5545: one that the clocks skip has the offset
    before the gap, and of one that comes twice the first is meant.
    """
    return _naive(local).replace(tzinfo=zone(zone_name), fold=0).astimezone(UTC)


def times_shown(local: datetime, zone_name: str) -> int:
    """How often the clocks of the zone show a naive local time: once, or twice, or never in a gap."""
    first, second = (seconds_of(_naive(local).replace(tzinfo=zone(zone_name), fold=fold)) for fold in (0, 1))
    # In a gap the second reading has the later offset, which makes it the earlier instant.
    return 1 if first == second else 2 if first < second else 0


def _naive(local: datetime) -> datetime:
    if local.tzinfo is not None:
        raise ValueError(f"{local} has an offset already; give a local time without one")
    return local


def _nearest_zone(name: str) -> str:
    # "berlin" should find Europe/Berlin, and a whole name wins over the last part of another.
    names = {known.rpartition("/")[2].casefold(): known for known in sorted(known_zones(), reverse=True)}
    names |= {known.casefold(): known for known in known_zones()}
    near = get_close_matches(name.casefold().replace(" ", "_"), names, n=1)
    return f"did you mean {names[near[0]]!r}?" if near else "use an IANA name such as 'Europe/Berlin'"


def _known_zone(name: str) -> str:
    zone(name)
    return name


def _local_time(given: object) -> str:
    text = f"{given:%H:%M:%S}" if isinstance(given, time) else given
    parts = LOCAL_TIME.fullmatch(text) if isinstance(text, str) else None
    if parts is None or (parts[1] == "24" and text not in ("24:00", "24:00:00")):
        raise ValueError(f"{str(given)[:40]!r} is no local time; write it quoted, as in '09:00' or '24:00'")
    return parts[0].removesuffix(":00") if parts[3] == "00" else parts[0]


def _opens_before_midnight(interval: tuple[str, str]) -> tuple[str, str]:
    if interval[0] == "24:00":
        raise ValueError("nothing opens at 24:00; write 00:00 on the next day")
    return interval


def _interval(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    parts = tuple(part.strip() for part in given.split("-"))
    if len(parts) != 2:
        raise ValueError(f"{given[:40]!r} is no stretch of time; write it quoted, as in '09:00-17:00'")
    return parts


def _break(given: Any) -> Any:
    return given if isinstance(given, dict | Break) else {"hours": given}


def _holiday(given: Any) -> Any:
    return given if isinstance(given, tuple | list) else (given, "")


LocalTime = Annotated[str, BeforeValidator(_local_time)]
Interval = Annotated[
    tuple[LocalTime, LocalTime], BeforeValidator(_interval), AfterValidator(_opens_before_midnight)
]
Holiday = Annotated[tuple[date, str], BeforeValidator(_holiday)]


class Break(BaseModel, frozen=True, extra="forbid"):
    """Hours in which a calendar rests, on some days of the week or, with none named, on every day.

    A break belongs to the date on which it begins, whichever window it then falls into.
    """

    hours: Interval
    days: tuple[Weekday, ...] = ()


class Calendar(BaseModel, frozen=True, extra="forbid"):
    """When people work, as they would write it down.

    Intervals are pairs of local times (`("09:00", "17:00")`, or `"09:00-17:00"`), several a day.
    One that closes at or before its opening runs overnight; it belongs to the date on which it
    opens. Own hours of a date replace its weekly ones (none: closed), a holiday beats both, and
    breaks are cut out last. `always_open` is 24 hours on 7 days and admits nothing beside it.
    """

    name: str = Field(min_length=1)
    zone: Annotated[str, AfterValidator(_known_zone)]
    weekly: dict[Weekday, tuple[Interval, ...]] = {}
    breaks: tuple[Annotated[Break, BeforeValidator(_break)], ...] = ()
    dates: dict[date, tuple[Interval, ...]] = {}
    holidays: tuple[Holiday, ...] = ()
    always_open: bool = False

    @model_validator(mode="after")
    def _hours_are_given_once(self) -> Self:
        hours = any(self.weekly.values()) or any(self.dates.values())
        if self.always_open and (self.weekly or self.dates or self.holidays or self.breaks):
            raise ValueError(
                "always_open leaves no room for weekly, dates, holidays or breaks; "
                "leave it out and give every day the hours 00:00-24:00"
            )
        if not self.always_open and not hours:
            raise ValueError("no open hours; give weekly or dates some, or set always_open")
        return self

    def version(self) -> str:
        """A hash of the content: equal for calendars that say the same."""
        # Without the defaults, so that a field added to this model leaves old versions alone.
        content = self.model_dump(mode="json", exclude_defaults=True)
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return sha256(text.encode()).hexdigest()[:12]


def resolve(calendar: Calendar, start: datetime, end: datetime) -> WorkingTime:
    """The working windows of `calendar` from `start` to `end` (aware, `end` rounded up to a second).

    Local times that the clocks skip are read with the offset before the gap, and of those that
    come twice the first is meant (RFC 5545). A date that its zone skipped altogether has no hours.
    Raises ValueError if `end` is not after `start`.
    """
    first, last = seconds_of(start), seconds_of(end) + (end.microsecond > 0)
    if last <= first:
        raise ValueError(f"end {end} is not after start {start}")
    windows: Iterable[Window] = [(first, last)]
    if not calendar.always_open:
        place = zone(calendar.zone)
        # A window can begin the day before, and a zone can jump by a whole day.
        days = _days(start.astimezone(place).date() - 2 * ONE_DAY, end.astimezone(place).date() + 2 * ONE_DAY)
        windows = _clipped(_resolved(calendar, [_midnight(day, place) for day in days]), first, last)
    return WorkingTime(
        calendar=calendar.name,
        version=calendar.version(),
        zone_data=zone_data_version(),
        edges=tuple(chain.from_iterable(windows)),
        start=first,
        horizon=last,
    )


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _midnight(day: date, place: ZoneInfo) -> datetime:
    # Adding to it moves the clock on the wall, and its fold of 0 is RFC 5545's rule:
    # the offset before a gap, and the first of two.
    return datetime(day.year, day.month, day.day, tzinfo=place)


def _resolved(calendar: Calendar, midnights: list[datetime]) -> Iterator[Window]:
    closed = {day for day, _ in calendar.holidays}
    weekly = [_spans(calendar.weekly.get(weekday, ())) for weekday in WEEK]
    own = {day: _spans(intervals) for day, intervals in calendar.dates.items()}
    breaks = [
        _spans(pause.hours for pause in calendar.breaks if weekday in (pause.days or WEEK))
        for weekday in WEEK
    ]
    # Apia had no 30 December 2011: a date that ends as it begins has no hours.
    dates = [
        (midnight.date(), midnight)
        for midnight, following in pairwise(midnights)
        if seconds_of(midnight) < seconds_of(following)
    ]
    hours = ((at, own.get(day, weekly[day.weekday()])) for day, at in dates if day not in closed)
    pauses = ((at, breaks[day.weekday()]) for day, at in dates)
    return _without(_merged(_in_utc(hours)), list(_merged(_in_utc(pauses))))


def _spans(intervals: Iterable[Interval]) -> list[Span]:
    """Times on the wall since midnight; a closing at or before the opening is the next day's."""
    pairs = ((_since_midnight(opens), _since_midnight(closes)) for opens, closes in intervals)
    return [(opens, closes if opens < closes else closes + ONE_DAY) for opens, closes in pairs]


def _since_midnight(local: LocalTime) -> timedelta:
    hours, minutes, seconds = (int(part) for part in f"{local}:00".split(":")[:3])
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _in_utc(hours: Iterable[tuple[datetime, list[Span]]]) -> list[Window]:
    windows = (
        (seconds_of(midnight + opens), seconds_of(midnight + closes))
        for midnight, spans in hours
        for opens, closes in spans
    )
    # An interval that begins within a gap can end before it begins: nobody could work in it.
    return sorted(window for window in windows if window[0] < window[1])


def _merged(windows: Iterable[Window]) -> Iterator[Window]:
    """Sorted windows with those that touch or overlap made one."""
    current: Window | None = None
    for opens, closes in windows:
        if current is None:
            current = (opens, closes)
        elif opens <= current[1]:
            current = (current[0], max(current[1], closes))
        else:
            yield current
            current = (opens, closes)
    if current is not None:
        yield current


def _without(windows: Iterable[Window], breaks: list[Window]) -> Iterator[Window]:
    """What the breaks leave of the windows; both sorted and merged."""
    passed = 0
    for opens, closes in windows:
        while passed < len(breaks) and breaks[passed][1] <= opens:
            passed += 1
        # The last break that reached into this window can reach into the next one too, so stay on it.
        within, resumes = passed, opens
        while within < len(breaks) and breaks[within][0] < closes:
            if resumes < breaks[within][0]:
                yield resumes, breaks[within][0]
            resumes = breaks[within][1]
            within += 1
        if resumes < closes:
            yield resumes, closes


def _clipped(windows: Iterable[Window], first: int, last: int) -> Iterator[Window]:
    cut = ((max(opens, first), min(closes, last)) for opens, closes in windows)
    return (window for window in cut if window[0] < window[1])
