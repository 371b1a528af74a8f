"""RCA: asked for, written, reviewed, sent, and what keeps it from happening again."""

import pytest

from domain.events import RcaReviewersTold, RcaWriterTold
from domain.refusals import RefusalCode, Refused
from domain.vocabulary import PromiseStatus, RcaStatus, Severity, Stage, Template
from tests.domain.world import DAY, HOUR, POLICY, START, World, changed, resolved

OWED = changed(POLICY, rca=POLICY.rca.model_copy(update={"owed_for": tuple(Severity)}))
WRITTEN = {"root_cause": "A switch without a spare.", "customer_version": "We have a spare now."}


def confirmed() -> World:
    """A confirmed case that owes an analysis, an hour after it began."""
    world = resolved(OWED)
    world.decide("confirm", "rita")
    return world


def submitted() -> World:
    world = confirmed()
    world.decide("submit_rca", "xena", **WRITTEN)
    return world


def test_an_analysis_is_asked_for_where_the_policy_owes_one() -> None:
    world = confirmed()
    assert world.escalation.stage is Stage.RCA
    assert world.last(RcaWriterTold).people == ("cora",)
    assert world.heard(Template.RCA_REQUEST) == ["cora"]
    assert world.promise("rca").due == START + HOUR + 5 * DAY


def test_the_clock_of_the_analysis_starts_when_silence_confirmed_also_when_seen_late() -> None:
    world = resolved(OWED)
    world.wait(3 * DAY)
    assert world.promise("rca").due == START + HOUR + 2 * DAY + 5 * DAY


def test_no_analysis_is_owed_for_a_lesser_case() -> None:
    world = resolved()
    world.decide("confirm", "rita")
    assert (world.escalation.rca, world.escalation.stage) == (None, Stage.RESOLVE)


def test_an_analysis_asked_for_after_the_confirmation_stops_the_closing() -> None:
    world = resolved()
    world.decide("confirm", "rita")
    world.decide("request_rca", "theo", reason="to learn")
    world.wait(2 * DAY)
    assert world.escalation.stage is Stage.RCA


def test_the_writer_is_reminded_and_a_late_analysis_is_a_breach() -> None:
    world = confirmed()
    world.sent.clear()
    world.wait(4 * DAY)
    assert world.heard(Template.PROMISE_AT_RISK) == ["cora"]
    world.wait(DAY)
    assert world.promise("rca").broken_at == START + HOUR + 5 * DAY


def test_where_no_writer_is_found_the_manager_writes() -> None:
    world = resolved(OWED)
    world.failing["find_people"] = "nobody there"
    world.decide("confirm", "rita")
    assert world.heard(Template.RCA_REQUEST) == ["mara"]


def test_a_submitted_analysis_goes_to_its_reviewers() -> None:
    world = submitted()
    assert world.last(RcaReviewersTold).people == ("mara",)
    assert world.heard(Template.RCA_REVIEW) == ["mara"]


def test_a_returned_analysis_goes_back_to_whoever_wrote_it_and_can_be_submitted_again() -> None:
    world = submitted()
    world.decide("return_rca", "mara", reason="why no spare?")
    assert world.heard(Template.RCA_RETURNED) == ["xena"]
    world.decide("submit_rca", "xena", **WRITTEN)
    assert world.escalation.rca
    assert world.escalation.rca.status is RcaStatus.SUBMITTED


def test_nobody_approves_an_analysis_of_their_own() -> None:
    world = confirmed()
    world.decide("submit_rca", "cora", **WRITTEN)
    with pytest.raises(Refused, match="cora wrote it; somebody else has to approve"):
        world.decide("approve_rca", "cora")


def test_an_approved_analysis_is_in_time_and_still_has_to_be_shared() -> None:
    world = submitted()
    world.decide("approve_rca", "mara")
    assert world.promise("rca").status is PromiseStatus.KEPT
    assert world.escalation.close_at is None
    world.decide("share_rca", "emil")
    text = next(notice.facts["text"] for notice in world.sent if notice.template is Template.CUSTOMER_RCA)
    assert text == "We have a spare now."
    world.wait(DAY)
    assert world.escalation.is_closed


def test_an_analysis_without_a_version_for_customers_is_not_shared() -> None:
    world = confirmed()
    world.decide("submit_rca", "xena", root_cause="A switch.")
    world.decide("approve_rca", "mara")
    with pytest.raises(Refused, match="no version for customers"):
        world.decide("share_rca", "emil")


@pytest.mark.parametrize(
    ("kind", "by", "fields"),
    [
        ("approve_rca", "mara", {}),
        ("return_rca", "mara", {"reason": "deeper"}),
        ("share_rca", "mara", {}),
    ],
)
def test_an_analysis_goes_its_way_step_by_step(kind: str, by: str, fields: dict[str, str]) -> None:
    with pytest.raises(Refused, match="the analysis is owed") as refused:
        confirmed().decide(kind, by, **fields)
    assert refused.value.code is RefusalCode.WRONG_STAGE


def test_an_approved_analysis_without_a_version_for_customers_can_be_written_again() -> None:
    world = confirmed()
    world.decide("submit_rca", "xena", root_cause="A switch.")
    world.decide("approve_rca", "mara")
    world.decide("submit_rca", "xena", **WRITTEN)
    world.decide("approve_rca", "mara")
    world.decide("share_rca", "emil")
    assert world.escalation.close_at


def test_a_preventive_action_is_tracked_to_its_end_and_holds_up_the_closing() -> None:
    world = resolved()
    world.decide(
        "add_preventive_action", "theo", action="spare", text="buy one", owner="ben", due=START + 9 * DAY
    )
    world.decide("confirm", "rita")
    with pytest.raises(Refused, match="preventive action spare"):
        world.decide("close", "theo", reason="done")
    world.decide("complete_preventive_action", "ben", action="spare")
    assert world.promise("preventive_action:spare").status is PromiseStatus.KEPT
    world.wait(DAY)
    assert world.escalation.is_closed


def test_a_late_preventive_action_comes_back_to_its_owner_and_the_owner_of_the_case() -> None:
    world = resolved()
    world.decide(
        "add_preventive_action", "theo", action="a:b", text="buy one", owner="ben", due=START + 2 * HOUR
    )
    world.sent.clear()
    world.wait(2 * HOUR)
    assert world.heard(Template.PROMISE_BROKEN) == ["ben", "mara"]


@pytest.mark.parametrize(("action", "why"), [("x", "known: spare"), ("spare", "done already")])
def test_only_an_open_action_can_be_done(action: str, why: str) -> None:
    world = resolved()
    world.decide(
        "add_preventive_action", "theo", action="spare", text="buy one", owner="ben", due=START + 9 * DAY
    )
    world.decide("complete_preventive_action", "ben", action="spare")
    with pytest.raises(Refused, match=why):
        world.decide("complete_preventive_action", "ben", action=action)
