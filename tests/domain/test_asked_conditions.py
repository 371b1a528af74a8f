"""Levels and routes with a condition that is asked outside, and levels for a certain count."""

import pytest

from domain.conditions import Judged
from domain.core import elapse, open_escalation, report
from domain.errands import FindPeople, PeopleFound, PolicyFetched
from domain.events import EarlierLevelNotified, LevelNotified, LevelPassedOver, LevelReached, Opened, Reopened
from domain.policy import Level, LevelCondition, Policy, Route
from domain.report import Report
from domain.vocabulary import ClimbCause, LadderStatus, Verdict
from tests.domain.world import (
    CUSTOMER,
    DAY,
    HOUR,
    MINUTE,
    POLICY,
    REPORT,
    START,
    World,
    changed,
    judged,
    opening,
    person,
    windows,
)

MANY = LevelCondition(expression="case.customers > 10")
FAILS, HOLDS, CANNOT_TELL = Verdict.FAILS, Verdict.HOLDS, Verdict.CANNOT_TELL


def ladder(*conditions: LevelCondition | None, repeats: int = 0) -> Policy:
    """A ladder of ten-minute levels with these conditions, and one more that always applies."""
    levels = tuple(
        Level(name=f"L{number}", targets=(person("anna"),), wait=10 * MINUTE, when=condition)
        for number, condition in enumerate((*conditions, None), 1)
    )
    return changed(POLICY, levels=levels, repeats=repeats, promises=dict.fromkeys(POLICY.promises, ()))


def world(policy: Policy, *verdicts: Verdict, report: Report = REPORT) -> World:
    return World(policy, report, verdicts=dict(enumerate(verdicts, 1)))


def test_a_level_whose_condition_holds_is_told_like_any_other() -> None:
    opened = world(ladder(MANY), HOLDS)
    assert opened.last(LevelReached).says() == "Level 1 (L1) is up if case.customers > 10: opened"
    assert opened.last(LevelNotified).says() == "Level 1 is told: anna"


def test_a_level_whose_condition_fails_is_passed_over_at_once_and_tells_nobody() -> None:
    opened = world(ladder(MANY, MANY), FAILS, FAILS)
    assert [event.says() for event in opened.all(LevelPassedOver)] == [
        "Level 1 (L1) does not apply: 1 > 2 does not hold",
        "Level 2 (L2) does not apply: 1 > 2 does not hold",
    ]
    assert [event.level for event in opened.all(LevelNotified)] == [3]
    assert opened.escalation.ladder.climb_at == START + 10 * MINUTE


def test_where_nobody_can_tell_the_level_is_told_and_the_timeline_says_why() -> None:
    opened = world(ladder(MANY), CANNOT_TELL)
    assert opened.escalation.level == 1
    said = "Level 1 is told: anna; cannot tell whether 1 / 0 > 1: divide by zero"
    assert opened.last(LevelNotified).says() == said


def test_passing_over_keeps_planned_time_cause_and_reason() -> None:
    opened = world(ladder(None, MANY), HOLDS, FAILS)
    opened.wait(13 * MINUTE)
    reached = opened.last(LevelReached)
    assert (reached.level, reached.cause) == (3, ClimbCause.NO_ACKNOWLEDGEMENT)
    assert reached.planned == START + 10 * MINUTE
    again = world(ladder(None, MANY), HOLDS, FAILS)
    again.decide("climb", "ben", reason="too much")
    assert again.last(LevelReached).reason == "too much"


def test_the_last_level_is_never_asked_for_its_condition() -> None:
    policy = ladder(None)
    conditional = tuple(level.but(when=MANY) for level in policy.levels)
    opened = world(changed(policy, levels=conditional), FAILS, FAILS)
    assert opened.last(LevelNotified).level == 2


def test_an_answer_that_comes_after_the_next_level_is_up_passes_over_nothing_more() -> None:
    state, _, errands = open_escalation(
        opening(), PolicyFetched(key="k", policy=ladder(MANY), working_time=windows()), START
    )
    late = elapse(state, START + 10 * MINUTE).escalation
    assert late.level == 2
    (asked,) = [errand for errand in errands if isinstance(errand, FindPeople)]
    answer = judged(_everybody(asked.key), FAILS)
    outcome = report(late, asked, answer, START + 11 * MINUTE)
    assert [event.type for event in outcome.events] == ["level_passed_over"]
    assert outcome.escalation.ladder == late.ladder
    doubtful = report(late, asked, judged(_everybody(asked.key), CANNOT_TELL), START + 11 * MINUTE)
    (told,) = [event for event in doubtful.events if isinstance(event, EarlierLevelNotified)]
    assert told.in_doubt == "1 / 0 > 1: divide by zero"


def test_what_a_level_is_asked_of_is_what_is_known_when_it_is_planned() -> None:
    world_ = World(ladder(None, MANY))
    world_.answers = False
    world_.decide("add_affected_customer", "anna", customer=CUSTOMER.but(id="globex"))
    world_.decide("set_severity", "mara", severity="S1", reason="worse")
    world_.wait(17 * MINUTE)
    (asked,) = [errand for errand in world_.errands if isinstance(errand, FindPeople) and errand.condition]
    assert asked.condition is not None
    situation = asked.condition.situation
    assert (situation.level, situation.repeat, situation.age) == (2, 0, 10)
    assert situation.at == START + 10 * MINUTE
    assert (situation.case.customers, situation.case.severity, situation.case.key) == (2, "S1", "test")


