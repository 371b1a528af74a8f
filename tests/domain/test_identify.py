"""Identify: what begins with a report, what a second one does, and how an escalation comes back."""

import pytest

from domain.events import EverybodyInformed, InformationSent, LevelReached, Reopened, ReportJoined
from domain.refusals import RefusalCode, Refused
from domain.report import Link
from domain.vocabulary import (
    Grade,
    LadderStatus,
    Priority,
    PromiseKind,
    PromiseStatus,
    Reason,
    Relation,
    Severity,
    Stage,
    Template,
)
from tests.domain.choices import CUSTOMERS
from tests.domain.world import CUSTOMER, DAY, HOUR, MINUTE, POLICY, REPORT, START, World, accepted, changed

OUTAGE = REPORT.model_copy(update={"customer": None, "affected": CUSTOMERS})


def test_an_escalation_begins_in_review_with_an_owner_and_a_manager() -> None:
    state = World().escalation
    assert (state.stage, state.owner, state.manager, state.team) == (Stage.REVIEW, "olga", "mara", "support")


def test_the_first_level_is_told_at_once() -> None:
    assert World().heard(Template.LEVEL_PAGE) == ["anna", "ben"]


def test_every_promise_of_the_policy_but_that_of_the_analysis_starts_with_the_report() -> None:
    promises = World().escalation.promises
    assert set(promises) == {"acknowledge", "first_response", "inform", "next_update", "resolve", "close"}
    assert promises["acknowledge"].due == START + 15 * MINUTE
    assert promises["close"].due == START + 30 * DAY


@pytest.mark.parametrize(
    ("impact", "urgency", "tier", "severity", "priority"),
    [
        (Grade.HIGH, Grade.HIGH, "standard", Severity.S1, Priority.P1),
        (Grade.HIGH, Grade.MEDIUM, "standard", Severity.S2, Priority.P2),
        (Grade.HIGH, Grade.MEDIUM, "gold", Severity.S2, Priority.P1),
        (Grade.HIGH, Grade.HIGH, "gold", Severity.S1, Priority.P1),
        (Grade.LOW, Grade.LOW, "gold", Severity.S4, Priority.P3),
    ],
)
def test_severity_comes_from_impact_and_urgency_and_priority_from_the_customers_tier_too(
    impact: Grade, urgency: Grade, tier: str, severity: Severity, priority: Priority
) -> None:
    customer = CUSTOMER.model_copy(update={"tier": tier})
    report = REPORT.model_copy(update={"impact": impact, "urgency": urgency, "customer": customer})
    state = World(report=report).escalation
    assert (state.severity, state.priority) == (severity, priority)


@pytest.mark.parametrize(
    ("reason", "tier", "priority"),
    [
        (Reason.MISSING_KNOWLEDGE, "standard", Priority.P3),
        (Reason.REPUTATION_LOSS, "standard", Priority.P2),
        (Reason.MISSING_KNOWLEDGE, "gold", Priority.P2),
        (Reason.REPUTATION_LOSS, "gold", Priority.P1),
    ],
)
def test_the_reason_raises_the_priority_beside_the_customers_tier(
    reason: Reason, tier: str, priority: Priority
) -> None:
    customer = CUSTOMER.but(tier=tier)
    report = REPORT.but(impact=Grade.MEDIUM, urgency=Grade.MEDIUM, customer=customer, reason=reason)
    policy = POLICY.but(reason_raises={Reason.REPUTATION_LOSS: 1})
    state = World(report=report, policy=policy).escalation
    assert (state.severity, state.priority) == (Severity.S3, priority)


def test_a_threat_goes_straight_to_the_manager() -> None:
    world = World(report=REPORT.model_copy(update={"reason": Reason.ABUSE_OR_THREAT}))
    assert world.escalation.level == 3
    assert world.heard(Template.LEVEL_PAGE) == ["mara"]


def test_a_report_may_route_to_another_team() -> None:
    assert World(report=REPORT.model_copy(update={"team": "network"})).escalation.team == "network"


def test_the_customer_who_asks_gets_a_receipt() -> None:
    assert World().heard(Template.CUSTOMER_ACKNOWLEDGEMENT) == ["acme/1"]


def test_customers_who_are_affected_hear_nothing_before_the_review() -> None:
    world = World(report=OUTAGE)
    assert world.heard(Template.CUSTOMER_ACKNOWLEDGEMENT) == []


def test_a_parent_named_in_the_report_learns_of_its_child() -> None:
    link = Link(relation=Relation.PARENT, id="esc-parent~1")
    world = World(report=REPORT.model_copy(update={"links": (link,)}))
    assert [(one.escalation_id, one.decision.type) for one in world.told] == [("esc-parent~1", "link")]


def test_a_second_report_joins_and_its_owner_hears_of_it() -> None:
    world = World()
    world.decide("report_again", "crm", report=REPORT)
    assert world.escalation.reports_joined == 1
    assert world.heard(Template.STAKEHOLDER_NOTICE) == ["olga"]


def test_a_second_report_without_a_customer_sends_nobody_a_receipt() -> None:
    world = World(report=OUTAGE)
    world.decide("report_again", "crm", report=OUTAGE)
    assert world.heard(Template.CUSTOMER_ACKNOWLEDGEMENT) == []


