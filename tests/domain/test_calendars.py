"""What a calendar means: hours, overnight shifts, own hours of dates, holidays and breaks, in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.calendars import WEEK, Break, Calendar, Weekday, resolve, zone_data_version

MONDAY = date(2026, 1, 5)
OFFICE_WEEK = dict.fromkeys(WEEK[:5], (("09:00", "17:00"),))


def calendar(**parts: Any) -> Calendar:
    return Calendar.model_validate({"name": "office", "zone": "UTC", **parts})


def opened(given: Calendar, first: date = MONDAY, days: int = 1) -> list[str]:
    """The windows from the first day's midnight on, UTC, such as `"5 09:00-5 17:00"`."""
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    edges = resolve(given, start, start + timedelta(days=days)).edges
    told = [f"{datetime.fromtimestamp(edge, UTC):%d %H:%M}".lstrip("0") for edge in edges]
    return [f"{opens}-{closes}" for opens, closes in zip(told[::2], told[1::2], strict=True)]


@pytest.mark.parametrize(
    ("monday", "expected"),
    [
        ([("09:00", "17:00")], ["5 09:00-5 17:00"]),
        (["09:00-12:00", "13:00-17:00"], ["5 09:00-5 12:00", "5 13:00-5 17:00"]),
        ([(time(9), time(17, 30))], ["5 09:00-5 17:30"]),
        (["13:00-17:00", "09:00-12:00"], ["5 09:00-5 12:00", "5 13:00-5 17:00"]),
        (["09:00-12:00", "12:00-17:00"], ["5 09:00-5 17:00"]),
        (["09:00-14:00", "12:00-17:00"], ["5 09:00-5 17:00"]),
        (["09:00-17:00", "10:00-11:00"], ["5 09:00-5 17:00"]),
        (["00:00-24:00"], ["5 00:00-6 00:00"]),
        (["18:00-00:00"], ["5 18:00-6 00:00"]),
        (["22:00-06:00"], ["5 22:00-6 06:00"]),
        (["08:00-08:00"], ["5 08:00-6 08:00"]),
        ([], []),
    ],
)
def test_weekly_hours_become_windows(monday: list[Any], expected: list[str]) -> None:
    weekly = {"monday": monday, "thursday": ["09:00-10:00"]}
    assert opened(calendar(weekly=weekly), days=3) == expected


def test_seconds_of_a_local_time_count() -> None:
    last_second = calendar(weekly={"monday": [("00:00", "23:59:59")]})
    start = datetime(2026, 1, 5, tzinfo=UTC)
    worked = resolve(last_second, start, start + timedelta(days=1)).between(start, start + timedelta(days=1))
    assert worked == timedelta(hours=24) - timedelta(seconds=1)


def test_full_days_in_a_row_are_one_window() -> None:
    assert opened(calendar(weekly={day: ["00:00-24:00"] for day in WEEK}), days=9) == ["5 00:00-14 00:00"]


def test_a_night_shift_already_running_at_the_start_is_seen() -> None:
    night = calendar(weekly={"sunday": ["22:00-06:00"]})
    assert opened(night) == ["5 00:00-5 06:00"]


def test_windows_are_cut_at_the_horizon() -> None:
    assert opened(calendar(weekly={"monday": ["22:00-06:00"]})) == ["5 22:00-6 00:00"]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"2026-01-05": ["10:00-11:00"]}, ["5 10:00-5 11:00"]),
        ({date(2026, 1, 5): []}, []),
        ({"2026-01-04": ["23:00-02:00"]}, ["5 00:00-5 02:00", "5 09:00-5 17:00"]),
    ],
)
def test_own_hours_of_a_date_replace_its_weekly_hours(dates: dict[Any, Any], expected: list[str]) -> None:
    assert opened(calendar(weekly=OFFICE_WEEK, dates=dates)) == expected


def test_own_hours_open_a_day_that_the_week_leaves_closed() -> None:
    sale = calendar(weekly=OFFICE_WEEK, dates={"2026-01-10": ["10:00-14:00"]})
    assert opened(sale, date(2026, 1, 10)) == ["10 10:00-10 14:00"]


