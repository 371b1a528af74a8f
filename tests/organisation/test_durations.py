"""Durations as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisation.durations import duration, written


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("20s", timedelta(seconds=20)),
        ("15m", timedelta(minutes=15)),
        ("4h", timedelta(hours=4)),
        ("2d", timedelta(days=2)),
        ("1w", timedelta(weeks=1)),
        ("1h30m", timedelta(minutes=90)),
        ("1w2d3h4m5s", timedelta(days=9, hours=3, minutes=4, seconds=5)),
        ("0s", timedelta(0)),
    ],
)
def test_a_duration_is_a_number_and_a_unit_or_several(text: str, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize(
    "text", ["", "15", "m", "15 m", "-5m", "1.5h", "15M", "1y", "٣m", "1h 30m", 15, None, True]
)
def test_anything_else_is_refused_with_what_to_write(text: object) -> None:
    with pytest.raises(ValueError, match="is no duration; write a number and a unit"):
        duration(text)


def test_a_unit_can_be_named_once() -> None:
    with pytest.raises(ValueError, match="names a unit twice; add the numbers up"):
        duration("1h1h")


@pytest.mark.parametrize("text", ["3651d", "99999999w"])
def test_ten_years_are_enough(text: str) -> None:
    with pytest.raises(ValueError, match="longer than ten years; write at most 3650d"):
        duration(text)


@given(st.integers(0, 3650 * 86400))
def test_what_is_written_reads_the_same(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert duration(written(length)) == length
