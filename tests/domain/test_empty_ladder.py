"""A ladder with nobody on any level: climbed once, then the last resort has it, in the same instant."""

import pytest

from domain.events import (
    LastResortReached,
    LastResortTold,
    LevelNotified,
    LevelReached,
    NobodyOnCall,
    PolicyMoved,
    Reopened,
)
from domain.policy import Level, LevelCondition, Policy, Target
from domain.rulebook import NEWEST
from domain.vocabulary import LadderStatus, Severity, TargetKind, Verdict
from tests.domain.world import MINUTE, POLICY, REPORT, START, TEAMS, World, changed, person

REPEATS = 3
EMPTY = Target(kind=TargetKind.ON_CALL, id="nobody")


def ladder(*targets: Target, when: dict[int, LevelCondition] | None = None) -> Policy:
    """A level for each target, with conditions by the numbers of levels."""
    levels = tuple(
        Level(name=f"L{number}", targets=(target,), wait=10 * MINUTE, when=(when or {}).get(number))
        for number, target in enumerate(targets, 1)
    )
    return changed(POLICY, levels=levels, repeats=REPEATS, promises=dict.fromkeys(Severity, ()))


def asked(world: World) -> list[int]:
    return [event.level for event in world.all(NobodyOnCall)]


def test_each_level_is_asked_once_and_the_last_resort_told_at_once() -> None:
    world = World(ladder(EMPTY, EMPTY, EMPTY))
    assert asked(world) == [1, 2, 3]
    assert world.last(LastResortReached).planned == world.last(LastResortTold).at == START
    assert world.last(LastResortReached).sentence() == (
        "Nobody can be told on any level, the last resort is told: person:eva"
    )
    assert world.escalation.ladder.status is LadderStatus.LAST_RESORT


def test_so_it_is_with_a_ladder_of_one_level() -> None:
    assert asked(World(ladder(EMPTY))) == [1]


def test_a_life_that_began_under_older_rules_is_asked_about_as_often_as_before() -> None:
    world = World(ladder(EMPTY, EMPTY), rules=1)
    assert asked(world) == [1, 2] * (REPEATS + 1)
    assert (
        world.last(LastResortReached).sentence()
        == "The ladder has ended, the last resort is told: person:eva"
    )


def test_whoever_is_there_on_a_level_is_told_at_every_repeat() -> None:
    world = World(ladder(person("anna"), EMPTY, EMPTY))
    for _ in range(REPEATS + 1):
        assert world.escalation.ladder.status is LadderStatus.CLIMBING
        world.wait(10 * MINUTE)
    assert [event.at - START for event in world.all(LevelNotified)] == [
        round_ * 10 * MINUTE for round_ in range(REPEATS + 1)
    ]
    assert asked(world) == [2, 3] * (REPEATS + 1)


def test_whoever_was_there_and_has_left_is_looked_for_once_more() -> None:
    world = World(ladder(Target(kind=TargetKind.ON_CALL, id="second"), EMPTY))
    world.on_call = {}
    world.wait(10 * MINUTE)
    assert asked(world) == [2, 1, 2]
    assert world.escalation.ladder.status is LadderStatus.LAST_RESORT
    assert world.last(LastResortReached).planned == START + 10 * MINUTE


def test_levels_that_do_not_apply_are_as_good_as_empty() -> None:
    others = LevelCondition(severity=(Severity.S4,))
    world = World(ladder(person("anna"), EMPTY, person("ben"), EMPTY, when={1: others, 3: others}))
    assert asked(world) == [2, 4]
    assert world.escalation.ladder.status is LadderStatus.LAST_RESORT


def test_a_level_for_a_later_repeat_is_waited_for() -> None:
    later = LevelCondition(repeats_at_least=2)
    world = World(ladder(person("anna"), EMPTY, EMPTY, when={1: later}))
    assert asked(world) == [2, 3, 2, 3]
    assert world.last(LevelNotified).people == ("anna",)


def test_a_level_with_a_condition_that_may_ask_for_the_repeat_is_asked_at_every_one() -> None:
    asks = LevelCondition(expression="repeat > 5")
    world = World(ladder(person("anna"), EMPTY, when={1: asks}), verdicts={1: Verdict.FAILS})
    assert asked(world) == [2] * (REPEATS + 1)


def test_a_team_without_anybody_says_nothing_about_the_level_that_it_was_handed_over_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(TEAMS, "vendor", ())
    world = World(ladder(person("anna"), EMPTY))
    world.decide("hand_over", "olga", team="vendor", reason="theirs")
    assert asked(world) == [1, 2]
    assert world.last(LevelNotified).people == ("anna",)
    assert world.last(LevelReached).round == 1


def test_nor_about_the_only_level_or_the_only_one_that_applies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TEAMS, "vendor", ())
    others = LevelCondition(severity=(Severity.S4,))
    for policy in (ladder(person("anna")), ladder(person("ben"), person("anna"), when={1: others})):
        world = World(policy)
        world.decide("hand_over", "olga", team="vendor", reason="theirs")
        assert world.last(LevelNotified).people == ("anna",)
        assert world.last(LevelReached).round == 1


def test_a_life_keeps_its_rules_when_it_is_moved_or_reopened() -> None:
    world = World(rules=1)
    world.decide("move_policy", "mara", policy="test", reason="as an example")
    world.decide("cancel", "mara", reason="by mistake")
    world.decide("report_again", "crm", report=REPORT)
    assert (world.last(PolicyMoved).type, world.last(Reopened).type) == ("policy_moved", "reopened")
    assert world.escalation.rules == 1


def test_the_newest_rules_are_those_of_a_new_life() -> None:
    assert World().escalation.rules == NEWEST
