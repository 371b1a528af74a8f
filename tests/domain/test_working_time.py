"""Working time on UTC windows: Monday 5 to Tuesday 6 January 2026, 9 to 12 and 13 to 17 o'clock."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import BaseModel, ValidationError

from domain.working_time import WorkingTime, always, due, seconds_of


def at(text: str) -> datetime:
    """`"5 09:30"` is half past nine on 5 January 2026, UTC."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2026-01-{int(day):02}T{clock}").replace(tzinfo=UTC)


def windows(
    *edges: str, start: str = "5 00:00", horizon: str = "7 00:00", version: str = "one"
) -> WorkingTime:
    return WorkingTime(
        calendar="office",
        version=version,
        zone_data="2026.6",
        edges=tuple(seconds_of(at(edge)) for edge in edges),
        start=seconds_of(at(start)),
        horizon=seconds_of(at(horizon)),
    )


MONDAY = ("5 09:00", "5 12:00", "5 13:00", "5 17:00")
TUESDAY = ("6 09:00", "6 12:00", "6 13:00", "6 17:00")
OFFICE = windows(*MONDAY, *TUESDAY)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("5 09:00", 1, "5 10:00"),
        ("5 11:00", 2, "5 14:00"),
        ("5 16:00", 2, "6 10:00"),
        ("5 09:00", 9, "6 11:00"),
        ("5 07:00", 1, "5 10:00"),
        ("5 20:00", 1, "6 10:00"),
        ("5 12:30", 1, "5 14:00"),
    ],
)
def test_adding_counts_open_hours_only(start: str, hours: int, expected: str) -> None:
    assert OFFICE.add(at(start), hours * HOUR) == at(expected)


@pytest.mark.parametrize(
    ("start", "hours", "closing"),
    [
        ("5 09:00", 3, "5 12:00"),
        ("5 09:00", 7, "5 17:00"),
        ("5 20:00", 7, "6 17:00"),
        ("5 12:00", 4, "5 17:00"),
    ],
)
def test_a_deadline_that_falls_on_closing_time_is_the_closing(start: str, hours: int, closing: str) -> None:
    assert OFFICE.add(at(start), hours * HOUR) == at(closing)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("5 09:00", "5 09:00"),
        ("5 10:30", "5 10:30"),
        ("5 12:00", "5 13:00"),
        ("5 12:30", "5 13:00"),
        ("5 17:00", "6 09:00"),
        ("5 03:00", "5 09:00"),
    ],
)
def test_zero_time_is_now_while_open_and_else_the_next_opening(start: str, expected: str) -> None:
    assert OFFICE.add(at(start), timedelta(0)) == at(expected)
    assert OFFICE.next_open(at(start)) == at(expected)


@pytest.mark.parametrize(
    ("end", "hours", "expected"),
    [
        ("5 11:00", 1, "5 10:00"),
        ("5 14:00", 2, "5 11:00"),
        ("6 10:00", 2, "5 16:00"),
        ("6 10:00", 1, "6 09:00"),
        ("5 14:00", 1, "5 13:00"),
        ("6 03:00", 1, "5 16:00"),
        ("6 09:00", 1, "5 16:00"),
    ],
)
def test_subtracting_counts_open_hours_back_and_stops_at_an_opening(
    end: str, hours: int, expected: str
) -> None:
    assert OFFICE.subtract(at(end), hours * HOUR) == at(expected)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("5 10:00", "5 10:00"),
        ("5 09:00", "5 09:00"),
        ("5 12:30", "5 12:00"),
        ("5 17:00", "5 17:00"),
        ("6 05:00", "5 17:00"),
    ],
)
def test_zero_time_back_is_now_while_open_and_else_the_latest_closing(end: str, expected: str) -> None:
    assert OFFICE.subtract(at(end), timedelta(0)) == at(expected)


def test_a_negative_duration_turns_adding_into_subtracting_and_back() -> None:
    assert OFFICE.add(at("6 10:00"), -2 * HOUR) == at("5 16:00")
    assert OFFICE.subtract(at("5 16:00"), -2 * HOUR) == at("6 10:00")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("5 10:00", "5 11:00", 1),
        ("5 10:00", "6 10:00", 7),
        ("5 12:00", "5 13:00", 0),
        ("5 00:00", "7 00:00", 14),
        ("6 10:00", "5 16:00", -2),
        ("4 10:00", "9 10:00", 14),
    ],
)
def test_between_measures_open_hours(start: str, end: str, hours: int) -> None:
    assert OFFICE.between(at(start), at(end)) == hours * HOUR


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("5 08:59:59.999999", False),
        ("5 09:00", True),
        ("5 11:59:59.999999", True),
        ("5 12:00", False),
        ("5 13:00", True),
        ("5 17:00", False),
        ("4 10:00", False),
        ("8 10:00", False),
    ],
)
def test_a_window_includes_its_opening_and_not_its_closing(moment: str, is_open: bool) -> None:
    assert OFFICE.is_open(at(moment)) is is_open


def test_microseconds_are_kept_across_windows() -> None:
    start, duration = at("5 16:59:59.999999"), timedelta(microseconds=2)
    assert OFFICE.add(start, duration) == at("6 09:00:00.000001")
    assert OFFICE.between(start, at("6 09:00:00.000001")) == duration
    assert OFFICE.subtract(at("6 09:00:00.000001"), duration) == start


def test_a_deadline_one_microsecond_past_closing_is_on_the_next_day() -> None:
    assert OFFICE.add(at("5 16:00"), HOUR + timedelta(microseconds=1)) == at("6 09:00:00.000001")


