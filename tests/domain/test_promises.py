"""Promise clocks: when they run, stop, warn, are kept, are broken, and are planned anew."""

from datetime import timedelta

import pytest

from domain.events import PromiseAtRisk, PromiseBroken, PromiseKept, PromiseMade, WorkingTimeUnknown
from domain.policy import Policy, PromiseRule
from domain.vocabulary import BreachAction, Pause, PromiseKind, PromiseStatus, Severity, Template
from tests.domain.hours import office
from tests.domain.world import DAY, HOUR, MINUTE, POLICY, START, World, accepted, changed

MONDAY = START
"""9:00, when the office opens."""


def promising(*rules: PromiseRule) -> Policy:
    calendars = {"office": '{"weekly": "mon-fri 9-17"}'}
    return changed(POLICY, promises=dict.fromkeys(Severity, rules), calendars=calendars)


def in_the_office(*rules: PromiseRule, known: timedelta = 200 * DAY) -> World:
    """A world whose promises count the hours of an office, known so far ahead."""
    hours = {"office": office(MONDAY - DAY, MONDAY + known)}
    world = World(promising(*rules), working_time=hours)
    world.decide("accept", "mara", reason="ours")
    return world


def solution(hours: float, **fields: object) -> PromiseRule:
    """The solution within so many working hours, paused while the customer is waited for."""
    given = {"pauses_while": (Pause.WAITING_FOR_CUSTOMER,), **fields}
    return PromiseRule.model_validate(
        {"kind": "resolve", "target": hours * HOUR, "calendar": "office", **given}
    )


def test_a_promise_is_broken_at_its_due_time_however_late_somebody_looks() -> None:
    world = World()
    world.wait(3 * HOUR)
    broken = next(event for event in world.all(PromiseBroken) if event.promise.key == "acknowledge")
    assert (broken.planned, broken.at) == (START + 15 * MINUTE, START + 3 * HOUR)
    assert broken.promise.broken_at == START + 15 * MINUTE
    assert broken.promise.seen_broken_at == START + 3 * HOUR


def test_a_decision_cannot_hide_a_breach() -> None:
    world = World()
    world.now += 20 * MINUTE
    world.decide("acknowledge", "ben")
    promise = world.promise("acknowledge")
    assert promise.status is PromiseStatus.BROKEN
    assert promise.settled_at == world.now
    assert world.last(PromiseKept).sentence() == "Promise kept, late: acknowledge"


def test_a_promise_kept_at_its_last_instant_before_the_due_time_is_kept() -> None:
    world = World()
    world.now += 15 * MINUTE - timedelta(microseconds=1)
    world.decide("acknowledge", "ben")
    assert world.promise("acknowledge").status is PromiseStatus.KEPT


def test_the_owner_is_warned_before_a_promise_is_due() -> None:
    world = World()
    world.wait(12 * MINUTE)
    warning = world.last(PromiseAtRisk)
    assert (warning.promise.key, warning.planned) == ("acknowledge", START + 12 * MINUTE)
    at_risk = next(notice for notice in world.sent if notice.template is Template.PROMISE_AT_RISK)
    assert (at_risk.recipient, at_risk.facts["text"]) == ("olga", "acknowledge")


def test_a_warning_that_comes_too_late_is_recorded_and_not_sent() -> None:
    world = World()
    world.wait(16 * MINUTE)
    assert world.all(PromiseAtRisk)
    assert world.heard(Template.PROMISE_AT_RISK) == []


def test_a_missed_update_is_a_breach_and_the_rhythm_goes_on_from_when_it_was_due() -> None:
    world = accepted()
    world.wait(5 * HOUR)
    missed = [event.planned for event in world.all(PromiseBroken) if event.promise.key == "next_update"]
    assert missed == [START + 2 * HOUR, START + 4 * HOUR]
    assert world.promise("next_update").due == START + 6 * HOUR


def test_an_update_starts_the_rhythm_anew() -> None:
    world = accepted()
    world.wait(HOUR)
    world.decide("send_update", "mara", text="we found it")
    assert world.promise("next_update").due == START + 3 * HOUR


def test_a_breach_tells_owner_and_manager_where_the_policy_says_so() -> None:
    world = World()
    world.wait(31 * MINUTE)
    broken = [notice for notice in world.sent if notice.template is Template.PROMISE_BROKEN]
    assert [notice.recipient for notice in broken] == ["olga", "mara"]
    assert broken[0].facts["text"] == "first response"


def test_waiting_for_the_customer_stops_what_the_policy_says_and_nothing_else() -> None:
    world = accepted()
    world.decide("wait_for_customer", "mara", question="which one?")
    paused = {key for key, one in world.escalation.promises.items() if one.status is PromiseStatus.PAUSED}
    assert paused == {"next_update", "resolve"}


def test_the_clock_goes_on_where_it_stopped_when_the_customer_answers() -> None:
    world = accepted()
    world.wait(HOUR)
    world.decide("wait_for_customer", "mara", question="which one?")
    world.wait(10 * HOUR + 17 * MINUTE)
    world.decide("customer_replied", "rita", text="the second")
    assert world.promise("resolve").due == START + 18 * HOUR + 17 * MINUTE
    assert world.promise("next_update").due == START + 12 * HOUR + 17 * MINUTE


def test_the_clock_goes_on_when_the_customer_stays_silent_also_when_seen_late() -> None:
    world = accepted()
    world.decide("wait_for_customer", "mara", question="which one?", wait=10 * HOUR)
    world.wait(11 * HOUR)
    assert world.escalation.waiting is None
    assert world.promise("customer_answer").status is PromiseStatus.BROKEN
    assert world.promise("resolve").due == START + 18 * HOUR
    assert world.promise("next_update").due == START + 12 * HOUR


