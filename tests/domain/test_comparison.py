"""What two policies differ by, in small cases that are counted by hand."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.comparison.difference import Answered, Comparison, Pair, ToldMore
from domain.comparison.footprint import LAST_RESORT
from domain.policy import Policy
from domain.vocabulary import PromiseKind, Severity
from tests.domain.house import POLICIES, REPORTS
from tests.domain.random_scripts import random_script
from tests.domain.replays import difference, left, past
from tests.domain.stage import cue
from tests.domain.world import HOUR, MINUTE, POLICY, changed

TAKES = cue("level_notified", "xena", "acknowledge", level=2, nth=1, after=5 * MINUTE)
ACCEPTS = cue("acknowledged", "mara", "accept", nth=1, after=10 * MINUTE, fields={"reason": "ours"})
ENDS = cue("accepted", "eva", "cancel", after=5 * MINUTE, fields={"reason": "Not wanted."})
SHORT = past(TAKES, ACCEPTS, ENDS)
"""Xena is told after 10 minutes and acknowledges after 15; Mara accepts after 25; Eva ends it after 30."""
SILENT = past(cue("opened", "anna", "cancel", after=2 * HOUR, fields={"reason": "Not wanted."}))
UTC = ZoneInfo("UTC")
REFUND = {"approval": "a", "kind": "refund", "text": "?"}


def with_levels(**waits: int) -> Policy:
    """The policy with other waits, in minutes, by `first` and `second`."""
    numbers = {"first": 0, "second": 1}
    levels = list(POLICY.levels)
    for name, wait in waits.items():
        levels[numbers[name]] = levels[numbers[name]].but(wait=wait * MINUTE)
    return changed(POLICY, levels=tuple(levels))


def promising(kind: PromiseKind, **fields: Any) -> Policy:
    """The policy with other terms for a promise, for every severity."""
    rules = {
        severity: tuple(
            {True: rule.but(**fields), False: rule}[rule.kind is kind] for rule in POLICY.promises[severity]
        )
        for severity in Severity
    }
    return changed(POLICY, promises=rules)


@pytest.mark.parametrize("seed", range(6))
def test_a_policy_compared_with_itself_shows_no_difference(seed: int) -> None:
    chance = Random(seed)
    policy = chance.choice((POLICY, *POLICIES))
    case = past(*random_script(chance).cues, policy=policy, report=chance.choice(REPORTS), days=5)
    found = difference(case, policy, policy, "America/New_York")
    assert (found.changed, found.no_longer_acknowledged, found.newly_acknowledged) == ((), (), ())
    assert not any(one.messages.more or one.nights.more for one in (*found.people, *found.teams))
    assert not any(pair.more for pair in (*found.hours, found.customers))
    assert not any(one.times.more or one.gained or one.lost for one in found.breaches)
    assert found.old == found.new


def test_who_is_told_more_stands_first() -> None:
    """A shorter second level reaches Mara before Xena answers; nothing else changes."""
    found = difference(SHORT, POLICY, with_levels(second=3))
    assert found.changed == ("test",)
    assert found.people[0] == ToldMore("mara", Pair(2, 3), Pair(0, 0))
    assert {one.who: one.messages.more for one in found.people[1:]} == dict.fromkeys(
        ("olga", "anna", "ben", "xena", "emil"), 0
    )
    assert found.hours[9] == Pair(9, 10)
    assert found.teams[0] == ToldMore("m", Pair(2, 3), Pair(0, 0))
    assert (found.old.levels, found.new.levels) == ({2: 1}, {3: 1})


@pytest.mark.parametrize(
    "edited",
    [
        pytest.param(with_levels(second=11), id="pages that come later within the hour"),
        pytest.param(promising(PromiseKind.ACKNOWLEDGE, warn_at=(0.9,)), id="a warning that comes later"),
        pytest.param(
            promising(PromiseKind.ACKNOWLEDGE, target=14 * MINUTE), id="a breach that comes earlier"
        ),
    ],
)
def test_a_case_in_which_only_minutes_change_is_different_in_detail(edited: Policy) -> None:
    found = difference(SILENT, POLICY, edited)
    assert found.changed == found.only_in_detail == ("test",)
    assert not any(one.messages.more or one.nights.more for one in found.people)
    assert not any(pair.more for pair in found.hours)
    assert not any(one.times.more for one in found.breaches)


def test_what_changes_a_sum_is_different_in_more_than_detail() -> None:
    found = difference(SHORT, POLICY, with_levels(second=3))
    assert (found.changed, found.only_in_detail) == (("test",), ())


def test_a_page_that_comes_later_is_no_page_at_night_any_more() -> None:
    """In St John's Xena is paged at 5:40, or half an hour later at 6:10."""
    found = difference(SHORT, POLICY, with_levels(first=40), "America/St_Johns")
    (xena,) = [one for one in found.people if one.who == "xena"]
    assert xena.nights == Pair(1, 0)
    assert (found.hours[5], found.hours[6]) == (Pair(5, 3), Pair(4, 6))


