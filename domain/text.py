"""What counts as text: lengths, no control characters. Errors say what to do."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Unicode's category Cc, without line feed and tab."""


def _no_controls(text: str) -> str:
    found = _CONTROL.search(text)
    if found is None:
        return text
    raise ValueError(
        f"control character U+{ord(found[0]):04X} at position {found.start()}; remove it "
        "(line feeds and tabs may stay)"
    )


def _one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise ValueError("must be a single line; put the rest into the description")
    return text


def _plausible(at: datetime) -> datetime:
    if not 2000 <= at.year < 2200:
        raise ValueError(f"the year {at.year} is not plausible here; use a date from 2000 to 2199")
    return at


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_no_controls),
    AfterValidator(_one_line),
]
"""One line of 1 to 200 characters."""

Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=20_000),
    AfterValidator(_no_controls),
]
"""Running text of at most 20,000 characters; longer material belongs into an attachment that is linked."""

Words = Annotated[Text, Field(min_length=1)]
"""Text that may not be empty."""

Identifier = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@:/+~-]*$"),
]
"""A name for machines: letters, digits and . _ @ : / + ~ - , at most 100 characters."""

Instant = Annotated[AwareDatetime, AfterValidator(_plausible)]
"""A point in time with a UTC offset, between the years 2000 and 2199."""
