"""What people change in a schedule: overrides, swaps, and another schedule for a while."""

import pytest
from pydantic import ValidationError

from domain.on_call import OnCall, ever_on_call, final_schedule
from domain.on_call_changes import Added, Change, Instead, Removed, Replaced, Swap, Temporary
from domain.on_call_rules import Weekly, WeeklyRule
from tests.domain.duties import BERLIN, WEEK, book, override, rotation, schedule, stretch, told, utc

TURNS = rotation("2026-01-05T09:00", WEEK, "ann", "ben")
LUNCH = Weekly(zone=BERLIN, rules=(WeeklyRule(hours=("12:00", "13:00"), people=("cyd",)),))
CYD = Instead(people=("cyd",))


def plan(on_call: OnCall, start: str = "2026-01-06T08:00", end: str = "2026-01-06T16:00") -> list[str]:
    return told(final_schedule(on_call, "duty", utc(start), utc(end)))


@pytest.mark.parametrize(
    ("change", "shifts"),
    [
        (CYD, ["01-06 08:00 ann", "01-06 10:00 cyd", "01-06 14:00 ann"]),
        (
            Instead(),
            ["01-06 08:00 ann", "01-06 10:00 -", "01-06 14:00 ann"],
        ),
        (
            Added(people=("dan", "ann")),
            [
                "01-06 08:00 ann",
                "01-06 10:00 ann+dan",
                "01-06 11:00 ann+cyd+dan",
                "01-06 12:00 ann+dan",
                "01-06 14:00 ann",
            ],
        ),
        (
            Removed(people=("ann",)),
            ["01-06 08:00 ann", "01-06 10:00 -", "01-06 11:00 cyd", "01-06 12:00 -", "01-06 14:00 ann"],
        ),
        (
            Replaced(stand_ins={"ann": "dan"}),
            [
                "01-06 08:00 ann",
                "01-06 10:00 dan",
                "01-06 11:00 dan+cyd",
                "01-06 12:00 dan",
                "01-06 14:00 ann",
            ],
        ),
        (
            Replaced(stand_ins={"eva": "dan"}),
            ["01-06 08:00 ann", "01-06 11:00 ann+cyd", "01-06 12:00 ann"],
        ),
    ],
)
def test_an_override_counts_from_its_start_until_just_before_its_end(
    change: Change, shifts: list[str]
) -> None:
    changed = override("2026-01-06T10:00", "2026-01-06T14:00", change)
    assert plan(book(TURNS, LUNCH, overrides=(changed,))) == shifts


def test_of_overrides_that_overlap_the_last_one_has_the_last_word() -> None:
    changes = (
        override("2026-01-06T10:00", "2026-01-06T14:00", CYD),
        override("2026-01-06T11:00", "2026-01-06T12:00", Added(people=("ben",))),
        override("2026-01-06T13:00", "2026-01-06T15:00", Instead(people=("ben",))),
    )
    assert plan(book(TURNS, overrides=changes)) == [
        "01-06 08:00 ann",
        "01-06 10:00 cyd",
        "01-06 11:00 cyd+ben",
        "01-06 12:00 cyd",
        "01-06 13:00 ben",
        "01-06 15:00 ann",
    ]


def test_an_override_of_another_schedule_does_not_count() -> None:
    other = override("2026-01-06T10:00", "2026-01-06T12:00", CYD, "another")
    assert plan(book(TURNS, overrides=(other,))) == ["01-06 08:00 ann"]


def test_an_override_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValidationError, match="an override ends before it starts"):
        override("2026-01-06T12:00", "2026-01-06T10:00", CYD)


def test_two_people_take_each_others_shifts() -> None:
    swap = Swap(
        schedule="duty",
        first="ann",
        first_shift=stretch("2026-01-10T08:00", "2026-01-11T08:00"),
        second="ben",
        second_shift=stretch("2026-01-17T08:00", "2026-01-18T08:00"),
    )
    swapped = book(TURNS).but(swaps=(swap,))
    assert plan(swapped, "2026-01-09T00:00", "2026-01-20T00:00") == [
        "01-09 00:00 ann",
        "01-10 08:00 ben",
        "01-11 08:00 ann",
        "01-12 08:00 ben",
        "01-17 08:00 ann",
        "01-18 08:00 ben",
        "01-19 08:00 ann",
    ]


