"""Stretches of ten days are gathered into hundreds, and nothing is missed or added."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.marks import spanned, ten_days


@given(st.integers(-50, 5_000), st.integers(0, 400))
def test_the_marks_of_a_time_cover_its_stretches_and_no_others(first: int, length: int) -> None:
    covered: list[int] = []
    for each in spanned("opened", range(first, first + length)):
        name, _, number = each.partition(":")
        covered += [int(number)] if name == "opened" else range(int(number) * 10, int(number) * 10 + 10)
    assert covered == list(range(first, first + length))


def test_three_years_take_few_marks() -> None:
    assert len(spanned("opened", range(1_965, 2_075))) == 10 + 2 * 5


@pytest.mark.parametrize(("days", "number"), [(-1, -1), (0, 0), (9, 0), (10, 1), (20_778, 2_077)])
def test_ten_days_are_counted_from_1970(days: int, number: int) -> None:
    assert ten_days(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=days)) == number
