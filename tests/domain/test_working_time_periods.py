"""Open periods after and before an instant: Monday 5 and Tuesday 6 January 2026, 9 to 12 and 13 to 17."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.working_time import EPOCH, WorkingTime, seconds_of


def at(text: str) -> datetime:
    day, clock = text.split()
    return datetime.fromisoformat(f"2026-01-{int(day):02}T{clock}").replace(tzinfo=UTC)


def windows(*edges: str) -> WorkingTime:
    return WorkingTime(
        calendar="office",
        version="one",
        zone_data="2026.6",
        edges=tuple(seconds_of(at(edge)) for edge in edges),
        start=seconds_of(at("5 00:00")),
        horizon=seconds_of(at("7 00:00")),
    )


OFFICE = windows(
    "5 09:00", "5 12:00", "5 13:00", "5 17:00", "6 09:00", "6 12:00", "6 13:00", "6 17:00"
)  # fmt: skip


def told(periods: list[tuple[datetime, datetime]]) -> list[str]:
    return [f"{opens.day} {opens:%H:%M}-{closes:%H:%M}" for opens, closes in periods]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("5 08:00", ["5 09:00-12:00", "5 13:00-17:00", "6 09:00-12:00", "6 13:00-17:00"]),
        ("5 13:00", ["5 13:00-17:00", "6 09:00-12:00", "6 13:00-17:00"]),
        ("5 15:30", ["5 15:30-17:00", "6 09:00-12:00", "6 13:00-17:00"]),
        ("5 17:00", ["6 09:00-12:00", "6 13:00-17:00"]),
        ("6 17:00", []),
        ("9 00:00", []),
    ],
)
def test_periods_after_begin_with_what_is_left_of_the_open_one(moment: str, expected: list[str]) -> None:
    assert told(list(OFFICE.periods_after(at(moment)))) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("6 20:00", ["6 13:00-17:00", "6 09:00-12:00", "5 13:00-17:00", "5 09:00-12:00"]),
        ("6 12:00", ["6 09:00-12:00", "5 13:00-17:00", "5 09:00-12:00"]),
        ("6 10:00", ["6 09:00-10:00", "5 13:00-17:00", "5 09:00-12:00"]),
        ("6 09:00", ["5 13:00-17:00", "5 09:00-12:00"]),
        ("5 09:00", []),
        ("4 00:00", []),
    ],
)
def test_periods_before_begin_with_the_latest_cut_at_the_instant(moment: str, expected: list[str]) -> None:
    assert told(list(OFFICE.periods_before(at(moment)))) == expected


def test_periods_of_an_instant_of_any_zone_are_in_utc() -> None:
    there = at("5 10:00").astimezone(timezone(timedelta(hours=9)))
    edges = [*next(OFFICE.periods_after(there)), *next(OFFICE.periods_before(there))]
    assert [edge.tzinfo for edge in edges] == [UTC] * 4


@given(
    st.sets(st.integers(0, 100_000), min_size=2, max_size=20).map(
        lambda found: sorted(found)[len(found) % 2 :]
    ),
    st.integers(0, 100_000_000).map(lambda passed: EPOCH + timedelta(milliseconds=passed)),
)
def test_periods_before_and_after_an_instant_together_are_the_whole(
    edges: list[int], instant: datetime
) -> None:
    wt = WorkingTime(calendar="c", version="1", zone_data="", edges=tuple(edges), start=0, horizon=100_000)
    before, after = list(wt.periods_before(instant)), list(wt.periods_after(instant))
    lengths = [closes - opens for opens, closes in [*before, *after]]
    assert sum(lengths, timedelta(0)) == wt.between(EPOCH, wt.horizon_at)
    assert all(length > timedelta(0) for length in lengths)
    assert wt.is_open(instant) == any(opens == instant for opens, _ in after)
