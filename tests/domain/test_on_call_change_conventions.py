"""Overrides, swaps and temporary schedules where other systems disagree, worked out by hand."""

import pytest

from domain.on_call import Layer, Schedule, gaps
from domain.on_call_changes import (
    Added,
    Change,
    Instead,
    Override,
    Removed,
    Replaced,
    Stretch,
    Swap,
    Temporary,
)
from tests.domain.written_plans import ALWAYS, BERLIN, DAY, OFFICE, alone, instant, plan, turns


def stretch(start: str, end: str) -> Stretch:
    return Stretch(start=instant(start), end=instant(end))


def override(start: str, end: str, change: Change) -> Override:
    """On 12 January."""
    day = "2026-01-12T"
    return Override(schedule="s", start=instant(day + start), end=instant(day + end), change=change)


ADD = override("10:00", "14:00", Added(people=("b",)))
REMOVE = override("12:00", "16:00", Removed(people=("a",)))
REPLACE = override("13:00", "15:00", Replaced(stand_ins={"b": "c"}))
NOBODY = override("12:00", "18:00", Instead())
FILL = override("15:00", "16:00", Instead(people=("d",)))
CHANGES = {
    "overrides that overlap work on one another in their order": (
        (ADD, REMOVE, REPLACE),
        [
            "01-12T09:00+01:00 01-12T10:00+01:00 a",
            "01-12T10:00+01:00 01-12T12:00+01:00 ab",
            "01-12T12:00+01:00 01-12T13:00+01:00 b",
            "01-12T13:00+01:00 01-12T14:00+01:00 c",
            "01-12T14:00+01:00 01-12T16:00+01:00 -",
            "01-12T16:00+01:00 01-12T19:00+01:00 a",
        ],
    ),
    "one that replaces somebody who comes later changes nothing": (
        (REPLACE, ADD),
        [
            "01-12T09:00+01:00 01-12T10:00+01:00 a",
            "01-12T10:00+01:00 01-12T14:00+01:00 ab",
            "01-12T14:00+01:00 01-12T19:00+01:00 a",
        ],
    ),
    "a later one fills the gap of an earlier one": (
        (NOBODY, FILL),
        [
            "01-12T09:00+01:00 01-12T12:00+01:00 a",
            "01-12T12:00+01:00 01-12T15:00+01:00 -",
            "01-12T15:00+01:00 01-12T16:00+01:00 d",
            "01-12T16:00+01:00 01-12T18:00+01:00 -",
            "01-12T18:00+01:00 01-12T19:00+01:00 a",
        ],
    ),
    "an earlier one under a later gap is gone": (
        (FILL, NOBODY),
        [
            "01-12T09:00+01:00 01-12T12:00+01:00 a",
            "01-12T12:00+01:00 01-12T18:00+01:00 -",
            "01-12T18:00+01:00 01-12T19:00+01:00 a",
        ],
    ),
    "removing who is not on call and adding who is changes nothing": (
        (
            override("10:00", "11:00", Removed(people=("z",))),
            override("10:00", "11:00", Added(people=("a",))),
        ),
        ["01-12T09:00+01:00 01-12T19:00+01:00 a"],
    ),
    "two that swap a and b in a row give a back": (
        (
            override("10:00", "12:00", Replaced(stand_ins={"a": "b"})),
            override("11:00", "13:00", Replaced(stand_ins={"b": "a"})),
        ),
        [
            "01-12T09:00+01:00 01-12T10:00+01:00 a",
            "01-12T10:00+01:00 01-12T11:00+01:00 b",
            "01-12T11:00+01:00 01-12T19:00+01:00 a",
        ],
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_overrides(case: str) -> None:
    overrides, expected = CHANGES[case]
    assert plan(alone(ALWAYS, overrides=overrides), "2026-01-12T09:00", "2026-01-12T19:00") == expected


def test_an_override_that_reaches_beyond_the_span_is_cut_there() -> None:
    long = override("00:00", "23:00", Instead(people=("b",)))
    assert plan(alone(ALWAYS, overrides=(long,)), "2026-01-12T09:00", "2026-01-12T10:00") == [
        "01-12T09:00+01:00 01-12T10:00+01:00 b"
    ]


def test_a_gap_that_an_override_fills_in_part_is_shorter() -> None:
    fill = override("17:00", "20:00", Instead(people=("d",)))
    on_call = alone(OFFICE, overrides=(fill,))
    (found,) = gaps(on_call, "s", instant("2026-01-12T09:00"), instant("2026-01-13T12:00"))
    assert (found.start, found.end) == (instant("2026-01-12T20:00"), instant("2026-01-13T09:00"))


def test_swapped_shifts_go_back_to_their_owners_afterwards() -> None:
    swap = Swap(
        schedule="s",
        first="a",
        first_shift=stretch("2026-01-12T09:00", "2026-01-13T09:00"),
        second="b",
        second_shift=stretch("2026-01-13T09:00", "2026-01-14T09:00"),
    )
    days = turns("2026-01-12T09:00", DAY, "abc")
    planned = plan(alone(days, swaps=(swap,)), "2026-01-12T09:00", "2026-01-17T09:00")
    assert [line[-1] for line in planned] == [*"bacab"]


def test_half_a_shift_can_be_swapped() -> None:
    swap = Swap(
        schedule="s",
        first="a",
        first_shift=stretch("2026-01-12T21:00", "2026-01-13T09:00"),
        second="b",
        second_shift=stretch("2026-01-13T21:00", "2026-01-14T09:00"),
    )
    days = turns("2026-01-12T09:00", DAY, "ab")
    assert plan(alone(days, swaps=(swap,)), "2026-01-12T09:00", "2026-01-14T09:00") == [
        "01-12T09:00+01:00 01-12T21:00+01:00 a",
        "01-12T21:00+01:00 01-13T21:00+01:00 b",
        "01-13T21:00+01:00 01-14T09:00+01:00 a",
    ]


def test_a_temporary_schedule_with_a_gap_leaves_a_gap() -> None:
    """It applies instead, so that what it leaves open is not filled from below."""
    usual = alone(ALWAYS)
    instead = Schedule(id="t", zone=BERLIN, layers=(Layer(name="office", rule=OFFICE),))
    while_it_lasts = Temporary(
        schedule="s", use="t", start=instant("2026-01-12T08:00"), end=instant("2026-01-12T18:00")
    )
    on_call = usual.but(schedules={**usual.schedules, "t": instead}, temporary=(while_it_lasts,))
    assert plan(on_call, "2026-01-12T07:00", "2026-01-12T19:00") == [
        "01-12T07:00+01:00 01-12T08:00+01:00 a",
        "01-12T08:00+01:00 01-12T09:00+01:00 -",
        "01-12T09:00+01:00 01-12T17:00+01:00 b",
        "01-12T17:00+01:00 01-12T18:00+01:00 -",
        "01-12T18:00+01:00 01-12T19:00+01:00 a",
    ]
