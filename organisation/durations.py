"""Durations as people write them: 20s, 15m, 4h, 2d, 1w, or several in one, 1h30m."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field

UNITS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
LONGEST = timedelta(days=3650)
WRITTEN = re.compile(r"(?:\d{1,8}[wdhms])+", re.ASCII)
PART = re.compile(r"(\d+)([wdhms])", re.ASCII)


def duration(written: object) -> timedelta:
    """The duration that is written. A day is 24 hours, a week 7 days.

    Raises ValueError, with the mend after a semicolon, for anything else.
    """
    if isinstance(written, timedelta):
        return written
    if not isinstance(written, str) or not WRITTEN.fullmatch(written):
        raise ValueError(
            f"{str(written)[:40]!r} is no duration; write a number and a unit (s, m, h, d, w), "
            "such as 15m, 4h, 2d or 1h30m"
        )
    parts = PART.findall(written)
    units = [unit for _, unit in parts]
    if len(units) != len(set(units)):
        raise ValueError(f"{written[:40]!r} names a unit twice; add the numbers up")
    # Each number has eight digits at most, so the sum stays within what a timedelta holds.
    total = sum((int(number) * UNITS[unit] for number, unit in parts), timedelta(0))
    if total > LONGEST:
        raise ValueError(f"{written[:40]!r} is longer than ten years; write at most 3650d")
    return total


def written(length: timedelta) -> str:
    """The duration as it could be written, in days at most: 1d12h. Parts of a second are left out."""
    text = ""
    for unit in ("d", "h", "m", "s"):
        number, length = divmod(length, UNITS[unit])
        text += f"{number}{unit}" if number else ""
    return text or "0s"


def _positive(length: timedelta) -> timedelta:
    if length <= timedelta(0):
        raise ValueError("a length of nothing; write at least 1s")
    return length


Length = Annotated[timedelta, BeforeValidator(duration)]
Positive = Annotated[
    timedelta, Field(gt=timedelta(0)), BeforeValidator(lambda written: _positive(duration(written)))
]
