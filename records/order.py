"""The one order of the events of all escalations, in which a reader who resumes misses nothing.

A reader keeps the place of the last event that it has seen, so no event may get a place before one that
can be read already. SQLite has one writer at a time, and counting is enough. On PostgreSQL who counts
first may commit last. There every event carries a `horizon`: the number of its own transaction, or of the
latest one that had ended when the event was written, whichever is higher. Events are in the order of
(horizon, position), and are read once every transaction up to their horizon has ended. Who writes later
has a higher number, or had not ended. And because writers of one escalation queue for its row, its events
are in the order of their numbers: the horizon of who waited is not below that of who went before.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Text, cast, func, literal, select, union_all

from records.tables import EVENT_TABLE, SUPERSEDED_EVENT

Place = tuple[int, int]
"""Horizon and position."""
BEGINNING: Place = (0, 0)
HIGHEST = 2**63 - 1


def next_place(dialect: str) -> Mapping[str, ColumnElement[int]]:
    """What an INSERT of an event says for its place. Superseded places are not given again."""
    if dialect == "postgresql":
        ended = _number(func.pg_snapshot_xmax(func.pg_current_snapshot())) - 1
        return {
            "position": func.nextval("event_position"),
            "horizon": func.greatest(_number(func.pg_current_xact_id()), ended),
        }
    return {"position": (_last_counted() + 1), "horizon": literal(0)}


def is_settled(dialect: str) -> ColumnElement[bool]:
    """Whether no event can get a place before this one any more."""
    if dialect == "postgresql":
        return EVENT_TABLE.c.horizon < _running_since()
    return EVENT_TABLE.c.horizon >= 0


def end(dialect: str) -> Select[int, int]:
    """The place after all events that can be read now."""
    if dialect == "postgresql":
        return select(_running_since() - 1, literal(HIGHEST, BigInteger))
    return select(literal(0), _last_counted())


def _last_counted() -> ColumnElement[int]:
    counted = (
        select(func.max(table.c.position).label("position")).where(table.c.horizon == 0)
        for table in (EVENT_TABLE, SUPERSEDED_EVENT)
    )
    both = union_all(*counted).subquery()
    return func.coalesce(select(func.max(both.c.position)).scalar_subquery(), 0)


def _running_since() -> ColumnElement[int]:
    """The lowest transaction that has not ended."""
    return _number(func.pg_snapshot_xmin(func.pg_current_snapshot()))


def _number(transaction: ColumnElement[Any]) -> ColumnElement[int]:
    # PostgreSQL knows no shorter way from xid8 to a number.
    return cast(cast(transaction, Text), BigInteger)


def cursor_of(horizon: int, position: int) -> str:
    """A place as readers keep it."""
    return f"{horizon}-{position}"


def place_of(cursor: str) -> Place:
    """Raises ValueError for what is no cursor."""
    horizon, dash, position = cursor.partition("-")
    numbers = (horizon, position)
    if not dash or any(not (each.isascii() and each.isdigit()) or len(each) > 19 for each in numbers):
        raise ValueError(
            f"{cursor[:60]!r} is no place in the feed: hand in the cursor of an event that was read, or none"
        )
    return min(int(horizon), HIGHEST), min(int(position), HIGHEST)