def test_what_the_windows_cannot_tell_is_the_horizon() -> None:
    assert OFFICE.add(at("6 16:00"), 2 * HOUR) == OFFICE.horizon_at == at("7 00:00")
    assert OFFICE.next_open(at("6 18:00")) == OFFICE.horizon_at
    assert OFFICE.add(at("8 10:00"), HOUR) == at("8 10:00")


def test_what_lies_before_the_windows_is_their_start() -> None:
    assert OFFICE.subtract(at("5 10:00"), 2 * HOUR) == at("5 00:00")
    assert OFFICE.subtract(at("5 08:00"), timedelta(0)) == at("5 00:00")


def test_a_calendar_without_windows_is_never_open() -> None:
    closed = windows()
    assert closed.add(at("5 10:00"), HOUR) == closed.horizon_at
    assert closed.between(at("5 10:00"), at("6 10:00")) == timedelta(0)
    assert not closed.is_open(at("5 10:00"))


def test_instants_of_any_zone_are_understood_and_answered_in_utc() -> None:
    there = timezone(timedelta(hours=5, minutes=45))
    answers = (
        OFFICE.add(at("5 10:00").astimezone(there), HOUR),
        OFFICE.next_open(at("5 11:00").astimezone(there)),
        OFFICE.subtract(at("5 12:00").astimezone(there), HOUR),
        due(None, at("5 10:00").astimezone(there), HOUR),
    )
    assert answers == (at("5 11:00"),) * 4
    assert {answer.tzinfo for answer in answers} == {UTC}


def test_naive_instants_are_refused() -> None:
    with pytest.raises(TypeError, match="naive"):
        OFFICE.add(datetime(2026, 1, 5, 10), HOUR)  # noqa: DTZ001 - the mistake under test


def test_around_the_clock_every_hour_counts() -> None:
    wt = always(at("5 00:00"), at("9 00:00"))
    assert wt.add(at("5 20:00"), 30 * HOUR) == at("7 02:00")
    assert wt.between(at("5 20:00"), at("7 02:00")) == 30 * HOUR


def test_due_is_working_time_with_a_calendar_and_elapsed_time_without() -> None:
    assert due(OFFICE, at("5 16:00"), 2 * HOUR) == at("6 10:00")
    assert due(None, at("5 16:00"), 2 * HOUR) == at("5 18:00")


def test_extending_joins_the_windows_of_two_resolutions() -> None:
    first = windows(*MONDAY, horizon="6 00:00")
    second = windows(*TUESDAY, start="6 00:00")
    assert first.extended_by(second) == OFFICE


def test_a_window_cut_at_the_horizon_becomes_one_again() -> None:
    first = windows("5 09:00", "5 11:00", horizon="5 11:00")
    second = windows("5 11:00", *MONDAY[1:], *TUESDAY, start="5 11:00")
    assert first.extended_by(second) == OFFICE


def test_what_was_once_resolved_stays_when_later_resolutions_differ() -> None:
    first = windows(*MONDAY, horizon="6 10:00").model_copy(
        update={"edges": windows(*MONDAY, "6 09:00", "6 10:00").edges}
    )
    monday_off = windows("6 08:00", "6 11:00", version="two")
    extended = first.extended_by(monday_off)
    assert extended.edges == windows(*MONDAY, "6 09:00", "6 11:00").edges
    assert (extended.version, extended.start) == ("two", first.start)


def test_extending_by_what_is_known_already_changes_nothing() -> None:
    assert OFFICE.extended_by(windows(*MONDAY, horizon="6 00:00")) is OFFICE


def test_deadlines_are_measured_anew_after_extending() -> None:
    first = windows(*MONDAY, horizon="6 00:00")
    assert first.add(at("5 16:00"), 2 * HOUR) == at("6 00:00")
    assert first.extended_by(OFFICE).add(at("5 16:00"), 2 * HOUR) == at("6 10:00")


def test_resolutions_with_a_gap_or_of_different_calendars_do_not_join() -> None:
    first = windows(*MONDAY, horizon="5 18:00")
    with pytest.raises(ValueError, match="nothing is known between"):
        first.extended_by(windows(*TUESDAY, start="6 00:00"))
    with pytest.raises(ValueError, match="night cannot extend office"):
        first.extended_by(OFFICE.model_copy(update={"calendar": "night"}))


@pytest.mark.parametrize(
    ("edges", "start", "horizon", "complaint"),
    [
        ((10,), 0, 100, "end with an opening"),
        ((10, 20, 20, 30), 0, 100, "increase strictly"),
        ((20, 10), 0, 100, "increase strictly"),
        ((10, 200), 0, 100, "outside"),
        ((10, 20), 15, 100, "outside"),
        ((), 100, 0, "horizon lies before start"),
    ],
)
def test_impossible_windows_are_refused(
    edges: tuple[int, ...], start: int, horizon: int, complaint: str
) -> None:
    with pytest.raises(ValidationError, match=complaint):
        WorkingTime(calendar="c", version="v", zone_data="z", edges=edges, start=start, horizon=horizon)


def test_having_calculated_leaves_no_trace_in_equality_hash_or_json() -> None:
    class Holder(BaseModel):
        either: int | WorkingTime

    used, fresh = windows(*MONDAY), windows(*MONDAY)
    used.add(at("5 10:00"), HOUR)
    assert (used, hash(used), repr(used)) == (fresh, hash(fresh), repr(fresh))
    assert Holder(either=used).model_dump_json() == Holder(either=fresh).model_dump_json()
    assert WorkingTime.model_validate_json(used.model_dump_json()) == fresh


def test_a_copy_with_other_windows_calculates_with_those() -> None:
    used = windows(*MONDAY)
    used.add(at("5 10:00"), HOUR)
    copy = used.model_copy(update={"edges": OFFICE.edges})
    assert copy.add(at("5 16:00"), 2 * HOUR) == at("6 10:00")
