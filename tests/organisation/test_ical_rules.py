"""Repetitions are looked for near the stretch that is asked for, and are those that walking finds."""

from datetime import datetime, timedelta
from warnings import catch_warnings

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from organisation.ical_rules import repetitions

DAYS_AHEAD = {"HOURLY": 200, "DAILY": 2_000, "WEEKLY": 5_000, "MONTHLY": 20_000, "YEARLY": 40_000}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
INTERVALS = (1, 2, 3, 4, 5, 25)
"""None of seven days: walking to a weekday that never comes would end in the year 9999."""
WEEKS = ["03-03 09", "03-04 09", "07-14 09", "07-15 09"]


def local(written: str) -> datetime:
    return datetime.fromisoformat(written)


def numbers(*values: int) -> st.SearchStrategy[str]:
    chosen = st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)
    return chosen.map(lambda each: ",".join(str(number) for number in each))


BY_ANY = {
    "BYMONTH": numbers(*range(1, 13)),
    "BYHOUR": numbers(*range(24)),
    "BYMINUTE": numbers(0, 15, 59),
    "BYDAY": st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True).map(",".join),
    "WKST": st.sampled_from(WEEKDAYS),
}
BY_DAY_OF_MONTH = {"BYMONTHDAY": numbers(1, 13, 28, -1)}
BY_PLACE = {"BYSETPOS": numbers(1, 2, -1)}
BY = {
    "HOURLY": BY_ANY | BY_DAY_OF_MONTH,
    "DAILY": BY_ANY | BY_DAY_OF_MONTH | {"BYSETPOS": numbers(1, -1)},
    "WEEKLY": BY_ANY | BY_PLACE,
    "MONTHLY": BY_ANY | BY_DAY_OF_MONTH | BY_PLACE | {"BYDAY": st.sampled_from(("1MO", "-1FR", "2TU,SU"))},
    "YEARLY": BY_ANY | BY_PLACE | {"BYYEARDAY": numbers(1, 100, -1), "BYWEEKNO": numbers(1, 20, 52)},
}


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, datetime, datetime, datetime]:
    """A rule, its first one, and a stretch that begins before or long after it."""
    freq = draw(st.sampled_from(tuple(BY)))
    names = draw(st.lists(st.sampled_from(tuple(BY[freq])), max_size=3, unique=True))
    parts = {"FREQ": freq, "INTERVAL": str(draw(st.sampled_from(INTERVALS)))}
    parts |= {name: draw(BY[freq][name]) for name in names}
    parts |= draw(st.sampled_from([{}, {}, {"COUNT": "40"}, {"COUNT": "400"}]))
    minutes = st.datetimes(local("1999-12-20"), local("2001-03-05"))
    first = draw(minutes | st.just(local("2000-02-29T09:00"))).replace(second=0, microsecond=0)
    lowest = first + timedelta(
        days=draw(st.integers(-50, DAYS_AHEAD[freq])), minutes=draw(st.integers(0, 1440))
    )
    return (
        ";".join(f"{name}={value}" for name, value in parts.items()),
        first,
        lowest,
        lowest + timedelta(days=draw(st.integers(0, DAYS_AHEAD[freq] // 10))),
    )


def walked(rule: str, first: datetime, lowest: datetime, highest: datetime) -> list[datetime]:
    """From the first one on, one by one."""
    with catch_warnings(action="ignore", category=DeprecationWarning):
        expanded = rrulestr(f"{rule};UNTIL={highest:%Y%m%dT%H%M%S}", dtstart=first)
    return [each for each in expanded.between(lowest, highest, inc=True) if lowest <= each <= highest]


def found_or_refused(how: object, *asked: object) -> object:
    assert callable(how)
    try:
        return how(*asked)
    except ValueError as error:
        return str(error)


@settings(max_examples=300)
@given(rules())
def test_what_is_found_is_what_walking_finds(asked: tuple[str, datetime, datetime, datetime]) -> None:
    assert found_or_refused(repetitions, *asked) == found_or_refused(walked, *asked)


@pytest.mark.parametrize(
    ("rule", "first", "found"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=31", "1900-01-31T09:00", ["01-31 09", "03-31 09", "05-31 09", "07-31 09"]),
        ("FREQ=MONTHLY;INTERVAL=5", "1900-01-31T09:00", ["03-31 09"]),
        ("FREQ=YEARLY;INTERVAL=4", "1904-02-29T09:00", ["02-29 09"]),
        ("FREQ=WEEKLY;INTERVAL=19;BYDAY=SU,MO;WKST=SU", "1900-01-03T09:00", WEEKS),
        ("FREQ=DAILY;INTERVAL=50;COUNT=908", "1900-01-01T09:00", ["01-11 09", "03-01 09"]),
        ("FREQ=HOURLY;INTERVAL=1001;COUNT=1088", "1900-01-01T09:00", ["01-06 15", "02-17 08"]),
        ("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", "1900-01-01T09:00", []),
    ],
)
def test_what_began_long_ago_keeps_its_phase(rule: str, first: str, found: list[str]) -> None:
    each = repetitions(rule, local(first), local("2024-01-01"), local("2024-08-01"))
    assert [f"{at:%m-%d %H}" for at in each] == found


def test_places_are_counted_in_the_whole_week() -> None:
    rule = "FREQ=WEEKLY;BYDAY=SA,MO,WE;WKST=SA;BYSETPOS=2"
    found = repetitions(rule, local("1900-01-07T09:00"), local("2024-01-01"), local("2024-01-07"))
    assert found == [local("2024-01-01T09:00")]