def test_a_swap_within_one_stretch_exchanges_both_at_once() -> None:
    week = stretch("2026-01-05T08:00", "2026-01-19T08:00")
    swap = Swap(schedule="duty", first="ann", first_shift=week, second="ben", second_shift=week)
    swapped = book(TURNS).but(swaps=(swap,))
    assert plan(swapped, "2026-01-06T00:00", "2026-01-20T00:00") == [
        "01-06 00:00 ben",
        "01-12 08:00 ann",
    ]


def test_an_override_has_the_last_word_over_a_swap() -> None:
    week = stretch("2026-01-05T08:00", "2026-01-19T08:00")
    swap = Swap(schedule="duty", first="ann", first_shift=week, second="ben", second_shift=week)
    changed = override("2026-01-06T10:00", "2026-01-06T14:00", Replaced(stand_ins={"ben": "cyd"}))
    assert plan(book(TURNS, overrides=(changed,)).but(swaps=(swap,))) == [
        "01-06 08:00 ben",
        "01-06 10:00 cyd",
        "01-06 14:00 ben",
    ]


def temporary(schedule_id: str, use: str, start: str, end: str) -> Temporary:
    return Temporary(schedule=schedule_id, use=use, start=utc(start), end=utc(end))


def two(*temporaries: Temporary) -> OnCall:
    return OnCall(
        schedules={"duty": schedule(TURNS), "holiday": schedule(LUNCH, id="holiday")},
        temporary=temporaries,
        overrides=(override("2026-01-06T13:00", "2026-01-06T14:00", CYD, "holiday"),),
    )


def test_another_schedule_applies_for_a_while_with_its_own_overrides() -> None:
    assert plan(two(temporary("duty", "holiday", "2026-01-06T10:00", "2026-01-06T15:00"))) == [
        "01-06 08:00 ann",
        "01-06 10:00 -",
        "01-06 11:00 cyd",
        "01-06 12:00 -",
        "01-06 13:00 cyd",
        "01-06 14:00 -",
        "01-06 15:00 ann",
    ]


def test_schedules_that_lead_to_themselves_at_one_time_are_refused() -> None:
    there = temporary("duty", "holiday", "2026-01-06T10:00", "2026-01-06T15:00")
    with pytest.raises(ValidationError, match="go round in a circle"):
        two(there, temporary("holiday", "duty", "2026-01-06T14:00", "2026-01-06T16:00"))
    with pytest.raises(ValidationError, match="go round in a circle"):
        two(temporary("duty", "duty", "2026-01-06T14:00", "2026-01-06T16:00"))


def test_schedules_may_stand_in_for_each_other_at_different_times() -> None:
    there = temporary("duty", "holiday", "2026-01-06T10:00", "2026-01-06T14:00")
    back = temporary("holiday", "duty", "2026-01-06T14:00", "2026-01-06T16:00")
    assert plan(two(there, back))[-1] == "01-06 14:00 ann"


def test_everybody_who_can_come_to_be_on_call_is_known() -> None:
    on_call = two(temporary("duty", "holiday", "2026-01-06T10:00", "2026-01-06T15:00"))
    changes = (
        override("2026-01-06T10:00", "2026-01-06T11:00", Replaced(stand_ins={"ann": "dan"})),
        override("2026-01-06T10:00", "2026-01-06T11:00", Removed(people=("zoe",))),
        override("2026-01-06T10:00", "2026-01-06T11:00", Added(people=("eva",))),
    )
    assert ever_on_call(on_call.but(overrides=changes), "duty") == ("ann", "ben", "cyd", "dan", "eva")
    assert ever_on_call(on_call, "nowhere") == ()