@pytest.mark.parametrize("holiday", ["2026-01-05", date(2026, 1, 5), ("2026-01-05", "Founders' Day")])
def test_a_holiday_beats_weekly_hours_and_own_hours(holiday: Any) -> None:
    own = {"2026-01-05": ["10:00-11:00"]}
    assert opened(calendar(weekly=OFFICE_WEEK, holidays=[holiday])) == []
    assert opened(calendar(weekly=OFFICE_WEEK, dates=own, holidays=[holiday])) == []


@pytest.mark.parametrize(
    ("holiday", "expected"),
    [
        ("2026-01-05", ["5 00:00-5 06:00", "6 22:00-7 00:00"]),
        ("2026-01-06", ["5 00:00-5 06:00", "5 22:00-6 06:00"]),
    ],
)
def test_a_night_shift_belongs_to_the_date_on_which_it_opens(holiday: str, expected: list[str]) -> None:
    night = calendar(weekly={day: ["22:00-06:00"] for day in WEEK}, holidays=[holiday])
    assert opened(night, days=2) == expected


@pytest.mark.parametrize(
    ("pause", "expected"),
    [
        ("12:00-13:00", ["5 09:00-5 12:00", "5 13:00-5 17:00"]),
        (("08:00", "10:00"), ["5 10:00-5 17:00"]),
        (("16:00", "18:00"), ["5 09:00-5 16:00"]),
        (("09:00", "17:00"), []),
        (("17:00", "18:00"), ["5 09:00-5 17:00"]),
        (("07:00", "09:00"), ["5 09:00-5 17:00"]),
        (("22:00", "10:00"), ["5 10:00-5 17:00"]),
        ({"hours": "12:00-13:00", "days": ["monday"]}, ["5 09:00-5 12:00", "5 13:00-5 17:00"]),
        ({"hours": "12:00-13:00", "days": ["tuesday"]}, ["5 09:00-5 17:00"]),
    ],
)
def test_breaks_are_cut_out(pause: Any, expected: list[str]) -> None:
    assert opened(calendar(weekly=OFFICE_WEEK, breaks=[pause])) == expected


def test_breaks_are_cut_out_of_own_hours_and_of_night_shifts_too() -> None:
    pause = Break(hours=("02:00", "02:30"))
    night = calendar(
        weekly={"sunday": ["22:00-06:00"]}, dates={"2026-01-05": ["00:00-03:00"]}, breaks=[pause]
    )
    assert opened(night) == ["5 00:00-5 02:00", "5 02:30-5 06:00"]


def test_several_and_overlapping_breaks_are_cut_out_of_one_window() -> None:
    pauses = ["14:00-14:30", "10:00-10:15", "12:00-13:00", "12:30-13:15"]
    expected = ["5 09:00-5 10:00", "5 10:15-5 12:00", "5 13:15-5 14:00", "5 14:30-5 17:00"]
    assert opened(calendar(weekly=OFFICE_WEEK, breaks=pauses)) == expected


def test_one_break_can_cut_two_windows() -> None:
    split = calendar(weekly={"monday": ["09:00-12:00", "12:30-17:00", "17:30-19:00"]}, breaks=["11:00-18:00"])
    assert opened(split) == ["5 09:00-5 11:00", "5 18:00-5 19:00"]


def test_a_calendar_that_never_closes_is_one_window() -> None:
    assert opened(calendar(zone="Europe/Berlin", always_open=True), days=3) == ["5 00:00-8 00:00"]


def test_the_asked_span_is_covered_to_the_second() -> None:
    start = datetime(2026, 1, 5, 10, 0, 0, 700_000, tzinfo=UTC)
    wt = resolve(calendar(weekly=OFFICE_WEEK), start, start + timedelta(seconds=1))
    assert (wt.horizon - wt.start, wt.between(start, start + timedelta(seconds=1))) == (
        2,
        timedelta(seconds=1),
    )


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC)
    with pytest.raises(ValueError, match="is not after start"):
        resolve(calendar(always_open=True), start, start)