def test_customers_whom_a_later_report_names_are_informed_like_the_others() -> None:
    world = accepted()
    world.sent.clear()
    world.decide("report_again", "crm", report=REPORT.model_copy(update={"affected": CUSTOMERS[:1]}))
    assert world.heard(Template.CUSTOMER_UPDATE) == ["globex/1"]
    assert world.last(InformationSent).recipients == ("globex",)
    assert world.last(EverybodyInformed).all_reached


def test_an_escalation_that_was_joined_to_this_one_is_linked() -> None:
    world = World()
    world.decide("report_again", "crm", report=REPORT, joined_from="esc-twin~1")
    assert Link(relation=Relation.RELATED, id="esc-twin~1") in world.escalation.links
    assert world.last(ReportJoined).sentence() == "esc-twin~1 is joined to this one: Invoices are wrong"


def test_customers_whom_a_late_report_names_are_verified_before_closing() -> None:
    world = accepted()
    world.decide("declare_resolved", "olga", what_was_done="mended")
    world.decide("confirm", "rita")
    world.decide("report_again", "crm", report=REPORT.model_copy(update={"affected": CUSTOMERS[:1]}))
    world.wait(2 * DAY)
    assert not world.escalation.is_closed
    world.decide("verify_customer", "ben", customer="globex")
    world.wait(DAY)
    assert world.escalation.is_closed


def closed() -> World:
    world = accepted()
    world.decide("declare_resolved", "olga", what_was_done="mended")
    world.decide("confirm", "rita")
    world.decide("close", "theo", reason="done")
    return world


def test_a_report_within_the_window_reopens_and_all_clocks_start_from_then() -> None:
    world = closed()
    world.wait(14 * DAY)
    world.decide("report_again", "crm", report=REPORT)
    state = world.escalation
    assert (state.stage, state.reopened, state.close_reason) == (Stage.REVIEW, 1, None)
    assert state.promises["resolve"].due == world.now + 8 * HOUR
    assert (state.ladder.status, state.level) == (LadderStatus.CLIMBING, 1)


def test_a_report_after_the_window_is_refused_and_says_what_to_do() -> None:
    world = closed()
    world.wait(14 * DAY + MINUTE)
    with pytest.raises(Refused, match="report it as a new escalation") as refused:
        world.decide("report_again", "crm", report=REPORT)
    assert refused.value.code is RefusalCode.CLOSED


def test_more_parties_are_brought_in_again_after_reopening_and_not_before_their_time() -> None:
    world = accepted()
    world.wait(7 * HOUR)
    world.decide("declare_resolved", "olga", what_was_done="mended")
    world.decide("confirm", "rita")
    world.decide("close", "theo", reason="done")
    world.wait(DAY)
    world.decide("report_again", "crm", report=REPORT)
    world.sent.clear()
    world.wait(6 * HOUR - MINUTE)
    assert world.heard(Template.MORE_PARTIES) == []
    world.wait(MINUTE)
    assert "xena" in world.heard(Template.MORE_PARTIES)


def test_an_approval_still_pending_at_the_end_is_void_after_reopening() -> None:
    world = accepted()
    world.decide("request_approval", "anna", approval="a", kind="refund", amount=9, text="sorry")
    world.decide("cancel", "theo", reason="a mistake")
    world.decide("report_again", "crm", report=REPORT)
    assert world.escalation.approvals == {}


def test_what_was_still_to_be_done_has_its_clock_again_after_reopening() -> None:
    world = accepted()
    world.decide(
        "add_preventive_action", "theo", action="p", text="train", owner="ben", due=world.now + 9 * DAY
    )
    world.decide("cancel", "theo", reason="a mistake")
    world.wait(DAY)
    world.decide("report_again", "crm", report=REPORT)
    assert world.promise("preventive_action:p").status is PromiseStatus.RUNNING
    assert world.promise("preventive_action:p").due == START + 9 * DAY


def test_an_analysis_is_owed_anew_after_reopening() -> None:
    world = World(changed(POLICY, rca=POLICY.rca.model_copy(update={"owed_for": tuple(Severity)})))
    world.decide("accept", "mara", reason="ours")
    world.decide("cancel", "theo", reason="a mistake")
    world.decide("report_again", "crm", report=REPORT)
    world.decide("accept", "mara", reason="ours")
    world.decide("declare_resolved", "olga", what_was_done="mended")
    world.decide("confirm", "rita")
    assert world.promise(PromiseKind.RCA).status is PromiseStatus.RUNNING


def test_an_answer_from_the_former_life_finds_no_approval_any_more() -> None:
    world = accepted()
    world.answers = False
    world.decide("request_approval", "anna", approval="a", kind="refund", amount=9, text="sorry")
    world.decide("cancel", "theo", reason="a mistake")
    world.decide("report_again", "crm", report=REPORT)
    world.answer_all()
    assert world.all(Reopened)
    assert world.heard(Template.APPROVAL_REQUEST) == []


def test_reopening_climbs_from_the_level_that_the_reason_asks_for() -> None:
    world = World(report=REPORT.model_copy(update={"reason": Reason.ABUSE_OR_THREAT}))
    world.decide("cancel", "theo", reason="a mistake")
    world.decide("report_again", "crm", report=REPORT)
    assert world.last(LevelReached).level == 3


def test_the_customers_answer_brings_it_back_to_review_and_its_asker_hears_it() -> None:
    world = World()
    world.decide("ask_information", "mara", question="which one?")
    world.decide("customer_replied", "rita", text="the second")
    assert world.escalation.stage is Stage.REVIEW
    assert world.promise("customer_answer").status is PromiseStatus.KEPT
    assert world.sent[-1].facts["text"] == "The customer answered: the second"
