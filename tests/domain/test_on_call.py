"""Whose turn it is: rotations by the clock on the wall, over both changes of the clocks."""

from bisect import bisect_right
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.calendars import local_instant
from domain.on_call import OnCall, final_schedule, people_at
from domain.on_call_rules import Hours, Months, Rotation
from tests.domain.duties import WEEK, book, rotation, told, utc


def whose(rule: Rotation, at: str) -> tuple[str, ...]:
    return people_at(book(rule), "duty", utc(at))


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
    assert whose(rotation(starts, shift), at) == (person,)


def test_after_the_last_the_first_is_on_call_again() -> None:
    assert whose(rotation("2026-01-05T09:00", WEEK), "2026-01-26T12:00") == ("ann",)


def test_before_the_first_handover_nobody_is_on_call() -> None:
    duty = rotation("2026-01-05T09:00", WEEK)
    assert whose(duty, "2026-01-05T07:59:59") == ()
    assert whose(duty, "2026-01-05T08:00") == ("ann",)


@pytest.mark.parametrize(
    ("zone", "starts", "shift", "handovers"),
    [
        # The same hour on the wall on both sides of each change of the clocks, in 2026.
        ("Europe/Berlin", "2026-03-28T09:00", 1, ["03-28 08:00", "03-29 07:00", "03-30 07:00"]),
        ("Europe/Berlin", "2026-10-24T09:00", 1, ["10-24 07:00", "10-25 08:00", "10-26 08:00"]),
        ("America/New_York", "2026-03-07T09:00", 1, ["03-07 14:00", "03-08 13:00", "03-09 13:00"]),
        ("America/New_York", "2026-10-31T09:00", 1, ["10-31 13:00", "11-01 14:00", "11-02 14:00"]),
        ("Australia/Sydney", "2026-04-04T09:00", 1, ["04-03 22:00", "04-04 23:00", "04-05 23:00"]),
        ("Australia/Sydney", "2026-10-03T09:00", 1, ["10-02 23:00", "10-03 22:00", "10-04 22:00"]),
        # Half an hour on Lord Howe Island.
        ("Australia/Lord_Howe", "2026-04-04T09:00", 1, ["04-03 22:00", "04-04 22:30", "04-05 22:30"]),
        ("Australia/Lord_Howe", "2026-10-03T09:00", 1, ["10-02 22:30", "10-03 22:00", "10-04 22:00"]),
        # Handovers in the hour that does not exist, and in the one that comes twice.
        ("America/New_York", "2026-03-07T02:30", 1, ["03-07 07:30", "03-08 07:30", "03-09 06:30"]),
        ("America/New_York", "2026-10-31T01:30", 1, ["10-31 05:30", "11-01 05:30", "11-02 06:30"]),
        ("Australia/Lord_Howe", "2026-10-03T02:15", 1, ["10-02 15:45", "10-03 15:45", "10-04 15:15"]),
        ("Australia/Lord_Howe", "2026-04-04T01:45", 1, ["04-03 14:45", "04-04 14:45", "04-05 15:15"]),
    ],
)
def test_handovers_fall_on_the_same_hour_in_every_zone(
    zone: str, starts: str, shift: int, handovers: list[str]
) -> None:
    duty = book(rotation(starts, timedelta(days=shift), zone=zone), zone=zone)
    start = local_instant(datetime.fromisoformat(starts), zone)
    shifts = final_schedule(duty, "duty", start, start + timedelta(hours=60))
    expected = [f"{at} {who}" for at, who in zip(handovers, ("ann", "ben", "cyd"), strict=True)]
    assert told(shifts) == expected


@pytest.mark.parametrize(
    ("starts", "months", "handovers"),
    [
        ("2026-01-31T09:00", 1, ["01-31 08:00 ann", "02-28 08:00 ben", "03-31 07:00 cyd", "04-30 07:00 ann"]),
        ("2026-01-15T09:00", 1, ["01-15 08:00 ann", "02-15 08:00 ben", "03-15 08:00 cyd", "04-15 07:00 ann"]),
        ("2026-01-15T09:00", 2, ["01-15 08:00 ann", "03-15 08:00 ben"]),
    ],
)
def test_a_turn_of_months_ends_on_the_same_day_or_the_last_one(
    starts: str, months: int, handovers: list[str]
) -> None:
    duty = book(rotation(starts, Months(count=months)))
    first = local_instant(datetime.fromisoformat(starts), "Europe/Berlin")
    assert told(final_schedule(duty, "duty", first, utc("2026-05-01T00:00"))) == handovers


