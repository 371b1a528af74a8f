"""Escalate: authority, hands, and another policy."""

import pytest

from domain.errands import FetchPolicy
from domain.events import ApproverTold, PartiesInvolved, PolicyMoveFailed, StandInAsked, TaskForceStoodDown
from domain.policy import PromiseRule
from domain.refusals import RefusalCode, Refused
from domain.vocabulary import (
    ApprovalStatus,
    BreachAction,
    PromiseKind,
    PromiseStatus,
    Severity,
    Template,
)
from tests.domain.world import DAY, HOUR, MINUTE, POLICY, PROMISES, START, World, accepted, changed


def asked(amount: float = 100, by: str = "anna", kind: str = "refund") -> World:
    world = accepted()
    world.decide("request_approval", by, approval="r:1", kind=kind, amount=amount, text="the tenth failure")
    return world


def test_an_approval_is_asked_of_the_policys_approver_with_a_deadline() -> None:
    world = asked()
    request = next(notice for notice in world.sent if notice.template is Template.APPROVAL_REQUEST)
    assert (request.recipient, request.facts["text"]) == ("theo", "refund, 100: the tenth failure")
    assert request.facts["due"] == "2026-03-02T11:00:00Z"


def test_the_answer_goes_to_the_asker_and_the_owner() -> None:
    world = asked()
    world.sent.clear()
    world.decide("approve", "theo", approval="r:1")
    assert world.heard(Template.APPROVAL_ANSWER) == ["anna", "mara"]
    assert world.promise("approval:r:1").status is PromiseStatus.KEPT


def test_nobody_approves_their_own_request() -> None:
    with pytest.raises(Refused, match="somebody else has to decide"):
        asked(by="olga").decide("approve", "olga", approval="r:1")


def test_a_role_approves_up_to_its_limit_whoever_was_asked() -> None:
    world = asked(amount=500)
    world.decide("approve", "olga", approval="r:1")
    assert world.escalation.approvals["r:1"].status is ApprovalStatus.APPROVED


def test_beyond_the_limit_the_refusal_says_with_whom_it_is() -> None:
    with pytest.raises(Refused, match="up to 500, asked are 501; it is with person:theo"):
        asked(amount=501).decide("approve", "olga", approval="r:1")


def test_whoever_was_asked_approves_beyond_the_limit_of_the_role() -> None:
    world = asked(amount=501)
    world.decide("approve", "theo", approval="r:1")
    assert world.escalation.approvals["r:1"].decided_by == "theo"


def test_the_stand_in_is_asked_when_the_deadline_passes_and_has_as_long() -> None:
    world = asked()
    world.wait(2 * HOUR + 5 * MINUTE)
    assert world.last(StandInAsked).approval == "r:1"
    assert world.heard(Template.APPROVAL_REQUEST) == ["theo", "eva"]
    assert world.promise("approval:r:1 (stand-in)").due == START + 4 * HOUR


def test_those_in_charge_hear_when_the_stand_in_is_late_as_well() -> None:
    world = asked()
    world.wait(2 * HOUR)
    world.decide("send_update", "olga", text="on it")
    world.sent.clear()
    world.wait(2 * HOUR)
    texts = [notice.facts["text"] for notice in world.sent if notice.template is Template.PROMISE_BROKEN]
    assert "approval r:1" in texts


def test_the_stand_in_is_asked_at_once_when_the_approver_is_nobody_else_than_the_asker() -> None:
    world = asked(amount=9_000, by="theo")
    assert world.last(ApproverTold).people == ("eva",)
    assert world.promise("approval:r:1").status is PromiseStatus.DROPPED
    world.decide("approve", "eva", approval="r:1")


def test_those_in_charge_are_asked_when_neither_approver_nor_stand_in_is_found() -> None:
    world = accepted()
    world.failing["find_people"] = "nobody there"
    world.decide("request_approval", "anna", approval="r:1", kind="refund", amount=9, text="sorry")
    assert world.last(ApproverTold).people == ("mara",)


