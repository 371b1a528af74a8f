"""Another decision under an id that is known: nothing is decided, and it does not pass for a repetition."""

import pytest

from domain.apply import fold
from domain.core import decide, refuse
from domain.decisions import AnyDecision
from domain.events import DecisionRefused, Noted
from domain.fingerprints import fingerprint_of
from domain.opening import Opening
from domain.refusals import RefusalCode, Refused
from tests.domain.world import REPORT, World, accepted, decision, opening


def note(by: str = "anna", text: str = "seen", **fields: object) -> AnyDecision:
    return decision("note", by, decision_id="one", text=text, **fields)


def noted() -> World:
    world = accepted()
    world._take(*decide(world.escalation, note(), world.now))
    return world


def refusal(world: World, other: AnyDecision) -> Refused:
    with pytest.raises(Refused) as raised:
        decide(world.escalation, other, world.now)
    return raised.value


@pytest.mark.parametrize(
    "other",
    [
        note(by="ben"),
        note(text="another text"),
        note(audience="customer"),
        decision("climb", "anna", decision_id="one", reason="seen"),
    ],
)
def test_another_author_content_or_type_is_refused(other: AnyDecision) -> None:
    refused = refusal(noted(), other)
    assert refused.code is RefusalCode.REUSED
    assert "anna" not in refused.message


@pytest.mark.parametrize("again", [note(), note(if_seq=1)])
def test_the_same_of_the_same_author_changes_nothing(again: AnyDecision) -> None:
    world = noted()
    assert decide(world.escalation, again, world.now).events == ()


def test_a_report_is_the_same_whoever_repeats_it() -> None:
    world = accepted()
    world.decide("report_again", "crm", decision_id="two", report=REPORT)
    again = decision("report_again", "anna", decision_id="two", report=REPORT)
    other = decision("report_again", "anna", decision_id="two", report=REPORT.but(subject="another"))
    assert decide(world.escalation, again, world.now).events == ()
    assert refusal(world, other).code is RefusalCode.REUSED


def test_the_id_of_the_opening_stands_for_the_opening() -> None:
    order: Opening = opening()
    other = decision("note", "anna", decision_id=order.request_id, text="seen")
    assert refusal(accepted(), other).code is RefusalCode.REUSED


def test_where_nobody_waits_it_is_on_the_timeline_once_for_each_who_was_refused() -> None:
    world = noted()
    others = [note(by="ben"), note(by="xena"), note(by="ben")]
    for other in others:
        world._take(*refuse(world.escalation, other, refusal(world, other), world.now))
    told = world.all(DecisionRefused)
    assert [(event.by, event.reused, event.decision_id) for event in told] == [
        ("ben", "one", None),
        ("xena", "one", None),
    ]
    assert all(event.code is RefusalCode.REUSED for event in told)
    assert decide(world.escalation, note(), world.now).events == ()
    assert [event.text for event in world.all(Noted)] == ["seen"]
    assert fold(world.events) == world.escalation


def test_an_escalation_that_does_not_remember_takes_it_for_a_repetition() -> None:
    world = noted()
    earlier = world.escalation.but(fingerprints={})
    assert decide(earlier, note(by="ben"), world.now).events == ()


def test_a_field_that_is_left_to_its_default_has_no_part_in_the_fingerprint() -> None:
    assert fingerprint_of(note()) == fingerprint_of(note(audience="internal"))
