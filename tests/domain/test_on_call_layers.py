"""Layers: weekly rules, dated shifts, priorities; and the questions that the final schedule answers."""

from datetime import timedelta

import pytest

from domain.on_call import OnCall, final_schedule, gaps, next_handover, people_at, shifts_of
from domain.on_call_rules import Dated, DatedShift, Hours, Weekly, WeeklyRule
from tests.domain.duties import BERLIN, WEEK, book, rotation, told, utc

DAY_AND_NIGHT = rotation("2026-01-05T09:00", WEEK, "ann", "ben")


def weekly(hours: str, days: list[str], *people: str, zone: str = BERLIN) -> Weekly:
    rule = WeeklyRule.model_validate({"hours": hours, "days": days, "people": people})
    return Weekly(zone=zone, rules=(rule,))


def dated(start: str, end: str, *people: str) -> Dated:
    return Dated(shifts=(DatedShift(start=utc(start), end=utc(end), people=people),))


def plan(on_call: OnCall, start: str, end: str) -> list[str]:
    return told(final_schedule(on_call, "duty", utc(start), utc(end)))


@pytest.mark.parametrize(
    ("zone", "night", "shifts"),
    [
        # A night from Saturday 22:00 to Sunday 06:00 over each change of the clocks in 2026.
        ("Europe/Berlin", "2026-03-28", ["03-28 21:00 ann", "03-29 04:00 -"]),
        ("Europe/Berlin", "2026-10-24", ["10-24 20:00 ann", "10-25 05:00 -"]),
        ("America/New_York", "2026-03-08", ["03-08 03:00 ann", "03-08 10:00 -"]),
        ("America/New_York", "2026-11-01", ["11-01 02:00 ann", "11-01 11:00 -"]),
        ("Australia/Sydney", "2026-10-03", ["10-03 12:00 ann", "10-03 19:00 -"]),
        ("Australia/Sydney", "2026-04-04", ["04-04 11:00 ann", "04-04 20:00 -"]),
        ("Australia/Lord_Howe", "2026-10-03", ["10-03 11:30 ann", "10-03 19:00 -"]),
        ("Australia/Lord_Howe", "2026-04-04", ["04-04 11:00 ann", "04-04 19:30 -"]),
    ],
)
def test_a_weekly_night_keeps_its_hours_on_the_wall(zone: str, night: str, shifts: list[str]) -> None:
    nights = book(weekly("22:00-06:00", ["saturday"], "ann", zone=zone), zone=zone)
    start = utc(f"{night}T00:00")
    assert told(final_schedule(nights, "duty", start, start + timedelta(days=1, hours=12)))[-2:] == shifts


def test_the_highest_priority_that_has_somebody_is_on_call() -> None:
    lunch = (5, weekly("12:00-13:00", ["monday"], "cyd"))
    assert plan(book(DAY_AND_NIGHT, lunch), "2026-01-12T08:00", "2026-01-12T20:00") == [
        "01-12 08:00 ben",
        "01-12 11:00 cyd",
        "01-12 12:00 ben",
    ]


def test_layers_of_the_same_priority_are_on_call_together_and_each_person_once() -> None:
    both = book(DAY_AND_NIGHT, weekly("12:00-13:00", ["monday"], "cyd", "ben"))
    assert plan(both, "2026-01-12T10:00", "2026-01-12T13:00") == [
        "01-12 10:00 ben",
        "01-12 11:00 ben+cyd",
        "01-12 12:00 ben",
    ]


def test_layers_follow_the_sun_each_in_its_own_zone() -> None:
    sun = book(
        weekly("08:00-16:00", [], "ann", zone="Europe/Berlin"),
        weekly("10:00-18:00", [], "ben", zone="America/New_York"),
        weekly("09:00-18:00", [], "cyd", zone="Australia/Sydney"),
    )
    assert plan(sun, "2026-06-15T06:00", "2026-06-16T06:00") == [
        "06-15 06:00 ann+cyd",
        "06-15 08:00 ann",
        "06-15 14:00 ben",
        "06-15 22:00 -",
        "06-15 23:00 cyd",
    ]


def test_dated_shifts_are_not_repeated() -> None:
    once = book(dated("2026-01-06T10:00", "2026-01-06T12:00", "cyd", "ann"))
    assert plan(once, "2026-01-06T00:00", "2026-01-08T00:00") == [
        "01-06 00:00 -",
        "01-06 10:00 cyd+ann",
        "01-06 12:00 -",
    ]


def test_a_gap_is_where_nobody_is_on_call() -> None:
    office = book(weekly("09:00-17:00", [], "ann"))
    holes = gaps(office, "duty", utc("2026-01-05T08:00"), utc("2026-01-07T08:00"))
    assert [(hole.start, hole.end) for hole in holes] == [
        (utc("2026-01-05T16:00"), utc("2026-01-06T08:00")),
        (utc("2026-01-06T16:00"), utc("2026-01-07T08:00")),
    ]


def test_the_next_handover_is_when_somebody_else_is_on_call() -> None:
    handover = next_handover(book(DAY_AND_NIGHT), "duty", utc("2026-01-05T08:00"))
    assert handover is not None
    assert (handover.at, handover.people) == (utc("2026-01-12T08:00"), ("ben",))


def test_a_handover_to_oneself_is_none_and_what_never_changes_has_no_next() -> None:
    alone = book(rotation("2026-01-05T09:00", WEEK, "ann"))
    assert next_handover(alone, "duty", utc("2026-02-05T08:00")) is None


def test_a_handover_once_a_year_is_found() -> None:
    yearly = book(rotation("2026-01-05T09:00", timedelta(days=364), "ann", "ben"))
    handover = next_handover(yearly, "duty", utc("2026-01-06T08:00"))
    assert handover is not None
    assert handover.at == utc("2027-01-04T08:00")


def test_shifts_of_a_person_tell_who_else_is_on_call() -> None:
    together = book(DAY_AND_NIGHT, weekly("09:00-10:00", ["monday"], "ben", "cyd"))
    start, end = utc("2026-01-06T00:00"), utc("2026-01-13T00:00")
    assert told(shifts_of(together, "ben", "duty", start, end)) == [
        "01-12 08:00 ben+cyd",
        "01-12 09:00 ben",
    ]
    assert shifts_of(together, "nobody", "duty", start, end) == ()


def test_an_instant_is_on_the_side_of_the_shift_that_begins() -> None:
    swap = book(DAY_AND_NIGHT)
    assert people_at(swap, "duty", utc("2026-01-12T07:59:59.999999")) == ("ann",)
    assert people_at(swap, "duty", utc("2026-01-12T08:00")) == ("ben",)


def test_hours_for_every_day_need_no_days() -> None:
    assert Hours.model_validate({"hours": "09:00-17:00"}).days == ()
