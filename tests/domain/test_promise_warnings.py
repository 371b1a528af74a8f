"""Warnings at shares of a promise's time and at times before it is due."""

from domain.events import PromiseAtRisk
from domain.policy import Policy, PromiseRule
from domain.vocabulary import PromiseKind, Severity
from tests.domain.hours import office
from tests.domain.world import DAY, HOUR, MINUTE, POLICY, START, World, changed


def warning(**fields: object) -> Policy:
    """A policy that promises nothing but a solution."""
    rule = PromiseRule.model_validate({"kind": "resolve", "on_breach": (), **fields})
    calendars = {"office": '{"weekly": "mon-fri 9-17"}'}
    return changed(POLICY, promises=dict.fromkeys(Severity, (rule,)), calendars=calendars)


def warned(world: World) -> list[object]:
    return [event.planned for event in world.all(PromiseAtRisk)]


def test_warnings_come_at_shares_of_the_time_and_at_times_before_it_is_due() -> None:
    world = World(warning(target=4 * HOUR, warn_at=(0.5,), warn_before=(10 * MINUTE, 30 * MINUTE)))
    world.wait(DAY)
    assert warned(world) == [START + 2 * HOUR, START + 210 * MINUTE, START + 230 * MINUTE]


def test_a_share_and_a_time_before_that_fall_together_warn_once() -> None:
    world = World(warning(target=4 * HOUR, warn_at=(0.5,), warn_before=(2 * HOUR, 2 * HOUR)))
    world.wait(DAY)
    assert warned(world) == [START + 2 * HOUR]


def test_a_time_before_is_counted_in_the_hours_of_the_promise() -> None:
    hours = {"office": office(START - DAY, START + 200 * DAY)}
    policy = warning(target=9 * HOUR, calendar="office", warn_before=(2 * HOUR,))
    world = World(policy, working_time=hours)
    assert world.promise("resolve").due == START + DAY + HOUR
    world.wait(3 * DAY)
    assert warned(world) == [START + 7 * HOUR]


def test_a_time_before_moves_with_a_target_that_becomes_shorter() -> None:
    policy = warning(target=9 * HOUR, warn_before=(HOUR,))
    short = PromiseRule(kind=PromiseKind.RESOLVE, target=3 * HOUR, warn_before=(HOUR,))
    world = World(changed(policy, promises={**policy.promises, Severity.S1: (short,)}))
    world.wait(HOUR)
    world.decide("set_severity", "mara", severity="S1", reason="worse")
    world.wait(DAY)
    assert warned(world) == [START + 2 * HOUR]


def test_a_time_longer_than_the_target_warns_of_nothing() -> None:
    world = World(warning(target=HOUR, warn_before=(2 * HOUR,)))
    world.wait(DAY)
    assert warned(world) == []
