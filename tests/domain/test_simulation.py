"""A dry run: people act by script, time jumps, and every message says why it went out."""

from datetime import timedelta
from random import Random

import pytest

from domain.apply import fold
from domain.simulation import run
from domain.simulation.run import Endless, Simulated, TooLong
from domain.simulation.summary import digest
from domain.vocabulary import ChannelKind, CloseReason, PromiseKind, Template
from tests.domain.random_scripts import random_script
from tests.domain.stage import cue, dry
from tests.domain.test_paging_rounds import paging
from tests.domain.world import DAY, HOUR, MINUTE, START

TAKES = cue("level_notified", "told", "acknowledge", after=5 * MINUTE, until="acknowledged")
ACCEPTS = cue("acknowledged", "mara", "accept", nth=1, after=HOUR, fields={"reason": "ours"})
SOLVES = cue("accepted", "mara", "declare_resolved", after=HOUR, fields={"what_was_done": "Corrected."})
CONFIRMS = cue("resolution_declared", "customer", "confirm", after=DAY)


def minutes(simulated: Simulated, kind: str) -> list[float]:
    """How long after the opening events of a type come."""
    return [(event.at - START) / MINUTE for event in simulated.events if event.type == kind]


def authors(simulated: Simulated, kind: str) -> list[str]:
    return [event.by for event in simulated.events if event.type == kind]


def test_without_a_script_the_ladder_is_climbed_to_its_end() -> None:
    simulated = dry(days=0.2)
    assert minutes(simulated, "level_reached") == [0, 10, 20, 35, 45, 55]
    assert minutes(simulated, "last_resort_told") == [70]
    assert not simulated.played


def test_the_events_of_a_dry_run_add_up_to_its_escalation() -> None:
    simulated = dry(TAKES, ACCEPTS, SOLVES, CONFIRMS)
    assert fold(simulated.events) == simulated.escalation


@pytest.mark.parametrize("seed", range(8))
def test_whatever_people_do_it_adds_up_and_comes_out_the_same_again(seed: int) -> None:
    script = random_script(Random(seed))
    simulated = dry(*script.cues, days=5)
    assert fold(simulated.events) == simulated.escalation
    assert simulated == dry(*script.cues, days=5)


def test_whoever_is_told_acknowledges_and_the_climb_stops() -> None:
    simulated = dry(
        cue("level_notified", "told", "acknowledge", after=15 * MINUTE, until="acknowledged"), days=0.1
    )
    assert minutes(simulated, "level_reached") == [0, 10]
    assert minutes(simulated, "acknowledged") == [15]
    assert authors(simulated, "acknowledged") == ["anna"]


def test_everybody_who_is_told_acts() -> None:
    simulated = dry(cue("level_notified", "everybody_told", "acknowledge", after=MINUTE), days=0.1)
    assert authors(simulated, "acknowledged") == ["anna", "ben"]


def test_a_cue_may_be_for_one_level_only() -> None:
    simulated = dry(cue("level_notified", "told", "acknowledge", level=2, after=MINUTE), days=0.1)
    assert minutes(simulated, "acknowledged") == [11]


def test_a_cue_may_be_for_the_second_time_only() -> None:
    simulated = dry(cue("level_notified", "told", "acknowledge", nth=2), days=0.1)
    assert minutes(simulated, "acknowledged") == [10]


def test_a_cue_may_be_for_one_promise_only() -> None:
    warned = cue("promise_at_risk", "owner", "note", promise=PromiseKind.RESOLVE, fields={"text": "so"})
    simulated = dry(warned, days=0.4)
    assert minutes(simulated, "noted") == [240, 360]


def test_a_cue_repeats_until_something_happens() -> None:
    tells = cue(
        *("accepted", "owner", "send_update"),
        after=20 * MINUTE,
        every=20 * MINUTE,
        until="resolution_declared",
        fields={"text": "We work on it."},
    )
    assert minutes(dry(TAKES, ACCEPTS, SOLVES, tells), "update_sent") == [85, 105]


