"""Resolve: the plan, the solution, the customer's word on it, and the end."""

import pytest

from domain.events import Confirmed, FollowUpRaised, LevelReached, ResolutionRejected
from domain.policy import ConfirmationRules
from domain.refusals import RefusalCode, Refused
from domain.vocabulary import (
    ClimbCause,
    CloseReason,
    PromiseStatus,
    Silence,
    Stage,
    Template,
)
from tests.domain.choices import CUSTOMERS
from tests.domain.world import DAY, HOUR, MINUTE, POLICY, REPORT, START, World, accepted, changed, resolved

REOPENS = changed(
    POLICY,
    confirmation=ConfirmationRules(
        wait=2 * DAY, remind_after=(DAY,), silence=Silence.REOPEN, close_after=DAY
    ),
)


def test_a_plan_step_is_watched_and_its_owner_hears_when_it_is_late() -> None:
    world = accepted()
    world.decide("add_plan_step", "mara", step="s", text="call", owner="ben", due=START + HOUR)
    world.wait(HOUR)
    assert world.heard(Template.PROMISE_BROKEN)[-2:] == ["ben", "mara"]


def test_a_plan_step_done_in_time_keeps_its_promise() -> None:
    world = accepted()
    world.decide("add_plan_step", "mara", step="s", text="call", owner="ben", due=START + HOUR)
    world.decide("complete_plan_step", "ben", step="s")
    assert world.promise("task:s").status is PromiseStatus.KEPT
    assert (world.escalation.plan[0].done_at, world.escalation.plan[0].done_by) == (START, "ben")


def test_a_revised_plan_step_has_its_new_date_and_keeps_what_was_not_revised() -> None:
    world = accepted()
    world.decide("add_plan_step", "mara", step="s", text="call", owner="ben", due=START + HOUR)
    world.decide("revise_plan_step", "mara", step="s", due=START + 2 * HOUR, reason="busy")
    assert world.promise("task:s").due == START + 2 * HOUR
    assert (world.escalation.plan[0].text, world.escalation.plan[0].owner) == ("call", "ben")


@pytest.mark.parametrize("kind", ["revise_plan_step", "complete_plan_step"])
def test_a_step_that_is_done_or_unknown_cannot_be_worked_on(kind: str) -> None:
    world = accepted()
    world.decide("add_plan_step", "mara", step="s", text="call", owner="ben")
    world.decide("complete_plan_step", "ben", step="s")
    with pytest.raises(Refused, match="step s is done already"):
        world.decide(kind, "ben", step="s", reason="again")
    with pytest.raises(Refused, match="step t is not in the plan; known: s"):
        world.decide(kind, "ben", step="t", reason="again")


def test_a_declared_solution_asks_every_customer_and_tells_inside() -> None:
    world = accepted(report=REPORT.model_copy(update={"affected": CUSTOMERS[:1]}))
    world.sent.clear()
    world.decide("declare_resolved", "olga", what_was_done="The discount was entered.")
    assert world.heard(Template.CONFIRMATION_REQUEST) == ["globex/1", "acme/1"]
    assert world.heard(Template.STAKEHOLDER_NOTICE) == ["mara", "emil"]


def test_the_rhythm_of_updates_ends_with_the_solution() -> None:
    world = resolved()
    assert world.promise("next_update").status is PromiseStatus.DROPPED
    world.decide("send_update", "olga", text="one more thing")
    assert world.promise("next_update").status is PromiseStatus.DROPPED


def test_whoever_declared_it_does_not_record_the_customers_word() -> None:
    with pytest.raises(Refused, match="somebody else has to record"):
        resolved().decide("confirm", "olga")


def test_a_confirmed_case_to_which_nothing_is_owed_closes_by_itself_after_a_while() -> None:
    world = resolved()
    world.decide("confirm", "rita", text="thank you")
    world.wait(DAY - MINUTE)
    assert not world.escalation.is_closed
    world.wait(MINUTE)
    assert world.escalation.close_reason is CloseReason.RESOLVED
    assert world.promise("close").status is PromiseStatus.KEPT


def test_the_customer_is_reminded_before_silence_counts() -> None:
    world = resolved()
    world.sent.clear()
    world.wait(DAY)
    assert world.heard(Template.CONFIRMATION_REMINDER) == ["acme/1"]


def test_silence_confirms_where_the_policy_says_so() -> None:
    world = resolved()
    world.wait(2 * DAY)
    assert world.last(Confirmed).by_silence
    assert world.last(Confirmed).sentence() == "No answer from the customer; the policy takes it as confirmed"


def test_silence_seen_late_closes_no_later_than_planned() -> None:
    world = resolved()
    world.wait(3 * DAY)
    assert world.escalation.is_closed


def test_silence_reopens_where_the_policy_says_so_and_climbing_goes_on_from_then() -> None:
    world = resolved(REOPENS)
    world.wait(2 * DAY + 5 * MINUTE)
    assert world.last(ResolutionRejected).by_silence
    assert world.escalation.stage is Stage.ESCALATE
    assert world.last(LevelReached).planned == START + HOUR + 2 * DAY
    assert world.promise("next_update").due == START + HOUR + 2 * DAY + 2 * HOUR
    assert world.promise("resolve").due == START + 8 * HOUR + 2 * DAY


