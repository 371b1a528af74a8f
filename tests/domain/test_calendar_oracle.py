"""Ten years of every day against `whenever`, which shares neither code nor zone reading with us.

The oracle makes windows by converting each local time with `whenever`, and walks along them one by
one, where the product sums and searches.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise

import pytest
import whenever

from domain.calendar_preview import calendar_days, clock_changes
from domain.calendars import WEEK, Calendar, local_instant, resolve
from domain.working_time import WorkingTime

YEARS = 10
FIRST_YEAR = {
    "Europe/Berlin": 2022,
    "America/New_York": 2022,
    "Europe/London": 2022,
    "Australia/Sydney": 2022,
    "Australia/Lord_Howe": 2022,
    "Asia/Kathmandu": 2022,
    # Summer time until 2019, at midnight.
    "America/Sao_Paulo": 2011,
    # A date that does not exist, and summer time until 2021.
    "Pacific/Apia": 2011,
    "UTC": 2022,
}
HOURS = {
    "office": ("09:00-12:30", "13:15-17:45"),
    "night": ("22:00-06:00",),
    "small hours": ("00:00-02:30", "02:45-05:00"),
}
WALL_TIMES = ((0, 0), (1, 45), (2, 15), (2, 30), (3, 0), (12, 45), (23, 59))

Window = tuple[datetime, datetime]
every_zone = pytest.mark.parametrize("zone_name", FIRST_YEAR)
every_hours = pytest.mark.parametrize("hours", HOURS)


@pytest.fixture(autouse=True, scope="module")
def _pinned_zone_data() -> Iterator[None]:
    """Both read the pinned zone data: it is the arithmetic that is compared."""
    whenever.reset_tzpath(())
    whenever.clear_tzcache()
    yield
    whenever.reset_tzpath()
    whenever.clear_tzcache()


def span(zone_name: str) -> tuple[date, date]:
    """The first and the last of the days that are looked at."""
    first = FIRST_YEAR[zone_name]
    return date(first, 1, 1), date(first + YEARS, 1, 1)


def dates(zone_name: str) -> list[date]:
    first, last = span(zone_name)
    return [first + timedelta(days=number) for number in range((last - first).days)]


def oracle_instant(day: date, hour: int, minute: int, zone_name: str) -> datetime:
    wall = whenever.PlainDateTime(day.year, day.month, day.day, hour, minute)
    return wall.assume_tz(zone_name, disambiguation="compatible").to_stdlib().astimezone(UTC)


def exists(day: date, zone_name: str) -> bool:
    wall = whenever.PlainDateTime(day.year, day.month, day.day)
    return wall.assume_tz(zone_name, disambiguation="compatible").date().to_stdlib() == day


@cache
def oracle_windows(zone_name: str, hours: str) -> tuple[Window, ...]:
    """From two days before to two days after, so that nothing is cut within."""
    first, last = span(zone_name)
    days = [first + timedelta(days=number) for number in range(-2, (last - first).days + 2)]
    found = []
    for day in filter(lambda each: exists(each, zone_name), days):
        for interval in HOURS[hours]:
            opens, closes = ((int(part[:2]), int(part[3:])) for part in interval.split("-"))
            ends_on = day + timedelta(days=opens >= closes)
            found.append(
                (oracle_instant(day, *opens, zone_name), oracle_instant(ends_on, *closes, zone_name))
            )
    return tuple(filter(lambda window: window[0] < window[1], found))


@cache
def resolved(zone_name: str, hours: str) -> WorkingTime:
    calendar = Calendar.model_validate(
        {"name": hours, "zone": zone_name, "weekly": dict.fromkeys(WEEK, HOURS[hours])}
    )
    # The oracle's span, so that the ends are cut alike.
    windows = oracle_windows(zone_name, hours)
    return resolve(calendar, windows[0][0], windows[-1][1])


def walked(windows: tuple[Window, ...], start: datetime, duration: timedelta) -> datetime:
    """Along the windows from the one that ends after `start`, which is the first."""
    left = duration
    for opens, closes in windows:
        begins = max(opens, start)
        if left <= closes - begins:
            return begins + left
        left -= closes - begins
    raise AssertionError("the oracle's windows do not suffice")


@every_zone
def test_a_local_time_is_the_same_instant(zone_name: str) -> None:
    ours = [
        local_instant(datetime.combine(day, time(*wall)), zone_name)
        for day in dates(zone_name)
        for wall in WALL_TIMES
    ]
    theirs = [oracle_instant(day, *wall, zone_name) for day in dates(zone_name) for wall in WALL_TIMES]
    assert ours == theirs


@every_hours
@every_zone
def test_every_days_windows_are_the_same(zone_name: str, hours: str) -> None:
    wt = resolved(zone_name, hours)
    assert tuple(wt.periods_after(datetime(2000, 1, 1, tzinfo=UTC))) == oracle_windows(zone_name, hours)


@pytest.mark.parametrize("hours", ["office", "night"])
@every_zone
def test_every_days_deadline_and_its_way_back_are_the_same(zone_name: str, hours: str) -> None:
    wt, windows = resolved(zone_name, hours), oracle_windows(zone_name, hours)
    passed = 0
    for number, day in enumerate(dates(zone_name)[:-40]):
        start = oracle_instant(day, number % 24, number * 7 % 60, zone_name)
        duration = timedelta(minutes=1 + number * 37 % 3000)
        while windows[passed][1] <= start:
            passed += 1
        expected = walked(windows[passed : passed + 60], start, duration)
        assert wt.add(start, duration) == expected, (zone_name, day)
        assert wt.between(start, expected) == duration, (zone_name, day)
        assert wt.subtract(expected, duration) == max(start, windows[passed][0]), (zone_name, day)
        assert wt.is_open(start) == (windows[passed][0] <= start), (zone_name, day)
        assert wt.next_open(start) == max(start, windows[passed][0]), (zone_name, day)


@every_zone
def test_days_are_as_long_and_clocks_change_when_the_oracle_says(zone_name: str) -> None:
    first, last = span(zone_name)
    every_hour = Calendar(name="full", zone=zone_name, weekly=dict.fromkeys(WEEK, (("00:00", "24:00"),)))
    days = calendar_days(every_hour, first, last - timedelta(days=1))
    begins = [oracle_instant(day, 0, 0, zone_name) for day in [*dates(zone_name), last]]
    lengths = [end - begin for begin, end in pairwise(begins)]
    assert [day.worked for day in days] == lengths
    for change in clock_changes(zone_name, begins[0], begins[-1]):
        around = (change.at - timedelta(microseconds=1), change.at)
        offsets = [whenever.Instant(at).to_tz(zone_name).to_stdlib().utcoffset() for at in around]
        assert offsets == [change.before, change.after]
    odd = [day.date for day in days if day.worked != timedelta(hours=24)]
    # Apia left a date out; its clocks show the change on the next one, which is 24 hours long.
    expected = [{date(2011, 12, 30): date(2011, 12, 31)}.get(day, day) for day in odd]
    assert [day.date for day in days if day.clock_changes] == expected