@pytest.mark.parametrize(
    ("waits", "after"),
    [({}, 15), ({"first": 30}, 35), ({"first": 4}, 9)],
)
def test_the_time_to_acknowledge_counts_from_being_told(waits: dict[str, int], after: int) -> None:
    found = difference(SHORT, POLICY, with_levels(**waits))
    assert found.old.answered == Answered(15 * MINUTE, 15 * MINUTE, 0)
    assert found.new.answered == Answered(after * MINUTE, after * MINUTE, 0)


def test_a_breach_is_gained_by_a_shorter_promise_and_lost_by_a_longer_one() -> None:
    """S2 is to be acknowledged in 15 minutes, and is at that minute; a breach is at the due time."""
    hasty = promising(PromiseKind.ACKNOWLEDGE, target=14 * MINUTE)
    calm = promising(PromiseKind.ACKNOWLEDGE, target=16 * MINUTE)
    gained = next(one for one in difference(SHORT, calm, hasty).breaches)
    assert (gained.promise, gained.times, gained.gained, gained.lost) == (
        PromiseKind.ACKNOWLEDGE,
        Pair(0, 1),
        ("test",),
        (),
    )
    lost = next(one for one in difference(SHORT, hasty, calm).breaches)
    assert (lost.times, lost.gained, lost.lost) == (Pair(1, 0), (), ("test",))


def test_a_case_that_nobody_answers_any_more_is_named() -> None:
    first, _, managers = POLICY.levels
    alone = changed(POLICY, levels=(first, managers), repeats=0)
    found = difference(SHORT, POLICY, alone)
    assert found.no_longer_acknowledged == ("test",)
    assert (found.new.answered, found.new.still_open) == (Answered(None, None, 1), 1)
    assert [(one.who, one.does, one.after) for one in found.new.not_come] == [
        ("xena", "acknowledge", 15 * MINUTE),
        ("mara", "accept", 25 * MINUTE),
        ("eva", "cancel", 30 * MINUTE),
    ]
    assert difference(SHORT, alone, POLICY).newly_acknowledged == ("test",)


def test_a_decision_that_is_refused_is_listed_with_its_case_and_is_no_error() -> None:
    climbs = cue("accepted", "eva", "request_approval", after=MINUTE, fields=REFUND)
    case = past(TAKES, ACCEPTS, climbs, ENDS)
    found = difference(case, POLICY, changed(POLICY, approvals=()))
    assert found.old.refused == ()
    (refused,) = found.new.refused
    assert (refused.case, refused.who, refused.does, refused.after) == (
        "test",
        "eva",
        "request_approval",
        26 * MINUTE,
    )
    assert "refund is not known" in refused.why


def test_the_last_resort_counts_as_the_last_level() -> None:
    found = difference(SILENT, POLICY, changed(POLICY, repeats=9))
    assert (found.old.levels, found.new.levels) == ({LAST_RESORT: 1}, {3: 1})


def test_median_and_nine_tenths_are_over_the_cases_that_are_acknowledged() -> None:
    compared = Comparison(lambda person: "all")
    lived = left(SHORT, POLICY, UTC)
    for number in range(1, 11):
        one = replace(lived, acknowledged_after=timedelta(minutes=number))
        compared.add(one, one)
    unanswered = replace(lived, acknowledged_after=None)
    compared.add(unanswered, unanswered)
    found = compared.difference()
    assert found.cases == 11
    assert found.old.answered == Answered(timedelta(minutes=5.5), timedelta(minutes=9), 1)
