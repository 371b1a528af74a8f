"""Rotations and layers where other systems disagree, case by case, worked out by hand."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from domain.on_call import final_schedule, next_handover, on_call_since, people_at
from domain.on_call_rules import Months
from tests.domain.written_plans import (
    ALWAYS,
    DAY,
    HOUR,
    OFFICE,
    WEEK,
    WORKDAYS,
    alone,
    hours,
    instant,
    plan,
    turns,
    weekly,
)

ROTATIONS = {
    "a daily turn is an hour shorter in spring": (
        turns("2026-03-27T09:00", DAY, "ab"),
        ("2026-03-28T09:00", "2026-03-30T09:00"),
        ["03-28T09:00+01:00 03-29T09:00+02:00 b", "03-29T09:00+02:00 03-30T09:00+02:00 a"],
    ),
    "a weekly turn is an hour longer in autumn": (
        turns("2026-10-05T09:00", WEEK, "ab", "America/New_York"),
        ("2026-10-26T09:00", "2026-11-09T09:00"),
        ["10-26T09:00-04:00 11-02T09:00-05:00 b", "11-02T09:00-05:00 11-09T09:00-05:00 a"],
    ),
    "an hourly turn whose hour the clocks skip has no time": (
        turns("2026-03-29T00:00", HOUR, "abcd"),
        ("2026-03-29T00:00", "2026-03-29T05:00"),
        [
            "03-29T00:00+01:00 03-29T01:00+01:00 a",
            "03-29T01:00+01:00 03-29T03:00+02:00 b",
            "03-29T03:00+02:00 03-29T04:00+02:00 d",
            "03-29T04:00+02:00 03-29T05:00+02:00 a",
        ],
    ),
    "an hourly turn whose hour comes twice lasts for both": (
        turns("2026-10-25T00:00", HOUR, "abcd"),
        ("2026-10-25T01:00", "2026-10-25T04:00"),
        [
            "10-25T01:00+02:00 10-25T02:00+02:00 b",
            "10-25T02:00+02:00 10-25T03:00+01:00 c",
            "10-25T03:00+01:00 10-25T04:00+01:00 d",
        ],
    ),
    "a turn of months from the 31st ends on last days and does not drift": (
        turns("2026-01-31T09:00", Months(count=1), "ab"),
        ("2026-01-31T09:00", "2026-04-30T09:00"),
        [
            "01-31T09:00+01:00 02-28T09:00+01:00 a",
            "02-28T09:00+01:00 03-31T09:00+02:00 b",
            "03-31T09:00+02:00 04-30T09:00+02:00 a",
        ],
    ),
    "a turn of months knows leap years": (
        turns("2027-11-30T09:00", Months(count=3), "ab"),
        ("2027-11-30T09:00", "2028-05-30T09:00"),
        ["11-30T09:00+01:00 02-29T09:00+01:00 a", "02-29T09:00+01:00 05-30T09:00+02:00 b"],
    ),
    "a turn may have any length": (
        turns("2026-01-05T09:00", 36 * HOUR, "abc"),
        ("2026-01-05T09:00", "2026-01-08T09:00"),
        ["01-05T09:00+01:00 01-06T21:00+01:00 a", "01-06T21:00+01:00 01-08T09:00+01:00 b"],
    ),
    "before the first turn and after the last nobody is on call": (
        turns("2026-01-05T09:00", DAY, "ab", until="2026-01-06T12:00"),
        ("2026-01-05T00:00", "2026-01-07T00:00"),
        [
            "01-05T00:00+01:00 01-05T09:00+01:00 -",
            "01-05T09:00+01:00 01-06T09:00+01:00 a",
            "01-06T09:00+01:00 01-06T12:00+01:00 b",
            "01-06T12:00+01:00 01-07T00:00+01:00 -",
        ],
    ),
    "turns of the same person in a row are one shift": (
        turns("2026-01-05T09:00", DAY, "aab"),
        ("2026-01-05T09:00", "2026-01-08T09:00"),
        ["01-05T09:00+01:00 01-07T09:00+01:00 a", "01-07T09:00+01:00 01-08T09:00+01:00 b"],
    ),
    "who is alone has one shift without end": (
        turns("2026-01-05T09:00", DAY, "a"),
        ("2026-02-01T00:00", "2026-03-01T00:00"),
        ["02-01T00:00+01:00 03-01T00:00+01:00 a"],
    ),
    "a handover within restricted hours divides them": (
        turns("2026-01-05T12:00", DAY, "ab", only=(hours("09:00-17:00"),)),
        ("2026-01-06T00:00", "2026-01-07T00:00"),
        [
            "01-06T00:00+01:00 01-06T09:00+01:00 -",
            "01-06T09:00+01:00 01-06T12:00+01:00 a",
            "01-06T12:00+01:00 01-06T17:00+01:00 b",
            "01-06T17:00+01:00 01-07T00:00+01:00 -",
        ],
    ),
    "restricted nights belong to the day they begin on, also over a handover": (
        turns("2026-01-05T00:00", DAY, "ab", only=(hours("22:00-06:00", "sunday"),)),
        ("2026-01-11T12:00", "2026-01-12T12:00"),
        [
            "01-11T12:00+01:00 01-11T22:00+01:00 -",
            "01-11T22:00+01:00 01-12T00:00+01:00 a",
            "01-12T00:00+01:00 01-12T06:00+01:00 b",
            "01-12T06:00+01:00 01-12T12:00+01:00 -",
        ],
    ),
    "a handover in a gap of half an hour has the offset before it": (
        turns("2026-10-02T02:15", DAY, "ab", "Australia/Lord_Howe"),
        ("2026-10-03T02:15", "2026-10-05T02:15"),
        ["10-03T02:15+10:30 10-04T02:45+11:00 b", "10-04T02:45+11:00 10-05T02:15+11:00 a"],
    ),
    "a handover at a midnight that is not there": (
        turns("2018-11-03T00:00", DAY, "ab", "America/Sao_Paulo"),
        ("2018-11-03T00:00", "2018-11-05T00:00"),
        ["11-03T00:00-03:00 11-04T01:00-02:00 a", "11-04T01:00-02:00 11-05T00:00-02:00 b"],
    ),
    "the turn of a day that was left out has no time": (
        turns("2011-12-28T09:00", DAY, "abcd", "Pacific/Apia"),
        ("2011-12-28T09:00", "2012-01-01T09:00"),
        [
            "12-28T09:00-10:00 12-29T09:00-10:00 a",
            "12-29T09:00-10:00 12-31T09:00+14:00 b",
            "12-31T09:00+14:00 01-01T09:00+14:00 d",
        ],
    ),
}


@pytest.mark.parametrize("case", ROTATIONS)
def test_a_rotation(case: str) -> None:
    rule, span, expected = ROTATIONS[case]
    assert plan(alone(rule), *span) == expected


LAYERS = {
    "a layer above counts where it has somebody, and the one below elsewhere": (
        (ALWAYS, OFFICE),
        ("2026-01-09T12:00", "2026-01-12T12:00"),
        [
            "01-09T12:00+01:00 01-09T17:00+01:00 b",
            "01-09T17:00+01:00 01-12T09:00+01:00 a",
            "01-12T09:00+01:00 01-12T12:00+01:00 b",
        ],
    ),
    "the highest of three that overlap counts": (
        (ALWAYS, OFFICE, weekly("16:00-18:00", "c", "monday")),
        ("2026-01-12T15:00", "2026-01-12T19:00"),
        [
            "01-12T15:00+01:00 01-12T16:00+01:00 b",
            "01-12T16:00+01:00 01-12T18:00+01:00 c",
            "01-12T18:00+01:00 01-12T19:00+01:00 a",
        ],
    ),
    "the same person in two layers has one shift": (
        (ALWAYS, weekly("09:00-17:00", "a", *WORKDAYS)),
        ("2026-01-12T00:00", "2026-01-14T00:00"),
        ["01-12T00:00+01:00 01-14T00:00+01:00 a"],
    ),
    "a night over the change of the clocks keeps its hours on the wall": (
        (weekly("22:00-06:00", "ab", "saturday"),),
        ("2026-03-28T12:00", "2026-03-29T12:00"),
        [
            "03-28T12:00+01:00 03-28T22:00+01:00 -",
            "03-28T22:00+01:00 03-29T06:00+02:00 ab",
            "03-29T06:00+02:00 03-29T12:00+02:00 -",
        ],
    ),
    "hours of whole days in a row are one shift": (
        (weekly("00:00-24:00", "a", "monday", "tuesday"),),
        ("2026-01-12T00:00", "2026-01-14T12:00"),
        ["01-12T00:00+01:00 01-14T00:00+01:00 a", "01-14T00:00+01:00 01-14T12:00+01:00 -"],
    ),
}


@pytest.mark.parametrize("case", LAYERS)
def test_layers(case: str) -> None:
    rules, span, expected = LAYERS[case]
    assert plan(alone(*rules), *span) == expected


def test_the_instant_of_the_handover_belongs_to_who_comes() -> None:
    on_call = alone(turns("2026-01-05T09:00", DAY, "ab"))
    handover = instant("2026-01-06T09:00")
    just_before = handover - timedelta(microseconds=1)
    assert (people_at(on_call, "s", just_before), people_at(on_call, "s", handover)) == (("a",), ("b",))


def test_the_first_handover_of_a_rotation_that_is_yet_to_start_is_its_start() -> None:
    on_call = alone(turns("2026-03-02T09:00", WEEK, "ab"))
    before = instant("2026-01-05T09:00")
    assert people_at(on_call, "s", before) == ()
    then = next_handover(on_call, "s", before)
    assert then is not None
    assert (then.at, then.people) == (instant("2026-03-02T09:00"), ("a",))
    assert on_call_since(on_call, "s", instant("2026-03-04T00:00")) == instant("2026-03-02T09:00")


@pytest.mark.parametrize("shift", [timedelta(0), -HOUR, timedelta(minutes=59)])
def test_a_turn_of_no_time_or_less_is_refused(shift: timedelta) -> None:
    with pytest.raises(ValueError, match="greater than or equal to 1 hour"):
        turns("2026-01-05T09:00", shift, "ab")


def test_a_year_of_a_rotation_has_no_hole_and_no_overlap() -> None:
    on_call = alone(turns("2025-12-29T09:00", 25 * HOUR, "abcdefg", "America/New_York"))
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    shifts = final_schedule(on_call, "s", start, end)
    assert (shifts[0].start, shifts[-1].end) == (start, end)
    assert all(one.end == other.start for one, other in pairwise(shifts))
    assert all(len(one.people) == 1 for one in shifts)