def test_an_approval_outlives_the_solution_and_is_owed_before_closing() -> None:
    world = asked()
    world.decide("declare_resolved", "olga", what_was_done="mended")
    world.decide("confirm", "rita")
    with pytest.raises(Refused, match="still owed before closing: approval r:1"):
        world.decide("close", "theo", reason="done")
    world.decide("approve", "theo", approval="r:1")
    world.wait(DAY)
    assert world.escalation.is_closed


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"approval": "r:2", "kind": "yacht"}, RefusalCode.UNKNOWN),
        ({"approval": "r:1", "kind": "refund"}, RefusalCode.ALREADY_DONE),
    ],
)
def test_a_request_that_cannot_be_is_refused(fields: dict[str, str], code: RefusalCode) -> None:
    with pytest.raises(Refused) as refused:
        asked().decide("request_approval", "anna", amount=1, text="sorry", **fields)
    assert refused.value.code is code


def test_a_decision_on_an_unknown_or_decided_approval_is_refused() -> None:
    world = asked()
    with pytest.raises(Refused, match="approval x is not known; known: r:1"):
        world.decide("approve", "theo", approval="x")
    world.decide("refuse", "theo", approval="r:1", comment="no")
    with pytest.raises(Refused, match="theo has refused it already"):
        world.decide("approve", "theo", approval="r:1")


def test_more_parties_are_brought_in_when_there_is_no_solution_in_the_set_time() -> None:
    world = accepted()
    world.wait(6 * HOUR)
    assert world.last(PartiesInvolved).people == ("xena",)
    assert "xena" in world.heard(Template.MORE_PARTIES)


def test_nobody_more_is_brought_in_after_the_solution() -> None:
    world = accepted()
    world.decide("declare_resolved", "olga", what_was_done="mended")
    world.wait(7 * HOUR)
    assert world.all(PartiesInvolved) == []


def test_past_the_last_party_the_manager_is_brought_in_and_it_is_recorded() -> None:
    rule = PROMISES[4].model_copy(update={"on_breach": (BreachAction.INVOLVE,)})
    policy = changed(POLICY, promises=dict.fromkeys(Severity, (rule,)), involve=())
    world = accepted(policy)
    world.wait(8 * HOUR)
    assert world.last(PartiesInvolved).people == ("mara",)
    assert "mara" in world.heard(Template.MORE_PARTIES)


def test_a_task_force_hears_of_its_deployment_and_of_its_end() -> None:
    world = accepted()
    world.decide("deploy_task_force", "theo", roles={"lead": "xena", "scribe": "ben"})
    assert world.heard(Template.TASK_FORCE) == ["xena", "ben"]
    world.sent.clear()
    world.decide("stand_down", "theo", reason="the vendor has it")
    assert world.heard(Template.STAKEHOLDER_NOTICE) == ["xena", "ben"]


@pytest.mark.parametrize(
    ("kind", "by", "fields"),
    [
        ("declare_resolved", "olga", {"what_was_done": "mended"}),
        ("cancel", "theo", {"reason": "a mistake"}),
        ("parent_closed", "crm", {"parent": "esc-p", "reason": "solved"}),
    ],
)
def test_a_task_force_stands_down_however_the_work_ends(kind: str, by: str, fields: dict[str, str]) -> None:
    world = accepted()
    world.decide("deploy_task_force", "theo", roles={"lead": "xena"})
    world.decide(kind, by, **fields)
    assert len(world.all(TaskForceStoodDown)) == 1


def test_the_same_task_force_twice_is_refused() -> None:
    world = accepted()
    world.decide("deploy_task_force", "theo", roles={"lead": "xena"})
    with pytest.raises(Refused, match="deployed already"):
        world.decide("deploy_task_force", "theo", roles={"lead": "xena"})


def test_an_assigned_owner_is_told() -> None:
    world = World()
    world.decide("assign_owner", "theo", owner="xena", reason="knows the switch")
    assert world.escalation.owner == "xena"
    assert world.heard(Template.OWNER_ASSIGNED) == ["xena"]


def faster(**fields: object) -> dict[Severity, tuple[PromiseRule, ...]]:
    """Half the time for everything."""
    rules = tuple(rule.model_copy(update={"target": rule.target / 2}) for rule in PROMISES)
    return dict.fromkeys(Severity, rules)


def moved(world: World, **fields: object) -> World:
    world.policy = changed(POLICY, version="v2", **fields)
    world.decide("move_policy", "mara", policy="test", reason="a new contract")
    return world


