"""The agenda and the turn: what is due, in which order, and that everything happens once."""

from datetime import timedelta

import pytest

from domain.agenda import AgendaItem, AgendaKind, agenda, next_item
from domain.apply import fold
from domain.core import RULES, decide, elapse, open_escalation, refuse, withdraw
from domain.decisions import DECISION_TYPES
from domain.errands import PolicyFetched
from domain.escalation import Escalation
from domain.events import CancelDecided, DecisionRefused, WorkingTimeExtended
from domain.permissions import ROLES, STAGES
from domain.refusals import RefusalCode, Refused
from domain.vocabulary import CloseReason
from tests.domain.hours import office
from tests.domain.world import (
    DAY,
    HOUR,
    MINUTE,
    POLICY,
    START,
    World,
    accepted,
    changed,
    decision,
    opening,
    windows,
)


def test_every_decision_has_a_rule_its_stages_and_its_roles() -> None:
    assert set(DECISION_TYPES) == set(RULES) == set(STAGES) == set(ROLES)


def test_the_agenda_of_a_new_escalation_names_all_that_time_will_bring() -> None:
    kinds = [item.kind for item in agenda(World().escalation)]
    assert kinds.count(AgendaKind.PROMISE_DUE) == 6
    assert {AgendaKind.CLIMB, AgendaKind.INVOLVE, AgendaKind.EXTEND_WORKING_TIME} <= set(kinds)


def test_the_next_item_is_the_first_of_the_agenda() -> None:
    state = World().escalation
    assert next_item(state) == agenda(state)[0]
    assert next_item(state) == AgendaItem(START + 10 * MINUTE, AgendaKind.CLIMB)


def test_a_state_remembers_its_next_item_and_what_follows_from_it_looks_anew() -> None:
    world = World()
    state = world.escalation
    first = next_item(state)
    assert next_item(state) is first
    assert Escalation.model_validate_json(state.model_dump_json()) == state
    world.decide("acknowledge", "anna")
    assert next_item(world.escalation) == agenda(world.escalation)[0] != first
    assert next_item(state) == agenda(state)[0] == first


def test_a_warning_comes_before_a_breach_and_a_breach_before_a_climb_at_the_same_instant() -> None:
    assert sorted(AgendaKind) == [
        AgendaKind.EXTEND_WORKING_TIME,
        AgendaKind.PROMISE_WARNING,
        AgendaKind.PROMISE_DUE,
        AgendaKind.SNOOZE_END,
        AgendaKind.ACKNOWLEDGEMENT_EXPIRY,
        AgendaKind.CLIMB,
        AgendaKind.INVOLVE,
        AgendaKind.REDELIVERY,
        AgendaKind.CLOSE,
        AgendaKind.PAGE_AGAIN,
    ]


def test_a_closed_escalation_has_nothing_on_its_agenda() -> None:
    world = World()
    world.decide("cancel", "theo", reason="a mistake")
    assert agenda(world.escalation) == []


def test_looking_twice_at_the_same_time_does_everything_once() -> None:
    state, events, _ = elapse(World().escalation, START + 5 * HOUR)
    assert events
    assert elapse(state, START + 5 * HOUR) == (state, (), ())


def test_looking_often_or_once_leads_to_the_same_promises() -> None:
    once, often = World(), World()
    once.wait(20 * HOUR)
    for _ in range(20 * 12):
        often.wait(5 * MINUTE)
    when = [
        {key: (one.broken_at, one.due) for key, one in world.escalation.promises.items()}
        for world in (once, often)
    ]
    assert when[0] == when[1]


def test_what_was_due_comes_before_the_decision() -> None:
    world = World()
    world.now += 11 * MINUTE
    types = [event.type for event in world.decide("acknowledge", "ben")]
    assert types.index("level_reached") < types.index("acknowledged")


def test_the_same_decision_twice_changes_nothing() -> None:
    state = World().escalation
    note = decision("note", "ben", text="looked")
    once = decide(state, note, START).escalation
    assert decide(once, note, START + timedelta(seconds=1)) == (once, (), ())


def test_a_refused_decision_leaves_the_state_alone() -> None:
    state = World().escalation
    with pytest.raises(Refused):
        decide(state, decision("confirm", "rita"), START)
    assert state == World().escalation


def test_a_refusal_that_nobody_heard_is_on_the_timeline_once() -> None:
    state, confirm = World().escalation, decision("confirm", "rita")
    with pytest.raises(Refused) as refused:
        decide(state, confirm, START)
    state, events, _ = refuse(state, confirm, refused.value, START)
    assert [type(event) for event in events] == [DecisionRefused]
    assert refuse(state, confirm, refused.value, START) == (state, (), ())


def test_a_refused_decision_that_comes_again_is_refused_again() -> None:
    state, confirm = World().escalation, decision("confirm", "rita")
    state = refuse(state, confirm, Refused(RefusalCode.WRONG_STAGE, "too early"), START).escalation
    with pytest.raises(Refused, match="too early"):
        decide(state, confirm, START + DAY)


def test_a_withdrawn_escalation_says_by_whom_and_is_cancelled() -> None:
    state, events, _ = withdraw(World().escalation, "adam", "the cluster is retired", START + MINUTE)
    cancelled = next(event for event in events if isinstance(event, CancelDecided))
    assert (cancelled.by, cancelled.reason) == ("adam", "the cluster is retired")
    assert state.close_reason is CloseReason.CANCELLED


def test_withdrawing_what_is_closed_changes_nothing() -> None:
    closed = withdraw(World().escalation, "adam", "retired", START).escalation
    assert withdraw(closed, "adam", "retired", START) == (closed, (), ())


def test_working_time_is_extended_long_before_it_ends() -> None:
    world = accepted()
    world.wait(181 * DAY)
    extended = world.last(WorkingTimeExtended)
    assert extended.until == START + (270 + 180) * DAY
    assert not world.escalation.extending


def test_an_answer_about_the_former_policys_calendar_is_not_mixed_into_the_new_one() -> None:
    known = {"office": office(START - DAY, START + 91 * DAY)}
    old = changed(POLICY, calendars={"office": "old"}, promises=dict.fromkeys(POLICY.promises, ()))
    world = World(old, working_time=known)
    world.answers = False
    world.wait(2 * DAY)
    world.policy = changed(old, version="v2", calendars={"office": "new"})
    world.working_time = {"office": office(START - DAY, START + 200 * DAY)}
    world.decide("move_policy", "mara", policy="test", reason="new hours")
    move = next(errand for errand in world.errands if errand.type == "fetch_policy")
    world.errands.remove(move)
    world.answer(move)
    world.answer_all()
    assert world.escalation.working_time == world.working_time


def test_a_timeline_folds_to_the_state() -> None:
    world = accepted()
    world.wait(9 * HOUR)
    assert fold(world.events) == world.escalation


def test_a_timeline_begins_with_its_opening_and_has_no_gaps() -> None:
    world = accepted()
    with pytest.raises(ValueError, match="begins with Opened"):
        fold(world.events[1:])
    with pytest.raises(ValueError, match="cannot follow"):
        fold([world.events[0], *world.events[2:]])


def test_opening_twice_gives_the_same_escalation() -> None:
    known = PolicyFetched(key="open", policy=POLICY, working_time=windows())
    assert open_escalation(opening(), known, START) == open_escalation(opening(), known, START)
