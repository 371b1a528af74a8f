"""A decision of somebody who has seen less than has happened."""

import pytest

from domain.core import decide
from domain.refusals import RefusalCode, Refused
from tests.domain.world import MINUTE, accepted, decision


def test_a_decision_on_what_was_last_seen_counts() -> None:
    world = accepted()
    world.decide("note", "anna", text="as seen", if_seq=world.escalation.seq)
    assert world.types()[-1] == "noted"


def test_a_decision_on_less_than_has_happened_is_refused_and_leaves_nothing_behind() -> None:
    world = accepted()
    seen = world.escalation.seq
    world.decide("note", "anna", text="somebody was faster")
    with pytest.raises(Refused, match="read it again") as refused:
        decide(world.escalation, decision("note", "anna", text="late", if_seq=seen), world.now)
    assert refused.value.code is RefusalCode.STALE


def test_what_time_brought_about_meanwhile_counts_as_a_change_too() -> None:
    world = accepted()
    seen = world.escalation.seq
    due = min(promise.due for promise in world.escalation.open_promises() if promise.due)
    with pytest.raises(Refused) as refused:
        decide(world.escalation, decision("note", "anna", text="late", if_seq=seen), due + MINUTE)
    assert refused.value.code is RefusalCode.STALE


def test_the_same_decision_again_is_answered_as_before_though_it_has_changed_what_was_seen() -> None:
    world = accepted()
    once = decision("note", "anna", text="once", if_seq=world.escalation.seq)
    after = decide(world.escalation, once, world.now).escalation
    again = decide(after, once, world.now)
    assert again.escalation.seq == after.seq
    assert again.events == ()
