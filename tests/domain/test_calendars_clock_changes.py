"""Calendars over clock changes: hours that last 23, 24.5 or 25 h a day, and times that do not exist."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendars import WEEK, Break, Calendar, Weekday, resolve, zone
from domain.working_time import EPOCH, WorkingTime

HOUR = timedelta(hours=1)
ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "UTC",
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def daily(zone_name: str, opens: str, closes: str) -> Calendar:
    return Calendar(name="daily", zone=zone_name, weekly=dict.fromkeys(WEEK, ((opens, closes),)))


def working_time(calendar: Calendar, around: str) -> WorkingTime:
    """Resolved from a week before that date to a week after."""
    day = datetime.fromisoformat(around).replace(tzinfo=UTC)
    return resolve(calendar, day - timedelta(days=7), day + timedelta(days=7))


def opened_on(calendar: Calendar, day: str) -> list[tuple[datetime, datetime]]:
    """The windows that open on the local date. In UTC: a local time that comes twice equals no other."""
    edges = [EPOCH + timedelta(seconds=edge) for edge in working_time(calendar, day).edges]
    windows = zip(edges[::2], edges[1::2], strict=True)
    place, wanted = zone(calendar.zone), date.fromisoformat(day)
    return list(filter(lambda window: window[0].astimezone(place).date() == wanted, windows))


@pytest.mark.parametrize(
    ("zone_name", "start", "hours", "expected"),
    [
        ("Europe/Berlin", "2026-03-29T01:00+01:00", 4, "2026-03-29T06:00+02:00"),
        ("Europe/Berlin", "2026-10-25T01:00+02:00", 4, "2026-10-25T04:00+01:00"),
        ("Europe/London", "2026-03-29T00:30+00:00", 1, "2026-03-29T02:30+01:00"),
        ("America/New_York", "2026-03-08T01:00-05:00", 4, "2026-03-08T06:00-04:00"),
        ("America/New_York", "2026-11-01T01:00-04:00", 4, "2026-11-01T04:00-05:00"),
        ("Australia/Lord_Howe", "2026-10-04T01:00+10:30", 4, "2026-10-04T05:30+11:00"),
        ("Australia/Lord_Howe", "2026-04-05T01:00+11:00", 4, "2026-04-05T04:30+10:30"),
        ("Asia/Kathmandu", "2026-03-29T22:00+05:45", 4, "2026-03-30T02:00+05:45"),
        ("America/Sao_Paulo", "2018-11-03T23:00-03:00", 4, "2018-11-04T04:00-02:00"),
        ("America/Sao_Paulo", "2018-02-17T22:00-02:00", 4, "2018-02-18T01:00-03:00"),
        ("Pacific/Apia", "2011-12-29T22:00-10:00", 4, "2011-12-31T02:00+14:00"),
    ],
)
def test_around_the_clock_a_duration_is_elapsed_time(
    zone_name: str, start: str, hours: int, expected: str
) -> None:
    always = Calendar(name="always", zone=zone_name, always_open=True)
    full_days = daily(zone_name, "00:00", "24:00")
    deadlines = {
        working_time(calendar, start[:10]).add(at(start), hours * HOUR) for calendar in (always, full_days)
    }
    assert deadlines == {at(expected)}


@pytest.mark.parametrize(
    ("zone_name", "hours_of_day", "start", "duration", "expected"),
    [
        ("Europe/Berlin", ("00:00", "08:00"), "2026-03-28T23:00+01:00", 3, "2026-03-29T04:00+02:00"),
        ("Europe/Berlin", ("00:00", "08:00"), "2026-10-24T23:00+02:00", 3, "2026-10-25T02:00+01:00"),
        ("Europe/Berlin", ("22:00", "06:00"), "2026-03-28T22:00+01:00", 7, "2026-03-29T06:00+02:00"),
        ("Europe/Berlin", ("22:00", "06:00"), "2026-10-24T22:00+02:00", 9, "2026-10-25T06:00+01:00"),
        ("Europe/Berlin", ("22:00", "06:00"), "2026-03-28T22:00+01:00", 8, "2026-03-29T23:00+02:00"),
        ("Europe/Berlin", ("09:00", "17:00"), "2026-03-28T16:00+01:00", 2, "2026-03-29T10:00+02:00"),
        ("Asia/Kathmandu", ("09:00", "17:00"), "2026-03-29T11:00+00:00", 2, "2026-03-30T10:45+05:45"),
    ],
)
def test_deadlines_across_a_clock_change(
    zone_name: str, hours_of_day: tuple[str, str], start: str, duration: int, expected: str
) -> None:
    wt = working_time(daily(zone_name, *hours_of_day), start[:10])
    assert wt.add(at(start), duration * HOUR) == at(expected)


def test_a_weekend_with_a_clock_change_passes_unnoticed_in_office_hours() -> None:
    office = Calendar(
        name="office", zone="Europe/Berlin", weekly=dict.fromkeys(WEEK[:5], (("09:00", "17:00"),))
    )
    spring, autumn = working_time(office, "2026-03-29"), working_time(office, "2026-10-25")
    assert spring.add(at("2026-03-27T16:00+01:00"), 2 * HOUR) == at("2026-03-30T10:00+02:00")
    assert autumn.add(at("2026-10-23T16:00+02:00"), 2 * HOUR) == at("2026-10-26T10:00+01:00")


@pytest.mark.parametrize(
    ("zone_name", "day", "hours_of_day", "opens", "closes", "minutes"),
    [
        ("Europe/Berlin", "2026-03-28", ("22:00", "06:00"), "28T22:00+01:00", "29T06:00+02:00", 7 * 60),
        ("Europe/Berlin", "2026-10-24", ("22:00", "06:00"), "24T22:00+02:00", "25T06:00+01:00", 9 * 60),
        ("Australia/Lord_Howe", "2026-10-03", ("22:00", "06:00"), "03T22:00+10:30", "04T06:00+11:00", 450),
        ("Australia/Lord_Howe", "2026-04-04", ("22:00", "06:00"), "04T22:00+11:00", "05T06:00+10:30", 510),
        ("Asia/Kathmandu", "2026-03-29", ("09:00", "17:00"), "29T09:00+05:45", "29T17:00+05:45", 480),
        # Times that do not exist have the offset before the gap.
        ("Europe/Berlin", "2026-03-29", ("02:30", "05:00"), "29T03:30+02:00", "29T05:00+02:00", 90),
        ("Europe/Berlin", "2026-03-29", ("01:00", "02:30"), "29T01:00+01:00", "29T03:30+02:00", 90),
        ("Europe/Berlin", "2026-03-29", ("02:00", "03:30"), "29T03:00+02:00", "29T03:30+02:00", 30),
        ("Australia/Lord_Howe", "2026-10-04", ("02:15", "06:00"), "04T02:45+11:00", "04T06:00+11:00", 195),
        ("America/Sao_Paulo", "2018-11-04", ("00:00", "08:00"), "04T01:00-02:00", "04T08:00-02:00", 7 * 60),
        # Of times that come twice the first is meant.
        ("Europe/Berlin", "2026-10-25", ("02:30", "05:00"), "25T02:30+02:00", "25T05:00+01:00", 210),
        ("Europe/Berlin", "2026-10-25", ("01:00", "02:30"), "25T01:00+02:00", "25T02:30+02:00", 90),
        ("Europe/Berlin", "2026-10-25", ("01:00", "03:00"), "25T01:00+02:00", "25T03:00+01:00", 180),
        ("America/Sao_Paulo", "2018-02-17", ("12:00", "23:30"), "17T12:00-02:00", "17T23:30-02:00", 690),
        ("America/Sao_Paulo", "2018-02-17", ("12:00", "24:00"), "17T12:00-02:00", "18T00:00-03:00", 780),
        # Samoa went from Thursday the 29th to Saturday the 31st.
        ("Pacific/Apia", "2011-12-29", ("22:00", "06:00"), "29T22:00-10:00", "31T06:00+14:00", 480),
        ("Pacific/Apia", "2011-12-31", ("09:00", "17:00"), "31T09:00+14:00", "31T17:00+14:00", 480),
    ],
)
def test_the_window_of_a_day_with_a_clock_change(
    zone_name: str, day: str, hours_of_day: tuple[str, str], opens: str, closes: str, minutes: int
) -> None:
    expected = (at(f"{day[:8]}{opens}"), at(f"{day[:8]}{closes}"))
    assert opened_on(daily(zone_name, *hours_of_day), day) == [expected]
    assert working_time(daily(zone_name, *hours_of_day), day).between(*expected) == timedelta(minutes=minutes)


def test_an_interval_that_the_clocks_skip_does_not_open() -> None:
    assert opened_on(daily("Europe/Berlin", "02:30", "03:00"), "2026-03-29") == []


def test_a_break_that_the_clocks_skip_cuts_nothing() -> None:
    night = daily("Europe/Berlin", "22:00", "06:00")
    pausing = night.model_copy(update={"breaks": (Break(hours=("02:00", "03:00")),)})
    worked = [
        working_time(pausing, "2026-03-29").between(at(start), at(start) + 12 * HOUR)
        for start in ("2026-03-27T20:00+01:00", "2026-03-28T20:00+01:00")
    ]
    assert worked == [7 * HOUR, 7 * HOUR]


def test_a_date_that_its_zone_skipped_has_no_hours() -> None:
    fridays = Calendar(name="fridays", zone="Pacific/Apia", weekly={Weekday.FRIDAY: (("09:00", "17:00"),)})
    start = datetime(2011, 12, 26, tzinfo=UTC)
    edges = resolve(fridays, start, start + timedelta(days=20)).edges
    opened = [datetime.fromtimestamp(edge, zone("Pacific/Apia")).date() for edge in edges[::2]]
    assert opened == [date(2012, 1, 6), date(2012, 1, 13)]


def shows_open(wall: datetime, opens: time, closes: time) -> bool:
    """What the clock on the wall says, for hours that are the same every day."""
    now = wall.time()
    return {True: opens <= now < closes, False: now >= opens or now < closes}[opens < closes]


# Clocks change between 0 and 4 o'clock; edges outside of that are plain to read off the wall.
CLOCK_TIMES = st.integers(4 * 4, 23 * 4).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))


@given(
    st.sampled_from(ZONES),
    CLOCK_TIMES,
    CLOCK_TIMES,
    st.datetimes(datetime(2017, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_calendar_is_open_when_the_clock_on_the_wall_says_so(
    zone_name: str, opens: time, closes: time, instant: datetime
) -> None:
    calendar = daily(zone_name, f"{opens:%H:%M}", f"{closes:%H:%M}")
    wt = resolve(calendar, instant - 3 * HOUR, instant + 3 * HOUR)
    assert wt.is_open(instant) == shows_open(instant.astimezone(ZoneInfo(zone_name)), opens, closes)


@given(
    st.sampled_from((*ZONES, "Pacific/Apia")),
    st.lists(st.tuples(st.integers(0, 23), st.integers(0, 24)), min_size=1, max_size=3),
    st.datetimes(datetime(2011, 12, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.timedeltas(HOUR, timedelta(days=20)),
    st.timedeltas(HOUR, timedelta(days=20)),
)
def test_two_resolutions_in_a_row_are_the_resolution_of_the_whole(
    zone_name: str, hours: list[tuple[int, int]], start: datetime, first: timedelta, second: timedelta
) -> None:
    intervals = tuple((f"{opens:02}:00", f"{closes:02}:00") for opens, closes in hours)
    calendar = Calendar(name="any", zone=zone_name, weekly=dict.fromkeys(WEEK[:6], intervals))
    meet, end = start + first, start + first + second
    assert resolve(calendar, start, meet).extended_by(resolve(calendar, meet, end)) == resolve(
        calendar, start, end
    )
