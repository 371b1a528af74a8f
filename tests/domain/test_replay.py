"""Replayed under another policy: answers move with being told, work with the answer, the rest stays."""

from typing import Any

import pytest

from domain.policy import Policy
from domain.vocabulary import Role
from tests.domain.replays import again, minutes, past
from tests.domain.stage import cue
from tests.domain.world import HOUR, MINUTE, POLICY, START, changed

TAKES = cue("level_notified", "xena", "acknowledge", level=2, nth=1, after=5 * MINUTE)
ACCEPTS = cue("acknowledged", "mara", "accept", nth=1, after=10 * MINUTE, fields={"reason": "ours"})
ESTIMATES = cue("accepted", "mara", "set_estimate", after=5 * MINUTE, moments={"at": 3 * HOUR})
NOTES = cue("opened", "rita", "note", after=3 * MINUTE, fields={"text": "It is urgent."})
ENDS = cue("accepted", "eva", "cancel", after=2 * HOUR, fields={"reason": "Not wanted."})
CASE = past(TAKES, ACCEPTS, ESTIMATES, NOTES, ENDS)
"""Xena is told after 10 minutes and acknowledges after 15; Mara accepts after 25 and ends it after 145."""


def first_level(**fields: Any) -> Policy:
    """The policy with another first level."""
    first, *others = POLICY.levels
    return changed(POLICY, levels=(first.but(**fields), *others))


def without_second_line() -> Policy:
    first, _, managers = POLICY.levels
    return changed(POLICY, levels=(first, managers), last_resort=(managers.targets[0],))


@pytest.mark.parametrize(
    ("policy", "acknowledged", "accepted", "cancelled"),
    [
        pytest.param(POLICY, 15, 25, 145, id="as it was"),
        pytest.param(first_level(wait=30 * MINUTE), 35, 45, 165, id="told later, all comes later"),
        pytest.param(first_level(wait=4 * MINUTE), 9, 25, 145, id="told earlier, only the answer does"),
    ],
)
def test_an_answer_comes_as_long_after_being_told_and_work_never_earlier_than_it_did(
    policy: Policy, acknowledged: int, accepted: int, cancelled: int
) -> None:
    replayed = again(CASE, policy)
    assert minutes(replayed, "acknowledged") == [acknowledged]
    assert minutes(replayed, "accepted") == [accepted]
    assert minutes(replayed, "closed") == [cancelled]
    assert minutes(replayed, "noted") == [3]
    assert replayed.not_come == ()


def test_what_a_decision_says_of_times_moves_with_it() -> None:
    assert again(CASE).simulated.escalation.estimate == START + 30 * MINUTE + 3 * HOUR
    later = again(CASE, first_level(wait=30 * MINUTE)).simulated.escalation.estimate
    assert later == START + 50 * MINUTE + 3 * HOUR


def test_whoever_is_never_told_does_not_answer_and_nothing_follows() -> None:
    replayed = again(CASE, without_second_line())
    assert minutes(replayed, "acknowledged") == []
    assert minutes(replayed, "noted") == [3]
    assert [(one.act.who, one.act.what, one.why) for one in replayed.not_come] == [
        ("xena", "acknowledge", "is not told"),
        ("mara", "accept", "nobody has acknowledged"),
        ("mara", "set_estimate", "nobody has acknowledged"),
        ("eva", "cancel", "nobody has acknowledged"),
    ]


def test_a_review_that_was_the_first_answer_waits_to_be_told_like_one() -> None:
    accepts = cue("level_notified", "mara", "accept", level=3, after=5 * MINUTE, fields={"reason": "ours"})
    case = past(accepts, days=1)
    assert minutes(again(case), "accepted") == [25]
    assert minutes(again(case, first_level(wait=30 * MINUTE)), "accepted") == [45]


def test_who_was_told_takes_part_once_somebody_else_has_acknowledged() -> None:
    """Xena was first then; under a policy that tells Mara first, nobody has to tell Xena any more."""
    accepts = cue("level_notified", "xena", "note", level=2, nth=1, after=MINUTE, fields={"text": "I see."})
    case = past(accepts, cue("level_notified", "mara", "acknowledge", level=3, after=MINUTE), days=0.1)
    managers_only = POLICY.levels[2]
    replayed = again(case, changed(POLICY, levels=(managers_only, managers_only)))
    assert minutes(replayed, "acknowledged") == [1]
    assert minutes(replayed, "noted") == [11]


def test_a_decision_that_the_policy_refuses_is_told_with_its_reason() -> None:
    asks = cue(
        *("accepted", "anna", "request_approval"),
        after=MINUTE,
        fields={"approval": "a", "kind": "refund", "text": "?"},
    )
    case = past(TAKES, ACCEPTS, asks, ENDS)
    refused = [one for one in again(case, changed(POLICY, approvals=())).simulated.played if one.refused]
    assert [(one.who, one.does, one.at - START) for one in refused] == [
        ("anna", "request_approval", 26 * MINUTE)
    ]
    assert "refund is not known" in refused[0].refused


def test_what_came_after_the_end_that_the_policy_brings_is_refused() -> None:
    solves = cue("accepted", "mara", "declare_resolved", after=HOUR, fields={"what_was_done": "Corrected."})
    confirms = cue("resolution_declared", "customer", "confirm", after=HOUR)
    rates = cue("confirmed", "crm", "rate", after=12 * HOUR, role=Role.SERVICE, fields={"score": 4})
    case = past(TAKES, ACCEPTS, solves, confirms, rates)
    assert not [one for one in again(case).simulated.played if one.refused]
    hasty = changed(POLICY, confirmation=POLICY.confirmation.but(close_after=HOUR))
    (refused,) = [one for one in again(case, hasty).simulated.played if one.refused]
    assert (refused.does, "is closed (resolved)" in refused.refused) == ("rate", True)


def test_a_case_goes_on_past_its_end_until_nobody_is_left_to_be_told() -> None:
    """It ended after 145 minutes; here Xena is told after 180, and an hour later all is done."""
    late = again(CASE, first_level(wait=3 * HOUR))
    assert minutes(late, "acknowledged") == [185]
    assert minutes(late, "closed") == [315]
    unanswered = again(CASE, changed(without_second_line(), repeats=0))
    assert minutes(unanswered, "last_resort_told") == [25]
    assert unanswered.simulated.ended_at == START + 145 * MINUTE