def test_who_goes_down_comes_to_the_nearest_level_whose_condition_holds() -> None:
    down = world(ladder(None, MANY, None), HOLDS, FAILS)
    down.decide("climb", "ben", reason="too much")
    assert down.escalation.level == 3
    down.decide("de_escalate", "theo", guidance="restart it")
    assert down.escalation.level == 1
    assert down.last(LevelReached).reason == "restart it"


def test_who_goes_down_to_levels_that_all_fail_is_at_the_lowest_and_it_is_told() -> None:
    down = world(ladder(MANY, MANY, None), HOLDS, HOLDS)
    down.wait(21 * MINUTE)
    down.verdicts = {1: FAILS, 2: FAILS}
    down.decide("de_escalate", "theo", guidance="restart it")
    assert down.last(LevelNotified).level == 1
    assert down.escalation.ladder.status is LadderStatus.CLIMBING


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        (
            LevelCondition(customers_at_least=2),
            "it is for 2 affected customers or more, these are 1",
        ),
        (
            LevelCondition(reports_at_least=3),
            "it is for what is reported 3 times or more, this was 1",
        ),
        (
            LevelCondition(repeats_at_least=1),
            "it is for repeat 1 of the ladder and later, this is 0",
        ),
    ],
)
def test_a_level_for_a_certain_count_is_passed_over_below_it(condition: LevelCondition, why: str) -> None:
    opened = world(ladder(condition))
    assert opened.last(LevelPassedOver).why == why
    assert opened.escalation.level == 2


def test_a_level_for_a_certain_count_applies_from_that_count_on() -> None:
    both = LevelCondition(customers_at_least=2, reports_at_least=2)
    opened = world(ladder(None, both))
    more = REPORT.but(customer=CUSTOMER.but(id="globex"))
    opened.decide("report_again", "crm", report=more)
    opened.wait(11 * MINUTE)
    assert opened.escalation.level == 2


def test_a_level_for_repeats_applies_when_the_ladder_is_climbed_again() -> None:
    opened = world(ladder(None, LevelCondition(repeats_at_least=1), repeats=1))
    opened.wait(21 * MINUTE)
    opened.wait(11 * MINUTE)
    assert [(event.level, event.round) for event in opened.all(LevelReached)] == [
        (1, 0),
        (3, 0),
        (1, 1),
        (2, 1),
    ]


ROUTED = changed(
    POLICY,
    routes=(
        Route(team="network", level=2, topics=("outage",), expression="case.customers > 10"),
        Route(team="sales", expression="case.customers / case.customers > 1"),
        Route(team="vendor", level=3, expression="case.tier == 'gold'"),
    ),
)
OUTAGE = REPORT.but(topic="outage")


def routed(first: Verdict, second: Verdict, third: Verdict, report: Report = OUTAGE) -> Opened:
    """The event with which it opens, when that comes of the three conditions."""
    verdicts = tuple(
        Judged(route=number, verdict=verdict, why=f"nobody knows {number}")
        for number, verdict in enumerate((first, second, third), 1)
    )
    known = PolicyFetched(key="k", policy=ROUTED, working_time=windows(), judged=verdicts)
    outcome = open_escalation(opening(report), known, START)
    (first_event,) = [event for event in outcome.events if isinstance(event, Opened)]
    assert first_event.route == next(
        (number for number, route in enumerate(ROUTED.routes, 1) if route.team == outcome.escalation.team),
        None,
    )
    return first_event


@pytest.mark.parametrize(
    ("verdicts", "team"),
    [
        ((HOLDS, HOLDS, HOLDS), "network"),
        ((FAILS, HOLDS, HOLDS), "sales"),
        ((CANNOT_TELL, CANNOT_TELL, HOLDS), "vendor"),
        ((FAILS, CANNOT_TELL, FAILS), "support"),
    ],
)
def test_a_route_is_taken_when_its_condition_holds(
    verdicts: tuple[Verdict, Verdict, Verdict], team: str
) -> None:
    assert routed(*verdicts).team == team


def test_a_route_of_which_nobody_can_tell_is_left_out_and_the_timeline_says_so() -> None:
    said = routed(CANNOT_TELL, CANNOT_TELL, HOLDS).says()
    assert said.endswith(
        "; cannot tell about route 1: nobody knows 1; cannot tell about route 2: nobody knows 2"
    )


def test_doubts_about_routes_that_do_not_fit_or_come_later_are_no_news() -> None:
    assert routed(CANNOT_TELL, HOLDS, CANNOT_TELL, REPORT).in_doubt == ()


def test_climbing_begins_where_the_route_says_also_after_a_reopening() -> None:
    known = PolicyFetched(
        key="k", policy=ROUTED, working_time=windows(), judged=(Judged(route=3, verdict=HOLDS),)
    )
    outside = World(ROUTED)
    outside.events.clear()
    outside._take(*open_escalation(opening(), known, START))
    assert outside.escalation.level == 3
    outside.decide("cancel", "mara", reason="a mistake")
    outside.wait(HOUR)
    outside.decide("report_again", "crm", report=REPORT)
    assert outside.all(Reopened)
    assert outside.escalation.level == 3


def test_moving_to_another_policy_asks_its_routes() -> None:
    moved = World(ROUTED)
    moved.answers = False
    moved.decide("move_policy", "mara", policy="test", reason="newer")
    asked = moved.errands[-1]
    assert asked.facts.customers == 1  # type: ignore[union-attr]
    moved.wait(DAY)
    known = PolicyFetched(
        key=asked.key, policy=ROUTED, working_time=windows(), judged=(Judged(route=2, verdict=HOLDS),)
    )
    moved._take(*report(moved.escalation, asked, known, moved.now))
    assert moved.escalation.routes_holding == (2,)


def _everybody(key: str) -> PeopleFound:
    return PeopleFound(key=key, people=("anna",))