def test_a_months_turn_of_an_early_year_counts_from_the_first_handover() -> None:
    assert whose(rotation("2020-12-31T09:00", Months(count=1)), "2026-02-27T12:00") == ("ben",)
    assert whose(rotation("2020-12-31T09:00", Months(count=1)), "2026-02-28T12:00") == ("cyd",)


def test_hourly_turns_keep_to_the_wall_when_it_skips_and_repeats_an_hour() -> None:
    hourly = rotation("2026-01-01T00:00", timedelta(hours=1), *"abcdefghijklmnopqrstuvwx")
    spring = final_schedule(book(hourly), "duty", utc("2026-03-29T00:00"), utc("2026-03-29T03:00"))
    autumn = final_schedule(book(hourly), "duty", utc("2026-10-25T00:00"), utc("2026-10-25T03:00"))
    assert told(spring) == ["03-29 00:00 b", "03-29 01:00 d", "03-29 02:00 e"]
    assert told(autumn) == ["10-25 00:00 c", "10-25 02:00 d"]


def test_no_instant_is_lost_where_a_zone_leaves_out_a_day() -> None:
    duty = book(rotation("2011-12-28T23:00", timedelta(hours=5), zone="Pacific/Apia"), zone="Pacific/Apia")
    shifts = final_schedule(duty, "duty", utc("2011-12-30T00:00"), utc("2012-01-01T00:00"))
    assert all(shift.people for shift in shifts)
    assert all(before.end == after.start for before, after in pairwise(shifts))


def test_a_rotation_ends_where_it_is_told_to() -> None:
    duty = rotation("2026-01-05T09:00", WEEK, until="2026-01-14T12:00")
    assert whose(duty, "2026-01-14T10:59:59") == ("ben",)
    assert whose(duty, "2026-01-14T11:00") == ()


@pytest.mark.parametrize(
    ("at", "people"),
    [
        # Nights from Friday on, 22:00 to 06:00, while the weeks change hands on Mondays.
        ("2026-01-09T20:59:59", ()),
        ("2026-01-09T21:00", ("ann",)),
        ("2026-01-10T04:59:59", ("ann",)),
        ("2026-01-10T05:00", ()),
        ("2026-01-16T21:00", ("ben",)),
        # The clocks go forward in the second of these nights, which lasts seven hours.
        ("2026-03-28T04:59:59", ("cyd",)),
        ("2026-03-28T21:00", ("cyd",)),
        ("2026-03-29T03:59:59", ("cyd",)),
        ("2026-03-29T04:00", ()),
    ],
)
def test_restricted_hours_leave_whose_turn_it_is_alone(at: str, people: tuple[str, ...]) -> None:
    nights = Hours.model_validate({"hours": "22:00-06:00", "days": ["friday", "saturday"]})
    assert whose(rotation("2026-01-05T09:00", WEEK, only=(nights,)), at) == people


def test_an_unknown_schedule_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        people_at(OnCall(), "nowhere", utc("2026-01-01T00:00"))


@settings(max_examples=50)
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
    assert people_at(book(duty), "duty", now) == (f"p{bisect_right(handovers, now) - 1}",)


def test_a_rotation_needs_people_a_known_zone_and_an_hour() -> None:
    with pytest.raises(ValidationError, match="unknown time zone 'Europe/Berln'"):
        rotation("2026-01-05T09:00", WEEK, zone="Europe/Berln")
    with pytest.raises(ValidationError, match="greater than or equal to 1 hour"):
        rotation("2026-01-05T09:00", timedelta(minutes=30))
    with pytest.raises(ValidationError, match="at least 1 item"):
        Rotation(zone="UTC", starts=datetime.fromisoformat("2026-01-05"), shift=WEEK, people=())
