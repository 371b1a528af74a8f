"""What the customer's side sees: total tables, and a whole life of which nothing internal gets out."""

import json

import pytest

from domain.audience import (
    INTERNAL,
    SHOWN,
    STATE_HIDDEN,
    STATE_SHOWN,
    CustomerSummary,
    customer_event,
    customer_summary,
    customer_timeline,
    customer_view,
)
from domain.escalation import Escalation
from domain.events import CLOCK, EVENT_TYPES, AnyEvent, Noted, Opened
from domain.summary import Summary, summarise
from domain.vocabulary import Stage
from tests.domain.world import HOUR, REPORT, World

READER = REPORT.asked_by
SECRET = "hush"
INSIDE = {"level", "owner", "manager", "team", "policy", "policy_version", "broken", "at_risk", "next_due"}


def a_life() -> World:
    """Every internal text has the secret in it; the customer's side does its part, too."""
    hush = {"reason": SECRET}
    world = World()
    world.decide("note", "olga", text=SECRET)
    world.decide("note", "olga", text="for both", audience="customer")
    world.decide("note", READER, text="from outside")
    world.decide("accept", "mara", **hush)
    world.decide("set_severity", "mara", severity="S1", **hush)
    world.decide("hand_over", "mara", team="network", **hush)
    world.decide("climb", "olga", **hush)
    world.decide("de_escalate", "mara", guidance=SECRET)
    world.decide("send_update", "olga", text=SECRET, audience="internal")
    world.decide("send_update", "olga", text="we are on it")
    world.decide("add_affected_customer", "olga", customer={"id": SECRET, "name": SECRET})
    world.decide("link", "olga", link={"relation": "problem", "id": SECRET})
    world.decide("request_approval", "olga", approval="r:1", kind="refund", amount=9, text=SECRET)
    world.decide("deploy_task_force", "mara", roles={SECRET: "theo"})
    world.decide("add_plan_step", "olga", step="s:1", text=SECRET, owner="ben")
    world.decide("propose_options", "olga", options_id="o:1", options=["blue", "red"])
    world.decide("choose_option", READER, options_id="o:1", option=2)
    world.decide("report_again", READER, report=REPORT.but(subject="still down"))
    world.decide("report_again", "crm", report=REPORT.but(asked_by="crm", subject=SECRET))
    world.decide("customer_replied", "olga", text=SECRET)
    world.decide("customer_replied", READER, text="it blinks")
    world.wait(9 * HOUR)
    world.decide("declare_resolved", "mara", what_was_done="a new cable")
    world.decide("verify_customer", "olga", customer=SECRET, text=SECRET)
    world.decide("confirm", READER, text="works")
    world.decide("submit_rca", "cora", root_cause=SECRET, customer_version="a loose cable")
    return world


LIFE = a_life()


def told(world: World) -> str:
    """All that the customer's side gets of it, as JSON."""
    view = customer_view(world.escalation, world.now)
    row = customer_summary(summarise(world.escalation, world.now))
    events = [event.model_dump(mode="json") for event in customer_timeline(world.events, READER)]
    return json.dumps([view.model_dump(mode="json"), row.model_dump(mode="json"), events])


def sentences(world: World) -> list[str]:
    return [event.sentence for event in customer_timeline(world.events, READER)]


def test_somebody_has_decided_about_every_event_and_every_field() -> None:
    assert set(SHOWN) | INTERNAL == set(EVENT_TYPES)
    assert not set(SHOWN) & INTERNAL
    assert set(Escalation.model_fields) == STATE_SHOWN | STATE_HIDDEN
    assert not STATE_SHOWN & STATE_HIDDEN


def test_of_a_row_nothing_is_shown_that_says_who_has_it_and_how_we_work() -> None:
    assert not INSIDE & set(CustomerSummary.model_fields)
    assert set(CustomerSummary.model_fields) < set(Summary.model_fields)


def test_nothing_internal_of_a_whole_life_gets_out() -> None:
    assert json.dumps([event.model_dump(mode="json") for event in LIFE.events]).count(SECRET) > 15
    assert SECRET not in told(LIFE)
    for name in ("olga", "mara", "theo", "cora", "ben", "network", "crm"):
        assert f'"{name}"' not in told(LIFE)


def test_the_customers_side_reads_what_is_meant_for_it() -> None:
    said = sentences(LIFE)
    assert said[0].startswith(f"Opened: {REPORT.subject} (")
    assert said[1:] == [
        "Note: for both",
        "Note: from outside",
        "Accepted; it is being worked on",
        "Severity is now S1 (P1)",
        "Status update: we are on it",
        "You have the choice (o:1): 1. blue; 2. red",
        "Chosen: red",
        "Reported again: still down",
        "Reported again",
        "The customer's side answered",
        "The customer's side answered: it blinks",
        "Solved, says staff: a new cable",
        "Confirmed: works",
    ]
    view = customer_view(LIFE.escalation, LIFE.now)
    assert (view.stage, view.what_was_done, view.root_cause) == (Stage.RCA, "a new cable", None)
    assert [(one.id, one.chosen) for one in view.options] == [("o:1", "red")]


def test_the_root_cause_is_shown_in_the_customers_version_once_it_was_sent() -> None:
    world = a_life()
    world.decide("approve_rca", "mara")
    assert customer_view(world.escalation, world.now).root_cause is None
    world.decide("share_rca", "mara")
    assert customer_view(world.escalation, world.now).root_cause == "a loose cable"
    assert SECRET not in told(world)
    assert "The root cause analysis was sent" in sentences(world)


def test_who_acts_inside_is_staff_and_the_reader_is_named() -> None:
    by = {event.by for event in customer_timeline(LIFE.events, READER)}
    assert by == {READER, "staff"}
    assert {event.by for event in LIFE.events} > {CLOCK, "olga", READER}


def test_only_the_readers_own_decisions_show_their_ids() -> None:
    with_id = [event for event in customer_timeline(LIFE.events, READER) if event.decision_id]
    assert {event.by for event in with_id} == {READER}


@pytest.mark.parametrize(
    ("kind", "fields", "shown"),
    [
        ("ask_information", {"question": "since when?"}, "Your answer is needed: since when?"),
        ("return_with_guidance", {"reason": SECRET, "guidance": "restart it"}, "restart it"),
        ("cancel", {"reason": SECRET}, "Closed (cancelled)"),
        ("join", {"into": "esc-other", "reason": SECRET}, "It carries on together"),
        ("wait_for_customer", {"question": "which one?"}, "Your answer is needed: which one?"),
    ],
)
def test_what_else_the_customer_hears_of(kind: str, fields: dict[str, str], shown: str) -> None:
    world = World()
    if_accepted = {"wait_for_customer": ["accept"]}
    for before in if_accepted.get(kind, []):
        world.decide(before, "mara", reason=SECRET)
    world.decide(kind, "mara", **fields)
    assert any(shown in sentence for sentence in sentences(world))
    assert SECRET not in told(world)
    assert "esc-other" not in told(world)


def test_an_event_that_nobody_thought_of_stays_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    event: AnyEvent = LIFE.events[0]
    assert isinstance(event, Opened)
    assert customer_event(event, READER) is not None
    monkeypatch.setattr("domain.audience.SHOWN", {Noted: SHOWN[Noted]})
    assert customer_event(event, READER) is None