def test_a_life_ends_when_it_is_closed_and_nothing_is_left_to_say() -> None:
    simulated = dry(TAKES, ACCEPTS, SOLVES, CONFIRMS)
    assert simulated.escalation.close_reason is CloseReason.RESOLVED
    assert simulated.ended_at == simulated.escalation.closed_at
    assert [played.who for played in simulated.played] == ["anna", "mara", "mara", "acme"]


def test_nothing_happens_after_the_horizon() -> None:
    simulated = dry(days=0.02)
    assert simulated.ended_at == START + timedelta(days=0.02)
    assert max(event.at for event in simulated.events) <= simulated.ended_at


def test_what_the_rules_refuse_is_told_and_changes_nothing() -> None:
    simulated = dry(cue("opened", "anna", "confirm"), days=0.01)
    (played,) = simulated.played
    assert "confirm is not possible in stage" in played.refused
    assert simulated.events == dry(days=0.01).events


def test_somebody_who_is_not_there_does_nothing() -> None:
    (played,) = dry(cue("opened", "nobody-knows", "acknowledge"), days=0.01).played
    assert played.refused == "there is no person 'nobody-knows'"


def test_an_instant_in_a_decision_counts_from_the_decision() -> None:
    estimates = cue("accepted", "mara", "set_estimate", after=MINUTE, moments={"at": 4 * HOUR})
    simulated = dry(TAKES, ACCEPTS, estimates, days=0.1)
    assert simulated.escalation.estimate == START + 66 * MINUTE + 4 * HOUR


def test_a_script_that_sets_itself_off_is_named() -> None:
    with pytest.raises(Endless, match="owner does note when noted"):
        dry(
            cue("opened", "owner", "note", fields={"text": "a"}),
            cue("noted", "owner", "note", fields={"text": "b"}),
        )


def test_a_life_in_which_more_happens_than_anybody_reads_is_not_run_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "MOST_EVENTS", 30)
    with pytest.raises(TooLong, match="more than 30 events by 2026-03-"):
        dry(days=30)


def test_a_page_goes_out_because_a_level_is_up_and_a_reminder_because_a_promise_is_at_risk() -> None:
    simulated = dry(days=0.02)
    told = [
        (one.recipient, one.template, (one.at - START) / MINUTE, one.why.partition(":")[0])
        for one in simulated.messages
    ]
    assert told == [
        ("acme/1", Template.CUSTOMER_ACKNOWLEDGEMENT, 0, "Opened"),
        ("anna", Template.LEVEL_PAGE, 0, "Level 1 (First line) is up"),
        ("ben", Template.LEVEL_PAGE, 0, "Level 1 (First line) is up"),
        ("xena", Template.LEVEL_PAGE, 10, "Level 2 (Second line) is up"),
        ("olga", Template.PROMISE_AT_RISK, 12, "Promise at risk"),
        ("mara", Template.LEVEL_PAGE, 20, "Level 3 (Managers) is up"),
    ]
    assert {one.channel for one in simulated.messages} == {ChannelKind.EMAIL}


def test_a_page_of_a_later_round_goes_out_because_that_round_begins() -> None:
    simulated = dry(policy=paging(round_robin=True, rounds=3, every=5 * MINUTE), days=0.01)
    pages = [one for one in simulated.messages if one.template is Template.LEVEL_PAGE]
    assert [(one.at - START) / MINUTE for one in pages] == [0, 5, 10]
    assert [one.event.type for one in pages] == ["level_reached", "level_paged_again", "level_paged_again"]


def test_whoever_has_no_channel_is_not_reached() -> None:
    simulated = dry(days=0.01, unreachable=frozenset({"anna"}))
    assert [one.recipient for one in simulated.messages if one.channel is None] == ["anna"]


def test_the_digest_counts_messages_nights_and_broken_promises() -> None:
    found = digest(dry(days=0.2), "Australia/Sydney")
    told = {one.recipient: (one.messages, [f"{at:%H:%M}" for at in one.nights]) for one in found.told}
    assert told["xena"] == (2, [])
    assert told["anna"] == (2, [])
    assert [one.promise for one in found.broken][:2] == ["acknowledge", "first_response"]
    assert found.acknowledged_after is None
    assert found.closed_at is None