def test_the_customer_can_be_asked_again_after_staying_silent() -> None:
    world = accepted()
    world.decide("wait_for_customer", "mara", question="which one?", wait=10 * HOUR)
    world.wait(11 * HOUR)
    world.decide("wait_for_customer", "mara", question="still there?")
    assert world.promise("customer_answer").status is PromiseStatus.RUNNING


def test_working_hours_pass_over_the_night_and_the_weekend() -> None:
    world = in_the_office(solution(44))
    assert world.promise("resolve").due == MONDAY + 7 * DAY + 4 * HOUR


def test_a_pause_inside_working_hours_moves_the_due_time_by_the_working_hours_it_took() -> None:
    world = in_the_office(solution(12))
    world.wait(3 * HOUR)
    world.decide("wait_for_customer", "mara", question="which one?")
    world.wait(2 * HOUR + 30 * MINUTE)
    world.decide("customer_replied", "rita", text="the second")
    assert world.promise("resolve").due == MONDAY + DAY + 6 * HOUR + 30 * MINUTE


def test_a_pause_over_night_costs_only_the_working_hours_of_it() -> None:
    world = in_the_office(solution(12))
    world.wait(7 * HOUR)
    world.decide("wait_for_customer", "mara", question="which one?")
    world.wait(DAY - 6 * HOUR)
    world.decide("customer_replied", "rita", text="the second")
    assert world.promise("resolve").due == MONDAY + DAY + 6 * HOUR


def test_a_warning_is_given_at_its_share_of_working_time() -> None:
    world = in_the_office(solution(10, warn_at=(0.9,)))
    assert world.promise("resolve").next_warning == MONDAY + DAY + HOUR


def test_a_snooze_stops_the_clocks_that_the_policy_says() -> None:
    world = in_the_office(solution(6, pauses_while=(Pause.SNOOZED,)))
    world.wait(HOUR)
    world.decide("snooze", "mara", until=MONDAY + 3 * HOUR, reason="lunch")
    world.wait(5 * HOUR)
    assert world.promise("resolve").due == MONDAY + 8 * HOUR


def test_a_declared_solution_stops_the_clock_of_the_solution() -> None:
    world = accepted()
    world.wait(HOUR)
    world.decide("declare_resolved", "olga", what_was_done="mended")
    assert world.promise("resolve").status is PromiseStatus.PAUSED
    world.wait(20 * HOUR)
    world.decide("confirm", "rita")
    assert world.promise("resolve").status is PromiseStatus.KEPT
    assert world.promise("resolve").settled_at == START + HOUR


@pytest.mark.parametrize("kind", ["acknowledge", "inform", "first_response", "close"])
def test_what_the_policy_does_not_pause_runs_on_while_the_customer_is_waited_for(kind: str) -> None:
    world = World()
    due = world.promise(kind).due
    world.decide("ask_information", "mara", question="which one?")
    assert world.promise(kind).due in (due, None if kind == "first_response" else due)


def test_a_promise_beyond_the_known_working_time_is_planned_again_when_more_is_known() -> None:
    world = in_the_office(solution(8 * 100), known=120 * DAY)
    bound = world.promise("resolve").due
    assert bound == MONDAY + 120 * DAY
    world.wait(30 * DAY)
    due = world.promise("resolve").due
    assert due == MONDAY + 19 * 7 * DAY + 4 * DAY + 8 * HOUR


def test_nothing_is_broken_before_working_time_is_known_that_far() -> None:
    world = in_the_office(solution(8 * 100), known=120 * DAY)
    world.failing["resolve_working_time"] = "the calendar is gone"
    world.wait(121 * DAY)
    assert world.promise("resolve").status is PromiseStatus.RUNNING


def test_working_time_that_could_not_be_resolved_is_asked_for_again() -> None:
    world = in_the_office(solution(8 * 100), known=120 * DAY)
    world.failing["resolve_working_time"] = "the calendar is gone"
    world.wait(30 * DAY)
    assert world.last(WorkingTimeUnknown).why == "the calendar is gone"
    world.failing.clear()
    world.wait(DAY)
    assert world.promise("resolve").due == MONDAY + 19 * 7 * DAY + 4 * DAY + 8 * HOUR


def test_an_office_that_never_opens_breaks_no_promise_and_ends() -> None:
    rule = PromiseRule(
        kind=PromiseKind.NEXT_UPDATE, target=HOUR, calendar="office", on_breach=(BreachAction.CLIMB,)
    )
    closed = {"office": office(MONDAY, MONDAY + 100 * DAY).model_copy(update={"edges": ()})}
    world = World(promising(rule), working_time=closed)
    world.failing["resolve_working_time"] = "no calendar"
    world.wait(130 * DAY)
    assert world.all(PromiseBroken) == []


def test_a_plan_steps_date_in_the_past_is_due_at_once() -> None:
    world = accepted()
    world.decide("add_plan_step", "mara", step="s:1", text="call", owner="ben", due=START - DAY)
    world.wait(MINUTE)
    assert world.promise("task:s:1").status is PromiseStatus.BROKEN
    assert world.heard(Template.PROMISE_BROKEN) == ["ben", "mara"]


def test_a_promise_made_again_can_be_broken_again() -> None:
    world = accepted()
    world.wait(4 * HOUR)
    made = [event for event in world.all(PromiseMade) if event.promise.key == "next_update"]
    assert len(made) == 3
    assert world.escalation.broken.count("next_update") == 1
