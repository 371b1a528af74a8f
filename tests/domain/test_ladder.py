"""Climbing: who is told when, what stops it, and that somebody always ends up with it."""

from datetime import timedelta

import pytest

from domain.events import (
    AcknowledgementExpired,
    EarlierLevelNotified,
    LastResortReached,
    LevelNotified,
    LevelReached,
    NobodyOnCall,
)
from domain.policy import Level
from domain.refusals import RefusalCode, Refused
from domain.vocabulary import AcknowledgementBy, ClimbCause, LadderStatus, PromiseKind, Template
from tests.domain.world import (
    DAY,
    HOUR,
    MINUTE,
    POLICY,
    START,
    World,
    accepted,
    changed,
    person,
)

ALL = changed(
    POLICY,
    levels=(
        Level(
            name="Both",
            targets=(person("anna"), person("ben")),
            wait=10 * MINUTE,
            acknowledgement=AcknowledgementBy.ALL,
        ),
        *POLICY.levels[1:],
    ),
)


def reached(world: World) -> list[tuple[int, int, timedelta]]:
    """Level, round, and when it was planned, counted from the start."""
    return [
        (event.level, event.round, event.planned - START)
        for event in world.all(LevelReached)
        if event.planned is not None
    ]


def test_without_an_acknowledgement_the_next_level_is_told_when_the_wait_is_over() -> None:
    world = World()
    assert world.wait(10 * MINUTE - timedelta(seconds=1)) == []
    world.wait(timedelta(seconds=1))
    assert world.escalation.level == 2
    assert world.heard(Template.LEVEL_PAGE) == ["anna", "ben", "xena"]


def test_the_ladder_is_climbed_again_as_often_as_the_policy_says_then_the_last_resort_has_it() -> None:
    world = World()
    for _ in range(6):
        world.wait(15 * MINUTE)
    assert [(level, round_) for level, round_, _ in reached(world)] == [
        (1, 0),
        (2, 0),
        (3, 0),
        (1, 1),
        (2, 1),
        (3, 1),
    ]
    assert world.escalation.ladder.status is LadderStatus.LAST_RESORT
    assert world.escalation.owner == "eva"


def test_three_levels_overdue_at_one_late_look_are_all_told_and_planned_as_ever() -> None:
    world = World()
    world.wait(40 * MINUTE)
    planned = [(1, 0, 0 * MINUTE), (2, 0, 10 * MINUTE), (3, 0, 20 * MINUTE), (1, 1, 35 * MINUTE)]
    assert reached(world) == planned
    assert world.heard(Template.LEVEL_PAGE) == ["anna", "ben", "xena", "mara", "anna", "ben"]
    assert [event.level for event in world.all(EarlierLevelNotified)] == [2, 3]
    assert world.escalation.ladder.climb_at == START + 45 * MINUTE


def test_nobody_on_call_is_recorded_and_the_next_level_is_told_at_once() -> None:
    world = World()
    world.on_call = {}
    world.wait(10 * MINUTE)
    assert world.last(NobodyOnCall).targets == ("on_call:second",)
    assert world.last(LevelReached).cause is ClimbCause.NOBODY_ON_CALL
    assert world.escalation.level == 3
    assert world.escalation.ladder.climb_at == START + 10 * MINUTE + 15 * MINUTE


def test_a_failed_look_up_counts_as_nobody_and_says_why() -> None:
    world = World()
    world.failing["find_people"] = "the file cannot be read"
    world.wait(10 * MINUTE)
    assert world.all(NobodyOnCall)[0].targets == ("on_call:second (the file cannot be read)",)


def test_where_even_the_last_resort_has_nobody_the_manager_has_it() -> None:
    world = World()
    world.failing["find_people"] = "the file cannot be read"
    world.wait(10 * MINUTE)
    assert world.escalation.ladder.status is LadderStatus.LAST_RESORT
    assert world.escalation.ladder.told == ("mara",)
    assert world.escalation.owner == "mara"


def test_whoever_acknowledges_before_the_page_is_out_spares_the_others_the_page() -> None:
    world = World()
    world.answers = False
    world.wait(10 * MINUTE)
    world.decide("acknowledge", "anna")
    world.answer_all()
    assert world.all(LevelNotified)[1:] == []


def test_the_first_acknowledgement_stops_the_climb() -> None:
    world = World()
    world.decide("acknowledge", "ben")
    world.wait(HOUR)
    assert world.escalation.level == 1


def test_a_level_that_asks_for_all_goes_on_until_all_have_acknowledged() -> None:
    world = World(ALL)
    world.decide("acknowledge", "ben")
    assert world.escalation.ladder.climb_at == START + 10 * MINUTE
    world.decide("acknowledge", "anna")
    assert world.escalation.ladder.status is LadderStatus.ACKNOWLEDGED


def test_a_level_that_asks_for_all_climbs_when_one_is_missing() -> None:
    world = World(ALL)
    world.decide("acknowledge", "ben")
    world.wait(10 * MINUTE)
    assert world.escalation.level == 2


def test_an_acknowledgement_expires_after_silence_and_climbing_resumes() -> None:
    world = World()
    world.decide("acknowledge", "ben")
    world.wait(4 * HOUR)
    assert world.last(AcknowledgementExpired).acknowledged_by == ("ben",)
    assert world.escalation.level == 2
    assert world.escalation.ladder.planned == START + 4 * HOUR


def test_whatever_staff_decide_keeps_the_acknowledgement_alive() -> None:
    world = World()
    world.decide("acknowledge", "ben")
    world.wait(3 * HOUR)
    world.decide("note", "ben", text="looking at it")
    world.wait(3 * HOUR)
    assert world.all(AcknowledgementExpired) == []


