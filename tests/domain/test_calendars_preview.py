"""What a person checks before trusting a calendar: every date with its hours and what is special."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.calendar_preview import CalendarDay, DayKind, calendar_days, clock_changes
from domain.calendars import WEEK, Calendar

HOUR = timedelta(hours=1)


def calendar(**parts: Any) -> Calendar:
    return Calendar.model_validate({"name": "any", "zone": "Europe/Berlin", **parts})


def on(given: Calendar, day: str) -> CalendarDay:
    return calendar_days(given, date.fromisoformat(day), date.fromisoformat(day))[0]


OFFICE = calendar(
    weekly=dict.fromkeys(WEEK[:5], (("09:00", "17:00"),)),
    dates={"2026-12-23": ["09:00-13:00"], "2026-12-28": [], "2026-12-25": ["09:00-10:00"]},
    holidays=[("2026-12-25", "Christmas"), ("2026-12-26", "St Stephen's")],
)
NIGHTS = calendar(weekly=dict.fromkeys(WEEK, (("22:00", "06:00"),)))


@pytest.mark.parametrize(
    ("day", "kind", "name", "hours"),
    [
        ("2026-12-22", DayKind.ORDINARY, "", 8),
        ("2026-12-23", DayKind.SPECIAL, "", 4),
        ("2026-12-25", DayKind.HOLIDAY, "Christmas", 0),
        ("2026-12-26", DayKind.HOLIDAY, "St Stephen's", 0),
        ("2026-12-27", DayKind.ORDINARY, "", 0),
        ("2026-12-28", DayKind.SPECIAL, "", 0),
    ],
)
def test_a_date_says_where_its_hours_come_from(day: str, kind: DayKind, name: str, hours: int) -> None:
    shown = on(OFFICE, day)
    assert (shown.kind, shown.name, shown.worked) == (kind, name, hours * HOUR)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 8), ("2026-03-29", 7), ("2026-10-25", 9)])
def test_a_night_is_shown_on_both_of_its_dates_with_the_hours_that_passed(day: str, hours: int) -> None:
    shown = on(NIGHTS, day)
    assert len(shown.periods) == 2
    assert shown.worked == hours * HOUR


def test_the_dates_of_a_span_add_up_to_its_working_time() -> None:
    days = calendar_days(OFFICE, date(2026, 12, 1), date(2026, 12, 31))
    assert [day.date.day for day in days] == list(range(1, 32))
    assert sum((day.worked for day in days), timedelta(0)) == (23 * 8 - 4 - 8 - 8) * HOUR


def test_a_clock_change_is_shown_on_its_date_with_both_offsets() -> None:
    (change,) = on(NIGHTS, "2026-03-29").clock_changes
    assert change.at == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert (change.before, change.after) == (HOUR, 2 * HOUR)
    assert on(NIGHTS, "2026-03-30").clock_changes == ()


def test_a_change_at_midnight_belongs_to_the_date_that_it_begins() -> None:
    sao_paulo = NIGHTS.model_copy(update={"zone": "America/Sao_Paulo"})
    assert len(on(sao_paulo, "2018-11-04").clock_changes) == 1
    assert on(sao_paulo, "2018-11-03").clock_changes == ()


def test_a_change_of_half_an_hour_is_found_to_the_second() -> None:
    start, end = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 4, 15, 0, 1, tzinfo=UTC)
    (change,) = clock_changes("Australia/Lord_Howe", start, end)
    assert change.at == end - timedelta(seconds=1)
    assert change.before - change.after == HOUR / 2
    assert clock_changes("Australia/Lord_Howe", start, change.at) == ()


def test_a_date_that_its_zone_skipped_is_shown_as_such() -> None:
    apia = calendar(zone="Pacific/Apia", weekly=dict.fromkeys(WEEK, (("09:00", "17:00"),)))
    days = calendar_days(apia, date(2011, 12, 29), date(2011, 12, 31))
    assert [day.kind for day in days] == [DayKind.ORDINARY, DayKind.SKIPPED, DayKind.ORDINARY]
    assert [day.worked for day in days] == [8 * HOUR, 0 * HOUR, 8 * HOUR]


def test_a_calendar_that_never_closes_is_open_all_day() -> None:
    assert on(calendar(always_open=True), "2026-10-25").worked == 25 * HOUR
