"""5,000 random lives in houses where little works; `tests.domain.lives` says what holds after every step."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.lives import live

pytestmark = pytest.mark.timeout(300)
SEEDS = st.integers(min_value=0, max_value=2**63)


@settings(max_examples=2_500, database=None)
@given(SEEDS)
def test_what_must_hold_holds_where_most_answers_are_late_or_fail(seed: int) -> None:
    assert live(seed, trouble=0.6).escalation.is_closed


@settings(max_examples=2_500, database=None)
@given(SEEDS)
def test_what_must_hold_holds_where_nothing_works_for_a_long_time(seed: int) -> None:
    assert live(seed, trouble=0.95, steps=8).escalation.is_closed