def test_what_a_service_adds_does_not_keep_an_acknowledgement_alive() -> None:
    world = World()
    world.decide("acknowledge", "ben")
    world.wait(3 * HOUR)
    world.decide("note", "crm", text="a new mail")
    world.wait(HOUR)
    assert world.all(AcknowledgementExpired)


def test_nobody_has_to_show_up_while_the_customer_is_waited_for() -> None:
    world = accepted()
    world.decide("wait_for_customer", "mara", question="which one?", wait=DAY)
    world.wait(DAY - MINUTE)
    assert world.all(AcknowledgementExpired) == []


def test_a_silent_customer_gives_the_owner_the_usual_time_before_climbing_resumes() -> None:
    world = accepted()
    world.decide("wait_for_customer", "mara", question="which one?", wait=DAY)
    world.wait(DAY + 4 * HOUR - MINUTE)
    assert world.all(AcknowledgementExpired) == []
    world.wait(MINUTE)
    assert world.escalation.ladder.planned == START + DAY + 4 * HOUR
    assert len(world.all(LevelReached)) == 2


def test_the_next_who_acknowledges_owns_what_its_owner_was_silent_about() -> None:
    world = World()
    world.decide("acknowledge", "ben")
    world.wait(4 * HOUR)
    assert world.escalation.owner == "ben"
    world.decide("acknowledge", "xena")
    assert world.escalation.owner == "xena"


def test_the_last_resort_takes_what_its_owner_was_silent_about() -> None:
    world = World()
    world.decide("acknowledge", "ben")
    world.wait(7 * HOUR)
    assert world.escalation.owner == "eva"


def test_climbing_by_hand_tells_the_next_level_now_and_says_why() -> None:
    world = World()
    world.wait(3 * MINUTE)
    world.decide("climb", "ben", reason="needs a switch expert")
    assert world.escalation.ladder.climb_at == START + 13 * MINUTE
    assert world.sent[-1].recipient == "xena"
    assert world.sent[-1].facts["text"] == "needs a switch expert"


def test_climbing_by_hand_past_the_last_level_wraps_round_and_uses_up_a_repeat() -> None:
    world = World()
    for _ in range(3):
        world.decide("climb", "ben", reason="more")
    assert (world.escalation.level, world.escalation.ladder.round) == (1, 1)
    for _ in range(3):
        world.decide("climb", "ben", reason="more")
    assert world.escalation.ladder.status is LadderStatus.LAST_RESORT


def test_handing_back_down_takes_the_guidance_along() -> None:
    world = World()
    world.decide("climb", "ben", reason="too much")
    world.decide("de_escalate", "mara", guidance="restart the switch")
    assert world.escalation.level == 1
    assert [notice.facts["text"] for notice in world.sent[-2:]] == ["restart the switch"] * 2


def test_there_is_nothing_below_the_first_level() -> None:
    with pytest.raises(Refused, match="none below") as refused:
        World().decide("de_escalate", "mara", guidance="restart")
    assert refused.value.code is RefusalCode.INVALID


def test_handing_over_tells_the_team_and_climbs_when_it_is_silent() -> None:
    world = accepted()
    world.sent.clear()
    world.decide("hand_over", "mara", team="network", reason="a switch")
    assert world.heard(Template.LEVEL_PAGE) == ["xena", "ben"]
    assert world.escalation.team == "network"
    world.wait(10 * MINUTE)
    assert world.escalation.level == 2


def test_who_acknowledges_after_a_hand_over_is_the_new_owner() -> None:
    world = accepted()
    world.decide("hand_over", "mara", team="network", reason="a switch")
    assert world.escalation.owner == "mara"
    world.decide("acknowledge", "xena")
    assert world.escalation.owner == "xena"


def test_a_snooze_stops_climbing_until_it_ends() -> None:
    world = World()
    world.decide("snooze", "olga", until=START + 3 * HOUR, reason="the customer sleeps")
    world.wait(3 * HOUR - MINUTE)
    assert world.escalation.level == 1
    world.wait(MINUTE)
    assert world.escalation.level == 2
    assert world.escalation.ladder.climb_at == START + 3 * HOUR + 10 * MINUTE


def test_an_acknowledgement_does_not_expire_during_a_snooze() -> None:
    world = World()
    world.decide("acknowledge", "ben")
    world.decide("snooze", "ben", until=START + 8 * HOUR, reason="the customer sleeps")
    world.wait(7 * HOUR)
    assert world.all(AcknowledgementExpired) == []


@pytest.mark.parametrize("until", [START, START - HOUR, START + 25 * HOUR])
def test_a_snooze_lies_ahead_and_within_the_policys_limit(until: object) -> None:
    with pytest.raises(Refused, match="within the next 24 hours"):
        World().decide("snooze", "olga", until=until, reason="later")


def test_a_broken_promise_climbs_and_the_page_names_it() -> None:
    world = World()
    world.decide("acknowledge", "ben")
    for _ in range(3):
        world.wait(2.5 * HOUR)
        world.decide("note", "ben", text="still looking")
    world.sent.clear()
    world.wait(35 * MINUTE)
    assert world.last(LevelReached).cause is ClimbCause.BREACH
    assert world.last(LevelReached).planned == world.promise(PromiseKind.RESOLVE).broken_at
    page = next(notice for notice in world.sent if notice.template is Template.LEVEL_PAGE)
    assert page.facts["text"] == "resolve was due 2026-03-02 17:00:00 UTC"


def test_climbing_stops_with_the_solution() -> None:
    world = accepted()
    world.decide("declare_resolved", "olga", what_was_done="mended")
    world.wait(DAY)
    assert world.escalation.ladder.status is LadderStatus.STOPPED
    assert len(world.all(LevelReached)) == 1
    assert world.all(LastResortReached) == []
