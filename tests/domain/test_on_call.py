"""Who is on call: turns by the clock on the wall, over both changes of the clocks, and overrides."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.on_call import Override, Rotation, local_instant, on_call

WEEK = timedelta(weeks=1)


def rotation(starts: str, shift: timedelta, *people: str, zone: str = "Europe/Berlin") -> Rotation:
    return Rotation(
        id="duty",
        zone=zone,
        starts=datetime.fromisoformat(starts),
        shift=shift,
        people=people or ("ann", "ben", "cyd"),
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def override(start: str, end: str, person: str | None, rotation_id: str = "duty") -> Override:
    return Override(rotation=rotation_id, start=utc(start), end=utc(end), person=person)


@pytest.mark.parametrize(
    ("starts", "shift", "at", "person"),
    [
        # Weekly at 09:00; the clocks go forward on Sunday, 29 March 2026.
        ("2026-03-23T09:00", WEEK, "2026-03-23T08:00", "ann"),
        ("2026-03-23T09:00", WEEK, "2026-03-30T06:59:59", "ann"),
        ("2026-03-23T09:00", WEEK, "2026-03-30T07:00", "ben"),
        # They go back on Sunday, 25 October 2026.
        ("2026-10-19T09:00", WEEK, "2026-10-19T07:00", "ann"),
        ("2026-10-19T09:00", WEEK, "2026-10-26T07:59:59", "ann"),
        ("2026-10-19T09:00", WEEK, "2026-10-26T08:00", "ben"),
        # 02:30 does not exist on 29 March: the handover is at 03:30 summer time.
        ("2026-03-28T02:30", timedelta(days=1), "2026-03-29T01:29:59", "ann"),
        ("2026-03-28T02:30", timedelta(days=1), "2026-03-29T01:30", "ben"),
        ("2026-03-28T02:30", timedelta(days=1), "2026-03-30T00:30", "cyd"),
        # 02:30 comes twice on 25 October: the first one counts, and the second is no handover.
        ("2026-10-24T02:30", timedelta(days=1), "2026-10-25T00:29:59", "ann"),
        ("2026-10-24T02:30", timedelta(days=1), "2026-10-25T00:30", "ben"),
        ("2026-10-24T02:30", timedelta(days=1), "2026-10-25T01:10", "ben"),
        ("2026-10-24T02:30", timedelta(days=1), "2026-10-25T01:45", "ben"),
        # Nights from 20:00 to 08:00: 11 hours in spring, 13 in autumn.
        ("2026-03-28T20:00", timedelta(hours=12), "2026-03-29T05:59:59", "ann"),
        ("2026-03-28T20:00", timedelta(hours=12), "2026-03-29T06:00", "ben"),
        ("2026-10-24T20:00", timedelta(hours=12), "2026-10-25T06:59:59", "ann"),
        ("2026-10-24T20:00", timedelta(hours=12), "2026-10-25T07:00", "ben"),
    ],
)
def test_the_handover_keeps_its_hour_on_the_wall(starts: str, shift: timedelta, at: str, person: str) -> None:
    assert on_call(rotation(starts, shift), (), utc(at)) == (person,)


def test_after_the_last_the_first_is_on_call_again() -> None:
    assert on_call(rotation("2026-01-05T09:00", WEEK), (), utc("2026-01-26T12:00")) == ("ann",)


def test_before_the_first_handover_nobody_is_on_call() -> None:
    duty = rotation("2026-01-05T09:00", WEEK)
    assert on_call(duty, (), utc("2026-01-05T07:59:59")) == ()
    assert on_call(duty, (), utc("2026-01-05T08:00")) == ("ann",)


@pytest.mark.parametrize(
    ("at", "people"),
    [
        ("2026-01-06T09:59:59", ("ann",)),
        ("2026-01-06T10:00", ("cyd",)),
        ("2026-01-06T11:59:59", ("cyd",)),
        ("2026-01-06T12:00", ("ann",)),
    ],
)
def test_an_override_counts_from_its_start_until_just_before_its_end(
    at: str, people: tuple[str, ...]
) -> None:
    swap = override("2026-01-06T10:00", "2026-01-06T12:00", "cyd")
    assert on_call(rotation("2026-01-05T09:00", WEEK), (swap,), utc(at)) == people


def test_an_override_by_nobody_leaves_nobody() -> None:
    gap = override("2026-01-06T10:00", "2026-01-06T12:00", None)
    assert on_call(rotation("2026-01-05T09:00", WEEK), (gap,), utc("2026-01-06T11:00")) == ()


def test_of_overrides_that_overlap_the_last_one_counts() -> None:
    swaps = (
        override("2026-01-06T10:00", "2026-01-06T14:00", "cyd"),
        override("2026-01-06T11:00", "2026-01-06T12:00", "ben"),
    )
    duty = rotation("2026-01-05T09:00", WEEK)
    assert on_call(duty, swaps, utc("2026-01-06T11:30")) == ("ben",)
    assert on_call(duty, swaps, utc("2026-01-06T12:30")) == ("cyd",)


def test_an_override_of_another_rotation_does_not_count() -> None:
    other = override("2026-01-06T10:00", "2026-01-06T12:00", "cyd", "another")
    assert on_call(rotation("2026-01-05T09:00", WEEK), (other,), utc("2026-01-06T11:00")) == ("ann",)


@given(
    st.integers(1, 200),
    st.integers(0, 23),
    st.integers(0, 360 * 86400),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
)
def test_the_turn_is_that_of_the_last_handover(hours: int, first: int, second: int, zone: str) -> None:
    shift = timedelta(hours=hours)
    duty = rotation(f"2026-01-01T{first:02}:30", shift, *(f"p{number}" for number in range(9000)), zone=zone)
    turns = int(timedelta(days=366) / shift) + 1
    handovers = [local_instant(duty.starts + turn * shift, zone) for turn in range(turns)]
    now = utc("2026-01-03T00:00") + timedelta(seconds=second)
    assert on_call(duty, (), now) == (f"p{bisect_right(handovers, now) - 1}",)


def test_an_override_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValidationError, match="ends before it starts"):
        override("2026-01-06T12:00", "2026-01-06T10:00", "ann")


def test_a_rotation_needs_people_a_known_zone_and_an_hour() -> None:
    with pytest.raises(ValidationError, match="unknown time zone 'Europe/Berln'"):
        rotation("2026-01-05T09:00", WEEK, zone="Europe/Berln")
    with pytest.raises(ValidationError, match="greater than or equal to 1 hour"):
        rotation("2026-01-05T09:00", timedelta(minutes=30))
    with pytest.raises(ValidationError, match="at least 1 item"):
        Rotation(id="duty", zone="UTC", starts=datetime.fromisoformat("2026-01-05"), shift=WEEK, people=())
