"""Under what a closed escalation is put on the shelf of PostgreSQL: a mark for each value it is narrowed to.

Among the marks are the stretches of ten days in which it was opened and last changed, so that one inverted
index over marks and words (`records/shelf.py`) leads to any filter in either order.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, bindparam, update

from records.tables import SEARCH

BY_VALUE = ("severity", "owner", "team", "customer", "reason", "asked_by", "level")
OPEN = "open"
LEVEL_AT_LEAST = "level>="
OPENED = "opened"
UPDATED = "updated"
OF_HUNDRED = "/100"
"""After the name of a time: the stretch of a hundred days, of which each holds ten of ten."""
_SECONDS = 10 * 24 * 60 * 60


def mark(name: str, value: object) -> str:
    return f"{name}:{value}"


def ten_days(at: datetime) -> int:
    """The number of its stretch of ten days, counted from 1970."""
    return int(at.timestamp() // _SECONDS)


def marks(row: Mapping[str, Any], tags: Iterable[str]) -> list[str]:
    """Of a closed escalation, by its row and its tags; of an open one, whose row changes often, only that."""
    if row["closed_at"] is None:
        return [OPEN]
    return [
        *(mark(name, row[name]) for name in BY_VALUE if row[name] is not None),
        *(mark(LEVEL_AT_LEAST, level) for level in range(1, row["level"] + 1)),
        *sorted(tags),
        *_times(OPENED, ten_days(row["opened_at"])),
        *_times(UPDATED, ten_days(row["updated_at"])),
    ]


def _times(name: str, number: int) -> tuple[str, str]:
    return mark(name, number), mark(f"{name}{OF_HUNDRED}", number // 10)


def spanned(name: str, numbers: range) -> list[str]:
    """As few marks as there can be of which all have one that lie within these stretches of ten days."""
    found: list[str] = []
    number = numbers.start
    while number < numbers.stop:
        is_whole = number % 10 == 0 and number + 10 <= numbers.stop
        found.append(mark(f"{name}{OF_HUNDRED}", number // 10) if is_whole else mark(name, number))
        number += 10 if is_whole else 1
    return found


def shelve(connection: Connection, row: Mapping[str, Any], tags: Iterable[str]) -> None:
    """Puts what is closed on the shelf, and takes what was opened again from it. SQLite has none."""
    if connection.dialect.name != "postgresql":
        return
    is_open = row["closed_at"] is None
    place = {name: None if is_open else row[name] for name in (f"{OPENED}_at", f"{UPDATED}_at")}
    connection.execute(_SHELVING, {"of": row["id"], "marks": marks(row, tags), **place})


_SHELVING = (
    update(SEARCH)
    .where(SEARCH.c.escalation_id == bindparam("of", type_=String))
    .values({name: bindparam(name) for name in ("marks", "opened_at", "updated_at")})
)
