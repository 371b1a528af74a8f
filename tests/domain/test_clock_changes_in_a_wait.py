"""Clocks are changed while an escalation waits: waits are elapsed time, hours are those on the wall."""

from datetime import datetime, timedelta

import pytest

from domain.calendars import WEEK, Calendar, resolve
from domain.core import elapse
from domain.events import LevelNotified, LevelPagedAgain, LevelPassedOver, LevelReached
from domain.policy import Level, LevelCondition, Policy, PromiseRule
from domain.vocabulary import Pause, PromiseKind, Severity
from tests.domain.world import DAY, HOUR, MINUTE, POLICY, World, changed, person

OFFICE = Calendar(name="office", zone="Europe/Berlin", weekly=dict.fromkeys(WEEK[:5], (("09:00", "17:00"),)))
NIGHTS = Calendar(
    name="nights",
    zone="Europe/Berlin",
    weekly=dict.fromkeys(WEEK, (("22:00", "06:00"),)),
)
FORWARD, BACK = "2026-03-29T02:00+01:00", "2026-10-25T03:00+02:00"
"""When the clocks of Berlin change."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def opened(policy: Policy, start: str) -> World:
    opening = at(start)
    calendars = {each.name: each for each in (OFFICE, NIGHTS)}
    known = {
        name: resolve(calendar, opening - 7 * DAY, opening + 270 * DAY)
        for name, calendar in calendars.items()
    }
    policy = changed(policy, calendars=dict.fromkeys(known, "{}"))
    return World(policy, at=opening, working_time=known)


def promising(*rules: PromiseRule) -> Policy:
    return changed(POLICY, promises=dict.fromkeys(Severity, rules))


@pytest.mark.parametrize("change", [FORWARD, BACK])
def test_a_levels_wait_and_its_rounds_are_elapsed_time_through_the_change(change: str) -> None:
    first = Level(name="Now", targets=(person("anna"),), wait=30 * MINUTE, rounds=3, every=10 * MINUTE)
    start = at(change) - 15 * MINUTE
    world = opened(changed(promising(), levels=(first, *POLICY.levels[1:])), start.isoformat())
    for _ in range(30):
        world.wait(MINUTE)
    rounds = [event.planned for event in world.all(LevelPagedAgain)]
    assert rounds == [start + 10 * MINUTE, start + 20 * MINUTE]
    assert world.last(LevelReached).planned == start + 30 * MINUTE
    assert len(world.all(LevelNotified)) == 4


@pytest.mark.parametrize(
    ("start", "due"),
    [
        pytest.param("2026-03-28T23:00+01:00", "2026-03-29T05:00+02:00", id="an hour is left out"),
        pytest.param("2026-10-24T23:00+02:00", "2026-10-25T03:00+01:00", id="an hour comes twice"),
    ],
)
def test_a_promise_in_night_hours_counts_the_hours_that_pass(start: str, due: str) -> None:
    world = opened(
        promising(PromiseRule(kind=PromiseKind.RESOLVE, target=5 * HOUR, calendar="nights")), start
    )
    assert world.promise("resolve").due == at(due)
    world.wait(5 * HOUR)
    assert world.promise("resolve").broken_at == at(due)


@pytest.mark.parametrize(
    ("start", "resumed", "due"),
    [
        ("2026-03-27T16:00+01:00", "2026-03-30T10:00+02:00", "2026-03-30T13:30+02:00"),
        ("2026-10-23T16:00+02:00", "2026-10-26T10:00+01:00", "2026-10-26T13:30+01:00"),
    ],
)
def test_a_clock_that_stood_still_over_the_change_goes_on_at_the_hours_on_the_wall(
    start: str, resumed: str, due: str
) -> None:
    pauses = (Pause.WAITING_FOR_CUSTOMER,)
    rule = PromiseRule(kind=PromiseKind.RESOLVE, target=4 * HOUR, calendar="office", pauses_while=pauses)
    world = opened(promising(rule), start)
    world.decide("accept", "mara", reason="ours")
    world.wait(30 * MINUTE)
    world.decide("wait_for_customer", "mara", question="Which one?", wait=timedelta(days=5))
    world.wait(at(resumed) - world.now)
    world.decide("customer_replied", "rita", text="This one.")
    assert world.promise("resolve").due == at(due)


@pytest.mark.parametrize(
    ("start", "first_told"),
    [
        pytest.param("2026-03-27T08:30+01:00", 2, id="winter, before nine"),
        pytest.param("2026-03-30T09:30+02:00", 1, id="summer, the same time UTC, after nine"),
    ],
)
def test_a_level_for_office_hours_goes_by_the_clock_on_the_wall(start: str, first_told: int) -> None:
    day = Level(name="Day", targets=(person("anna"),), wait=5 * MINUTE, when=LevelCondition(hours="office"))
    world = opened(changed(promising(), levels=(day, *POLICY.levels)), start)
    assert [event.level for event in world.all(LevelNotified)] == [first_told]
    assert len(world.all(LevelPassedOver)) == first_told - 1


def test_a_machine_clock_that_is_set_back_brings_nothing_about_twice() -> None:
    world = World()
    world.wait(25 * MINUTE)
    for back in (MINUTE, HOUR, DAY):
        assert elapse(world.escalation, world.now - back) == (world.escalation, (), ())