def test_a_running_escalation_keeps_its_policy_until_somebody_moves_it() -> None:
    world = accepted()
    world.policy = changed(POLICY, version="v2")
    world.wait(HOUR)
    assert world.escalation.policy.version == "v1"
    world.decide("move_policy", "mara", policy="test", reason="a new contract")
    assert world.escalation.policy.version == "v2"


def test_moving_the_policy_plans_open_promises_anew_from_the_original_start() -> None:
    world = accepted()
    world.wait(HOUR)
    moved(world, promises=faster())
    assert world.promise("resolve").due == START + 4 * HOUR
    assert world.promise("close").due == START + 15 * DAY


def test_moving_the_policy_mends_no_broken_promise() -> None:
    world = accepted()
    world.wait(45 * MINUTE)
    moved(world)
    assert world.promise("first_response").broken_at == START + 30 * MINUTE


def test_moving_the_policy_owes_no_analysis_that_nobody_asked_for() -> None:
    assert "rca" not in moved(accepted()).escalation.promises


def test_a_rhythm_that_the_new_policy_brings_starts_with_the_move() -> None:
    without = tuple(rule for rule in PROMISES if rule.kind is not PromiseKind.NEXT_UPDATE)
    world = accepted(changed(POLICY, promises=dict.fromkeys(Severity, without)))
    world.wait(3 * DAY)
    moved(world)
    assert world.promise("next_update").due == world.now + 2 * HOUR
    assert "next_update" not in world.escalation.broken


def test_a_promise_that_the_new_policy_does_not_make_is_dropped() -> None:
    without = tuple(rule for rule in PROMISES if rule.kind is not PromiseKind.RESOLVE)
    world = moved(accepted(), promises=dict.fromkeys(Severity, without))
    assert world.promise("resolve").status is PromiseStatus.DROPPED


def test_a_promise_comes_back_when_the_policy_makes_it_again() -> None:
    without = tuple(rule for rule in PROMISES if rule.kind is not PromiseKind.RESOLVE)
    world = moved(accepted(), promises=dict.fromkeys(Severity, without))
    world.wait(HOUR)
    moved(world)
    assert world.promise("resolve").due == START + 8 * HOUR


def test_moving_to_a_policy_with_fewer_levels_goes_on_at_its_last_one() -> None:
    world = World()
    world.wait(20 * MINUTE)
    moved(world, levels=POLICY.levels[:2])
    assert world.escalation.level == 2
    world.wait(DAY)
    assert world.escalation.owner == "eva"


def test_an_acknowledgement_no_longer_expires_under_a_policy_that_does_not_ask_for_it() -> None:
    world = moved(accepted(), acknowledgement_expires=None)
    world.wait(5 * HOUR)
    assert "acknowledgement_expired" not in world.types()


def test_a_policy_that_cannot_be_read_leaves_the_old_one() -> None:
    world = accepted()
    world.failing["fetch_policy"] = "no such file"
    world.decide("move_policy", "mara", policy="other", reason="a new contract")
    assert world.escalation.policy.version == "v1"
    assert world.last(PolicyMoveFailed).why == "no such file"


def test_what_is_found_after_the_end_is_neither_told_nor_recorded() -> None:
    world = accepted()
    world.answers = False
    world.decide("move_policy", "mara", policy="test", reason="a new contract")
    world.decide("request_approval", "anna", approval="r:1", kind="refund", amount=9, text="sorry")
    world.decide("cancel", "theo", reason="a mistake")
    seq = world.escalation.seq
    world.errands = [errand for errand in world.errands if errand.type != "send_notices"]
    world.answer_all()
    assert world.escalation.seq == seq


def test_a_move_asks_for_the_working_time_from_the_opening_on() -> None:
    world = accepted()
    world.answers = False
    world.now += DAY
    world.decide("move_policy", "mara", policy="test", reason="a new contract")
    (asked,) = (errand for errand in world.errands if isinstance(errand, FetchPolicy))
    assert asked.at == world.escalation.opened_at == START


def test_the_move_is_recorded_as_the_deciders_also_when_it_comes_through_later() -> None:
    world = accepted()
    world.answers = False
    world.decide("move_policy", "mara", policy="test", reason="a new contract")
    assert isinstance(world.errands[0], FetchPolicy)
    world.now += MINUTE
    world.answer_all()
    event = next(event for event in world.events if event.type == "policy_moved")
    assert (event.by, event.at) == ("mara", START + MINUTE)
