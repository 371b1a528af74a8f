"""Paging rounds within a level, and levels that tell one person after the other."""

from domain.events import LevelNotified, LevelPagedAgain, LevelReached, NobodyOnCall
from domain.policy import Level, Policy, Target
from domain.vocabulary import AcknowledgementBy, Severity, TargetKind, Template
from tests.domain.world import HOUR, MINUTE, POLICY, START, World, changed, person

TRIO = ("anna", "ben", "xena")


def paging(**fields: object) -> Policy:
    """Two levels of twenty minutes, the first of which tells three people in some way; no promises."""
    first = Level.model_validate(
        {"name": "Trio", "targets": [person(one) for one in TRIO], "wait": 20 * MINUTE, **fields}
    )
    last = Level(name="Last", targets=(person("mara"),), wait=HOUR)
    return changed(POLICY, levels=(first, last), promises=dict.fromkeys(Severity, ()))


def told(world: World) -> list[tuple[str, ...]]:
    return [event.people for event in world.all(LevelNotified) if event.level == 1]


def test_a_level_is_told_as_often_as_it_says_while_it_waits() -> None:
    world = World(paging(rounds=3, every=5 * MINUTE))
    for _ in range(20):
        world.wait(MINUTE)
    assert told(world) == [TRIO, TRIO, TRIO]
    assert [event.planned for event in world.all(LevelPagedAgain)] == [
        START + 5 * MINUTE,
        START + 10 * MINUTE,
    ]
    assert world.last(LevelReached).planned == START + 20 * MINUTE
    assert world.heard(Template.LEVEL_PAGE).count("anna") == 3


def test_an_acknowledgement_ends_the_rounds() -> None:
    world = World(paging(rounds=3, every=5 * MINUTE))
    world.wait(6 * MINUTE)
    world.decide("acknowledge", "ben")
    world.wait(10 * MINUTE)
    assert len(told(world)) == 2


def test_where_all_have_to_acknowledge_only_the_rest_is_told_again() -> None:
    world = World(paging(rounds=3, every=5 * MINUTE, acknowledgement=AcknowledgementBy.ALL))
    world.decide("acknowledge", "ben")
    world.wait(5 * MINUTE)
    assert told(world) == [TRIO, ("anna", "xena")]
    assert world.escalation.ladder.told == TRIO


def test_rounds_stand_still_while_it_is_snoozed() -> None:
    world = World(paging(rounds=2, every=5 * MINUTE))
    world.decide("snooze", "theo", until=START + 8 * MINUTE, reason="a call")
    world.wait(7 * MINUTE)
    assert len(told(world)) == 1
    world.wait(MINUTE)
    assert world.last(LevelPagedAgain).planned == START + 8 * MINUTE


def test_a_round_that_finds_nobody_is_recorded_and_the_wait_goes_on() -> None:
    on_call = (Target(kind=TargetKind.ON_CALL, id="second"),)
    world = World(paging(targets=on_call, rounds=2, every=5 * MINUTE))
    world.on_call = {}
    world.wait(5 * MINUTE)
    assert world.last(NobodyOnCall).level == 1
    assert world.escalation.ladder.climb_at == START + 20 * MINUTE


def test_a_team_that_it_was_handed_over_to_is_told_again() -> None:
    world = World(paging(rounds=2, every=5 * MINUTE))
    world.decide("hand_over", "xena", team="network", reason="a switch")
    world.wait(5 * MINUTE)
    assert told(world)[1:] == [("xena", "ben"), ("xena", "ben")]


def test_taking_turns_each_round_goes_to_the_next_person() -> None:
    world = World(paging(rounds=4, every=5 * MINUTE, round_robin=True))
    for _ in range(3):
        world.wait(5 * MINUTE)
    (first,), *others = told(world)
    begin = TRIO.index(first)
    assert others == [(TRIO[(begin + turn) % 3],) for turn in (1, 2, 3)]


def test_taking_turns_a_level_that_comes_again_begins_with_another_person() -> None:
    world = World(changed(paging(round_robin=True), repeats=1))
    world.wait(20 * MINUTE)
    world.wait(HOUR)
    first, second = told(world)
    assert first != second


def test_a_round_whose_people_are_found_after_the_next_level_is_up_tells_nobody() -> None:
    world = World(paging(rounds=2, every=5 * MINUTE))
    world.answers = False
    world.wait(5 * MINUTE)
    world.wait(15 * MINUTE)
    world.answer_all()
    assert len(told(world)) == 1
