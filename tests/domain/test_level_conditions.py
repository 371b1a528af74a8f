"""Levels that apply only under a condition; those that do not are passed over at once."""

from datetime import timedelta

import pytest

from domain.events import LevelPassedOver, LevelReached
from domain.policy import Level, LevelCondition, Policy
from domain.refusals import Refused
from domain.vocabulary import Reason, Severity
from tests.domain.hours import office
from tests.domain.world import DAY, HOUR, MINUTE, POLICY, REPORT, START, World, changed, person

NIGHT = 12 * HOUR
"""From Monday 9:00, when tests begin, to 21:00."""


def ladder(*conditions: LevelCondition | None) -> Policy:
    """A ladder of ten-minute levels with these conditions, and one more that always applies."""
    levels = tuple(
        Level(name=f"L{number}", targets=(person("anna"),), wait=10 * MINUTE, when=condition)
        for number, condition in enumerate((*conditions, None), 1)
    )
    return changed(POLICY, levels=levels, repeats=0, calendars={"office": '{"weekly": "mon-fri 9-17"}'})


def world(policy: Policy, after: timedelta = 0 * HOUR, **report: object) -> World:
    hours = {"office": office(START - DAY, START + 200 * DAY)}
    plain = changed(policy, promises=dict.fromkeys(Severity, ()))
    return World(plain, REPORT.model_copy(update=report), START + after, working_time=hours)


@pytest.mark.parametrize(
    ("condition", "after", "why"),
    [
        (LevelCondition(severity=(Severity.S1,)), 0 * HOUR, "it is for S1, this is S2"),
        (LevelCondition(tier=("platinum",)), 0 * HOUR, "it is for platinum customers"),
        (LevelCondition(reason=(Reason.MAJOR_OUTAGE,)), 0 * HOUR, "it is for major outage"),
        (LevelCondition(hours="office"), NIGHT, "it is outside office"),
        (LevelCondition(outside_hours="office"), 0 * HOUR, "it is within office"),
    ],
)
def test_a_level_that_does_not_apply_is_passed_over_at_once(
    condition: LevelCondition, after: timedelta, why: str
) -> None:
    opened = world(ladder(condition), after)
    assert opened.last(LevelPassedOver).why == why
    assert opened.escalation.level == 2
    assert opened.escalation.ladder.climb_at == opened.now + 10 * MINUTE


@pytest.mark.parametrize(
    ("condition", "after"),
    [
        (LevelCondition(severity=(Severity.S1, Severity.S2), tier=("gold",)), 0 * HOUR),
        (LevelCondition(hours="office"), 0 * HOUR),
        (LevelCondition(outside_hours="office"), NIGHT),
    ],
)
def test_a_level_applies_when_all_that_is_asked_for_holds(
    condition: LevelCondition, after: timedelta
) -> None:
    assert world(ladder(condition), after).escalation.level == 1


def test_the_hour_that_counts_is_the_one_at_which_the_level_is_planned() -> None:
    policy = ladder(None, LevelCondition(hours="office"))
    late = world(policy, 8 * HOUR - 15 * MINUTE)
    late.wait(19 * MINUTE)
    assert late.last(LevelReached).level == 2
    later = world(policy, 8 * HOUR - 5 * MINUTE)
    later.wait(11 * MINUTE)
    assert [event.level for event in later.all(LevelReached)] == [1, 3]
    assert later.last(LevelReached).planned == START + 8 * HOUR + 5 * MINUTE


def test_the_last_level_applies_whatever_its_condition_says() -> None:
    never = LevelCondition(severity=(Severity.S4,))
    policy = ladder(never)
    conditional = tuple(level.but(when=never) for level in policy.levels)
    opened = world(changed(policy, levels=conditional))
    assert opened.escalation.level == 2


def test_a_severity_that_changes_lets_a_level_apply_from_the_next_climb_on() -> None:
    only = LevelCondition(severity=(Severity.S1,))
    opened = world(ladder(None, only))
    opened.decide("set_severity", "mara", severity="S1", reason="worse")
    opened.wait(10 * MINUTE)
    assert opened.escalation.level == 2


def test_going_down_leads_to_the_nearest_level_that_applies() -> None:
    opened = world(ladder(None, LevelCondition(severity=(Severity.S1,))))
    opened.decide("climb", "ben", reason="too much")
    assert opened.escalation.level == 3
    opened.decide("de_escalate", "theo", guidance="restart it")
    assert opened.escalation.level == 1


def test_going_down_is_refused_where_no_level_below_applies() -> None:
    opened = world(ladder(LevelCondition(severity=(Severity.S1,))))
    with pytest.raises(Refused, match="no level below applies"):
        opened.decide("de_escalate", "theo", guidance="restart it")


def test_a_hand_over_tells_the_team_at_a_level_that_no_longer_applies() -> None:
    opened = world(ladder(LevelCondition(hours="office")), 8 * HOUR - MINUTE)
    opened.wait(2 * MINUTE)
    opened.decide("hand_over", "xena", team="network", reason="a switch")
    assert opened.escalation.level == 1