def test_a_rejected_solution_goes_back_to_work_and_those_in_charge_hear_why() -> None:
    world = resolved()
    world.wait(HOUR)
    world.sent.clear()
    world.decide("reject_resolution", "rita", reason="still wrong")
    assert world.last(LevelReached).cause is ClimbCause.REOPENED
    said = [(notice.recipient, notice.facts["text"]) for notice in world.sent]
    assert ("mara", "The resolution does not hold: still wrong") in said
    assert world.promise("resolve").due == START + 9 * HOUR
    assert world.promise("customer_answer:confirmation").status is PromiseStatus.DROPPED


def test_open_plan_steps_have_their_clocks_again_after_a_rejection() -> None:
    world = accepted()
    world.decide("add_plan_step", "mara", step="s", text="call", owner="ben", due=START + 9 * HOUR)
    world.decide("declare_resolved", "olga", what_was_done="mended")
    assert world.promise("task:s").status is PromiseStatus.DROPPED
    world.decide("reject_resolution", "rita", reason="still wrong")
    assert world.promise("task:s").due == START + 9 * HOUR


@pytest.mark.parametrize("kind", ["confirm", "reject_resolution"])
def test_the_customers_word_stands(kind: str) -> None:
    world = resolved()
    world.decide("confirm", "rita")
    with pytest.raises(Refused, match="it is confirmed already"):
        world.decide(kind, "rita", reason="changed my mind")


def test_every_other_affected_customer_is_verified_before_closing() -> None:
    world = resolved(report=REPORT.model_copy(update={"affected": CUSTOMERS[:1]}))
    world.decide("confirm", "rita")
    with pytest.raises(Refused, match="still owed before closing: verification with globex"):
        world.decide("close", "theo", reason="done")
    world.decide("verify_customer", "ben", customer="globex")
    world.decide("close", "theo", reason="done")
    assert world.escalation.close_reason is CloseReason.RESOLVED


def test_verifying_with_a_stranger_or_twice_is_refused() -> None:
    world = resolved()
    world.decide("verify_customer", "ben", customer="acme")
    with pytest.raises(Refused, match="it was verified with acme already"):
        world.decide("verify_customer", "ben", customer="acme")
    with pytest.raises(Refused, match="customer: globex is not affected; known: acme"):
        world.decide("verify_customer", "ben", customer="globex")


def test_closing_before_the_customer_confirmed_is_refused() -> None:
    with pytest.raises(Refused, match="the customer's confirmation") as refused:
        resolved().decide("close", "theo", reason="done")
    assert refused.value.code is RefusalCode.WRONG_STAGE


def test_a_bad_score_comes_back_as_work_that_holds_up_the_closing() -> None:
    world = resolved()
    world.decide("confirm", "rita")
    world.sent.clear()
    world.decide("rate", "rita", score=2, text="too slow")
    assert world.last(FollowUpRaised).score == 2
    assert world.heard(Template.FOLLOW_UP) == ["mara"]
    world.wait(2 * DAY)
    assert not world.escalation.is_closed
    world.decide("complete_preventive_action", "mara", action="follow-up-1", text="called them")
    world.wait(DAY)
    assert world.escalation.is_closed


def test_a_follow_up_takes_no_other_actions_id() -> None:
    world = resolved()
    world.decide(
        "add_preventive_action", "theo", action="follow-up-1", text="train", owner="ben", due=START + 9 * DAY
    )
    world.decide("rate", "rita", score=1)
    assert set(world.escalation.preventive_actions) == {"follow-up-1", "follow-up-2"}


def test_a_good_score_asks_for_nothing() -> None:
    world = resolved()
    world.decide("confirm", "rita")
    world.decide("rate", "rita", score=5)
    world.wait(DAY)
    assert world.escalation.is_closed


def test_a_solved_parent_closes_its_children() -> None:
    world = resolved()
    world.decide("link", "ben", link={"relation": "child", "id": "esc-child~1"})
    world.decide("link", "ben", link={"relation": "incident", "id": "INC-1"})
    world.decide("confirm", "rita")
    world.told.clear()
    world.wait(DAY)
    assert [(one.escalation_id, one.decision.type) for one in world.told] == [
        ("esc-child~1", "parent_closed")
    ]


def test_a_cancelled_parent_leaves_its_children_alone() -> None:
    world = World()
    world.decide("link", "ben", link={"relation": "child", "id": "esc-child~1"})
    world.told.clear()
    world.decide("cancel", "theo", reason="a mistake")
    assert world.told == []


def test_the_closing_limit_warns_and_is_broken_like_any_promise() -> None:
    world = accepted()
    for _ in range(30):
        world.wait(DAY)
        world.decide("send_update", "mara", text="still waiting for a part")
    assert "close" in world.escalation.broken
    assert world.promise("close").broken_at == START + 30 * DAY


def test_the_customers_hear_of_the_end_only_when_it_is_a_solution() -> None:
    solved, cancelled = resolved(), accepted()
    solved.decide("confirm", "rita")
    solved.wait(DAY)
    cancelled.decide("cancel", "theo", reason="a mistake")
    assert "acme/1" in solved.heard(Template.CLOSED)
    assert "acme/1" not in cancelled.heard(Template.CLOSED)
