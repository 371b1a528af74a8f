"""In which order lists come, and where a page ended."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from typing import Self

from domain.vocabulary import Severity


class Sort(StrEnum):
    """What comes first in a list."""

    NEXT_DUE = "next_due"
    """What is due next; then what is open with nothing due, then what is closed, the newest first."""
    OPENED = "opened"
    """What was opened last."""
    SEVERITY = "severity"
    """The worst; among equals as by NEXT_DUE."""
    UPDATED = "updated"
    """What changed last."""


class Run(StrEnum):
    """How the rows within a stretch of a list follow each other; equals by id, in the same direction."""

    DUE = "due"
    """Open with something due, the earliest first."""
    IDLE = "idle"
    """Open with nothing due, the last opened first."""
    CLOSED = "closed"
    """The last opened first."""
    OPENED = "opened"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A list is one stretch after the other."""

    run: Run
    severity: Severity | None = None
    """Only of this one; None: of all."""


_BY_DUE = (Run.DUE, Run.IDLE, Run.CLOSED)
STRETCHES: dict[Sort, tuple[Stretch, ...]] = {
    Sort.NEXT_DUE: tuple(map(Stretch, _BY_DUE)),
    Sort.OPENED: (Stretch(Run.OPENED),),
    Sort.SEVERITY: tuple(Stretch(run, severity) for severity in Severity for run in _BY_DUE),
    Sort.UPDATED: (Stretch(Run.UPDATED),),
}


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of a row in a list, for callers an opaque text; rows that come or go do not move it."""

    sort: Sort
    stretch: int
    """Number of the stretch, from 0."""
    at: datetime
    """The instant that the stretch is sorted by."""
    id: str

    def __str__(self) -> str:
        place = json.dumps([self.sort, self.stretch, self.at.isoformat(), self.id], separators=(",", ":"))
        return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str, sort: Sort) -> Self:
        """Raises ValueError when the text is not from a page of that order."""
        try:
            padded = text.encode() + b"=" * (-len(text) % 4)
            said = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            of, stretch, at, id_ = said
            cursor = cls(Sort(of), _number(stretch), _instant(at), _text(id_))
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise ValueError(
                f"{text[:200]!r} is not the end of a page; hand in what the page before said"
            ) from error
        if cursor.sort is not sort:
            raise ValueError(
                f"the page before was sorted by {cursor.sort}, this one by {sort}; "
                "hand in the same sort, or begin without it"
            )
        if cursor.stretch >= len(STRETCHES[sort]):
            raise ValueError(f"{text[:200]!r} is not the end of a page; hand in what the page before said")
        return cursor


def _number(said: object) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or said < 0:
        raise ValueError("no number")
    return said


def _instant(said: object) -> datetime:
    if not isinstance(said, str) or (instant := datetime.fromisoformat(said)).utcoffset() is None:
        raise ValueError("no instant")
    return instant.astimezone(UTC)


def _text(said: object) -> str:
    # PostgreSQL takes neither, and no id has them.
    if not isinstance(said, str) or "\0" in said or any("\ud800" <= one <= "\udfff" for one in said):
        raise ValueError("no id")
    return said


def in_turn(sort: Sort, begin: Cursor | None) -> Iterator[Mapping[int, Stretch]]:
    """The stretches from there on by their numbers, as they are asked for: often the first one suffices."""
    first = begin.stretch if begin else 0
    left = {number: one for number, one in enumerate(STRETCHES[sort]) if number >= first}
    yield {first: left.pop(first)}
    for _, some in groupby(left.items(), key=lambda numbered: numbered[1].severity):
        yield dict(some)
