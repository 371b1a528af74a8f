"""5,000 random lives in calm and busy houses; `tests.domain.lives` says what holds after every step."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.decisions import DECISION_TYPES
from domain.events import EVENT_TYPES
from tests.domain.choices import name_of
from tests.domain.lives import live

pytestmark = pytest.mark.timeout(300)
SEEDS = st.integers(min_value=0, max_value=2**63)


@settings(max_examples=2_500, database=None)
@given(SEEDS)
def test_what_must_hold_holds_where_the_outside_answers_at_once(seed: int) -> None:
    assert live(seed, trouble=0.0).escalation.is_closed


@settings(max_examples=2_500, database=None)
@given(SEEDS)
def test_what_must_hold_holds_where_some_answers_are_late_or_fail(seed: int) -> None:
    assert live(seed, trouble=0.25).escalation.is_closed


def test_random_lives_meet_every_decision_and_every_event() -> None:
    lives = [live(seed, trouble, steps=14) for seed in range(150) for trouble in (0.0, 0.25, 0.6)]
    decided = {kind for life in lives for kind in life.decided}
    happened = {event.type for life in lives for event in life.events}
    assert {name_of(kind) for kind in DECISION_TYPES} - decided == set()
    assert {str(kind.model_fields["type"].default) for kind in EVENT_TYPES} - happened == set()
