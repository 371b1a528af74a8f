"""A past case is recalled from its events, such that replaying it under its own policy is what happened."""

from collections.abc import Iterable
from datetime import timedelta
from random import Random

import pytest

from domain.comparison.past import Answer, OnItsOwn, PastCase, Withdrawal, Work
from domain.comparison.recall import NEEDED, recall
from domain.comparison.replay import replay
from domain.core import open_escalation, withdraw
from domain.events.base import EventBase
from domain.simulation.run import simulate
from domain.simulation.script import Actor, Cue, Who
from domain.vocabulary import Role
from tests.domain.house import POLICIES, REPORTS
from tests.domain.random_scripts import random_script
from tests.domain.replays import NOW, again, minutes, past
from tests.domain.stage import Stage, cue, known
from tests.domain.world import DAY, HOUR, MINUTE, POLICY, START, opening

TAKES = cue("level_notified", "xena", "acknowledge", level=2, nth=1, after=5 * MINUTE)
ACCEPTS = cue("acknowledged", "mara", "accept", nth=1, after=5 * MINUTE, fields={"reason": "ours"})
PARENT = {"parent": "esc-parent~20260302-080000", "reason": "it was solved there"}


def _unprinted(events: Iterable[EventBase]) -> list[EventBase]:
    """A reporter's note is recalled as what became of it, so what it was before has another fingerprint."""
    return [event.but(fingerprint=None) for event in events]


def timings(case: PastCase) -> list[tuple[str, object]]:
    return [(act.what, act.timing) for act in case.acts]


@pytest.mark.parametrize("seed", range(12))
def test_replayed_under_its_own_policy_a_life_is_what_it_was_event_by_event(seed: int) -> None:
    chance = Random(seed)
    script, policy = random_script(chance), chance.choice((POLICY, *POLICIES))
    begun, until = opening(chance.choice(REPORTS)), START + 12 * DAY
    lived = simulate(begun, known(policy, START), script, Stage(policy), START, until)
    needed = [event for event in lived.events if event.decision_id or isinstance(event, NEEDED)]
    case = recall(begun, START, needed)
    replayed = replay(case, known(policy, START), Stage(policy), until)
    assert _unprinted(replayed.simulated.events) == _unprinted(lived.events)
    assert (replayed.not_come, case.left_out) == ((), ())


def test_whoever_answers_after_being_told_answers_and_what_follows_is_work() -> None:
    case = past(TAKES, ACCEPTS)
    assert timings(case) == [
        ("acknowledge", Answer("xena", 0, 5 * MINUTE, to_a_page=True)),
        ("accept", Work()),
    ]
    assert case.acknowledged_after == 15 * MINUTE


@pytest.mark.parametrize(
    "unasked",
    [
        pytest.param(cue("opened", "xena", "acknowledge", after=MINUTE), id="nobody had told them"),
        pytest.param(cue("level_notified", "anna", "acknowledge", after=MINUTE, nth=1), id="they raised it"),
        pytest.param(cue("opened", "rita", "note", after=MINUTE, fields={"text": "?"}), id="from outside"),
    ],
)
def test_whoever_was_not_told_or_knew_comes_on_their_own(unasked: Cue) -> None:
    assert timings(past(unasked))[0][1] == OnItsOwn()


def test_a_second_acknowledgement_waits_to_be_told_again() -> None:
    expired = cue("acknowledgement_expired", "xena", "note", fields={"text": "sorry"})
    twice = cue("level_notified", "xena", "acknowledge", level=2, after=3 * MINUTE)
    answers = [one for what, one in timings(past(twice, expired, days=1)) if what == "acknowledge"]
    assert answers[:2] == [
        Answer("xena", 0, 3 * MINUTE, to_a_page=True),
        Answer("xena", 1, 3 * MINUTE, to_a_page=True),
    ]


def test_what_another_escalation_decides_comes_on_its_own() -> None:
    engine = Who(actor=Actor.SERVICE, id="escalations")
    ended = Cue(when="opened", after=HOUR, who=engine, role=Role.SERVICE, does="parent_closed", fields=PARENT)
    case = past(TAKES, ended)
    assert timings(case)[-1] == ("parent_closed", OnItsOwn())
    assert minutes(again(case), "closed") == [60]


def test_a_withdrawal_is_replayed_as_one() -> None:
    begun = opening()
    open_, events, _ = open_escalation(begun, known(POLICY, START), START)
    gone = withdraw(open_, "an-operator", "a test", START + HOUR)
    case = recall(begun, START, (*events, *gone.events))
    assert [act.does for act in case.acts] == [Withdrawal("an-operator", "a test")]
    assert minutes(again(case), "closed") == [60]


def test_a_move_to_another_policy_is_left_out_and_said() -> None:
    moves = cue("acknowledged", "mara", "move_policy", nth=1, fields={"policy": "calm", "reason": "Calmer."})
    case = past(TAKES, moves)
    assert case.left_out == ("move_policy",)
    assert [act.what for act in case.acts] == ["acknowledge"]


def test_a_case_has_ended_when_it_closed_for_the_last_time() -> None:
    cancels = cue("opened", "eva", "cancel", after=HOUR, fields={"reason": "Not wanted."})
    assert past(cancels).ended_at == START + HOUR
    assert past(TAKES, days=1).ended_at is None
    assert again(past(TAKES, days=1), now=NOW).simulated.ended_at == NOW


def test_an_open_case_is_replayed_until_now_and_no_further() -> None:
    late = cue("level_notified", "mara", "acknowledge", level=3, nth=1, after=10 * MINUTE)
    case = past(late, days=0.1)
    replayed = again(case, now=START + timedelta(minutes=25))
    assert [(one.act.what, one.why) for one in replayed.not_come] == [
        ("acknowledge", "would come later than now")
    ]