def test_a_resolution_names_what_it_was_made_from() -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC)
    office = calendar(weekly=OFFICE_WEEK)
    wt = resolve(office, start, start + timedelta(days=1))
    assert (wt.calendar, wt.version, wt.zone_data) == ("office", office.version(), zone_data_version())


def test_calendars_that_say_the_same_have_the_same_version() -> None:
    one = calendar(weekly={"monday": ["09:00-17:00"], "friday": ["09:00-12:00"]}, holidays=["2026-12-25"])
    two = Calendar(
        name="office",
        zone="UTC",
        weekly={Weekday.FRIDAY: (("09:00", "12:00:00"),), Weekday.MONDAY: (("09:00", "17:00"),)},
        holidays=((date(2026, 12, 25), ""),),
        breaks=(),
    )
    assert one.version() == two.version() == Calendar.model_validate_json(one.model_dump_json()).version()


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"zone": "Europe/Berlin"},
        {"weekly": {"monday": ["09:00-17:00"]}},
        {"dates": {"2026-01-05": []}},
        {"breaks": ["12:00-13:00"]},
        {"holidays": ["2026-12-25"]},
    ],
)
def test_every_difference_shows_in_the_version(change: dict[str, Any]) -> None:
    base = calendar(weekly=OFFICE_WEEK)
    assert calendar(**{"weekly": OFFICE_WEEK, **change}).version() != base.version()
    assert len(base.version()) == 12


@pytest.mark.parametrize(
    ("zone", "mend"),
    [
        ("Berlin", "did you mean 'Europe/Berlin'"),
        ("europe/berlin", "did you mean 'Europe/Berlin'"),
        ("Europe/Berln", "did you mean 'Europe/Berlin'"),
        ("Sao Paulo", "did you mean 'America/Sao_Paulo'"),
        ("Kathmandu", "did you mean 'Asia/Kathmandu'"),
        ("../../etc/passwd", "use an IANA name"),
        ("localtime", "unknown time zone"),
        ("", "use an IANA name"),
        ("x" * 300_000, "use an IANA name"),
    ],
)
def test_an_unknown_zone_is_answered_with_the_nearest_known_one(zone: str, mend: str) -> None:
    with pytest.raises(ValidationError, match=mend) as refusal:
        calendar(zone=zone, always_open=True)
    assert [error["loc"] for error in refusal.value.errors()] == [("zone",)]


@pytest.mark.parametrize(
    ("parts", "complaint"),
    [
        ({"weekly": {"monday": ["9-17"]}}, "'9' is no local time; write it quoted, as in '09:00'"),
        ({"weekly": {"monday": ["09:00-24:30"]}}, "'24:30' is no local time"),
        ({"weekly": {"monday": ["09:00-25:00"]}}, "'25:00' is no local time"),
        ({"weekly": {"monday": [(540, 1020)]}}, "'540' is no local time; write it quoted"),
        ({"weekly": {"monday": [("24:00", "12:00")]}}, "nothing opens at 24:00"),
        ({"weekly": {"monday": ["09:00"]}}, "'09:00' is no stretch of time; write it quoted"),
        ({"weekly": {"funday": ["09:00-17:00"]}}, "'monday', 'tuesday'"),
        ({"weekly": OFFICE_WEEK, "hollidays": ["2026-12-25"]}, r"hollidays\s+Extra inputs are not permitted"),
        (
            {"weekly": OFFICE_WEEK, "holidays": ["2026-02-30"]},
            r"holidays\.0\.0\s+Input should be a valid date",
        ),
        ({"weekly": {"monday": []}}, "no open hours; give weekly or dates some, or set always_open"),
        ({}, "no open hours"),
        ({"always_open": True, "holidays": ["2026-12-25"]}, "always_open leaves no room for"),
        ({"always_open": True, "name": ""}, r"name\s+String should have at least 1 character"),
    ],
)
def test_a_mistake_is_refused_with_its_place_and_mend(parts: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        calendar(**parts)
