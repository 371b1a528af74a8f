"""Review: acknowledge, accept, return, join, ask, and how bad it is."""

import pytest

from domain.events import ErrandUndone, Joined
from domain.refusals import RefusalCode, Refused
from domain.vocabulary import (
    CloseReason,
    LadderStatus,
    PromiseStatus,
    Relation,
    Severity,
    Stage,
    Template,
)
from tests.domain.choices import CUSTOMERS
from tests.domain.world import DAY, HOUR, MINUTE, REPORT, START, World, accepted


def test_the_first_who_acknowledges_owns_it_and_climbing_stops() -> None:
    world = World()
    world.decide("acknowledge", "ben")
    assert (world.escalation.owner, world.escalation.ladder.status) == ("ben", LadderStatus.ACKNOWLEDGED)
    assert world.promise("acknowledge").status is PromiseStatus.KEPT


def test_an_owner_who_was_assigned_stays_the_owner_when_somebody_acknowledges() -> None:
    world = World()
    world.decide("assign_owner", "theo", owner="xena")
    world.decide("acknowledge", "ben")
    assert world.escalation.owner == "xena"


def test_who_has_acknowledged_hears_that_when_doing_it_again() -> None:
    world = World()
    world.decide("acknowledge", "ben")
    with pytest.raises(Refused, match="ben has acknowledged level 1 already"):
        world.decide("acknowledge", "ben")


def test_accepting_is_an_acknowledgement_too() -> None:
    world = accepted()
    assert world.escalation.owner == "mara"
    assert world.promise("acknowledge").status is PromiseStatus.KEPT


def test_returning_closes_it_and_the_asker_gets_the_guidance() -> None:
    world = World()
    world.decide("return_with_guidance", "mara", reason="known", guidance="restart it")
    assert world.escalation.close_reason is CloseReason.RETURNED
    assert world.heard(Template.GUIDANCE) == ["anna"]


def test_a_question_goes_to_the_asker_and_the_asking_customer_only() -> None:
    world = World(report=REPORT.model_copy(update={"affected": CUSTOMERS}))
    world.decide("ask_information", "mara", question="which one?")
    assert world.heard(Template.INFORMATION_REQUEST) == ["anna", "acme/1"]
    assert world.escalation.stage is Stage.IDENTIFY


def test_the_reminder_of_a_question_goes_to_those_who_were_asked() -> None:
    world = World(report=REPORT.model_copy(update={"affected": CUSTOMERS}))
    world.decide("ask_information", "mara", question="which one?")
    world.sent.clear()
    world.wait(1.5 * DAY)
    assert world.heard(Template.INFORMATION_REQUEST) == ["anna", "acme/1"]


def test_accepting_ends_the_wait_for_an_answer() -> None:
    world = World()
    world.decide("ask_information", "mara", question="which one?")
    world.decide("accept", "mara", reason="clear enough")
    assert world.escalation.waiting is None
    assert world.promise("customer_answer").status is PromiseStatus.DROPPED


def test_joining_ends_it_once_the_other_escalation_has_it() -> None:
    world = World()
    world.decide("join", "mara", into="esc-other~1", reason="the same switch")
    told = world.told[0]
    assert (told.escalation_id, told.decision.type) == ("esc-other~1", "report_again")
    assert world.escalation.close_reason is CloseReason.JOINED
    assert world.last(Joined).into == world.escalation.joined_into == "esc-other~1"


def test_it_lives_on_when_the_other_escalation_cannot_take_it() -> None:
    world = World()
    world.failing["tell_escalation"] = "it is closed"
    world.decide("join", "mara", into="esc-other~1", reason="the same switch")
    assert not world.escalation.is_closed
    expected = "Could not be done: report again for esc-other~1 (it is closed)"
    assert world.last(ErrandUndone).sentence() == expected


@pytest.mark.parametrize("into", ["esc-test~20260302-090000", "T-1"])
def test_it_can_be_joined_to_another_escalation_only(into: str) -> None:
    with pytest.raises(Refused, match="is not another escalation") as refused:
        World().decide("join", "mara", into=into, reason="the same")
    assert refused.value.code is RefusalCode.INVALID


def test_a_changed_severity_counts_from_the_original_start() -> None:
    world = World()
    world.wait(HOUR)
    world.decide("set_severity", "mara", severity="S3", reason="not so bad")
    assert world.promise("resolve").due == START + 12 * HOUR
    assert world.promise("next_update").due == START + 3 * HOUR


def test_a_broken_promise_stays_broken_when_the_severity_changes() -> None:
    world = World()
    world.wait(20 * MINUTE)
    world.decide("set_severity", "mara", severity="S4", reason="not so bad")
    assert world.promise("acknowledge").status is PromiseStatus.BROKEN
    assert world.promise("acknowledge").broken_at == START + 15 * MINUTE


def test_a_worse_severity_can_break_a_promise_at_once_but_climbs_from_now() -> None:
    world = accepted()
    world.wait(3 * HOUR)
    world.decide("note", "mara", text="still on it")
    world.wait(2 * HOUR)
    level = world.escalation.level
    world.decide("set_severity", "mara", severity="S1", reason="much worse")
    assert world.promise("resolve").broken_at == START + 4 * HOUR
    assert world.escalation.level == level + 1
    assert world.escalation.ladder.planned == world.now


def test_the_priority_follows_the_severity() -> None:
    world = World()
    world.decide("set_severity", "mara", severity="S4", reason="a trifle")
    assert (world.escalation.severity, world.escalation.priority) == (Severity.S4, "P3")


def test_setting_the_same_severity_is_refused() -> None:
    with pytest.raises(Refused, match="the severity is S2 already"):
        World().decide("set_severity", "mara", severity="S2", reason="again")


def test_a_child_closes_with_its_parent() -> None:
    world = World()
    world.decide("parent_closed", "crm", parent="esc-parent~1", reason="the switch was replaced")
    assert world.escalation.close_reason is CloseReason.PARENT_CLOSED


@pytest.mark.parametrize(("relation", "back"), [("child", Relation.PARENT), ("parent", Relation.CHILD)])
def test_linked_escalations_learn_of_each_other_whoever_links_them(relation: str, back: Relation) -> None:
    world = World()
    world.decide("link", "crm", link={"relation": relation, "id": "esc-other~1"})
    decision = world.told[0].decision
    assert decision.type == "link"
    assert (decision.link.relation, decision.link.id) == (back, world.escalation.id)


def test_an_escalation_is_not_its_own_relative() -> None:
    world = World()
    with pytest.raises(Refused, match="is this escalation"):
        world.decide("link", "ben", link={"relation": "child", "id": world.escalation.id})
