"""Puts right what lists find escalations by, on PostgreSQL, where it is not what their rows say.

A forgotten worker of a release with lists and without the shelf (tables of revisions 0006 to 0010) goes on
writing rows without their marks, and nothing more is written about what is closed.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, case, or_, select

from records.marks import shelve
from records.tables import ESCALATION, SEARCH, TAG
from records.tags import store_tags

_AT_ONCE = 500


def reshelve(connection: Connection) -> int:
    """For how many it was wrong."""
    if connection.dialect.name != "postgresql":
        return 0
    wrong = connection.scalars(_wrong()).all()
    for first in range(0, len(wrong), _AT_ONCE):
        some = ESCALATION.c.id.in_(wrong[first : first + _AT_ONCE])
        # Locked, as the ledger does it first: else a worker could close one between reading and writing.
        rows = select(ESCALATION).where(some).order_by(ESCALATION.c.id).with_for_update()
        for row in connection.execute(rows):
            _put_right(connection, dict(row._mapping))
    return len(wrong)


def _wrong() -> Select[str]:
    row, shelf = ESCALATION.c, SEARCH.c
    updated, opened = (case((row.closed_at.is_not(None), at)) for at in (row.updated_at, row.opened_at))
    copied = select(TAG.c.tag).where(
        TAG.c.escalation_id == row.id, TAG.c.updated_at.is_distinct_from(updated)
    )
    found = select(row.id).join(SEARCH, shelf.escalation_id == row.id)
    return found.where(
        or_(
            shelf.marks.is_(None),
            shelf.updated_at.is_distinct_from(updated),
            shelf.opened_at.is_distinct_from(opened),
            copied.exists(),
        )
    )


def _put_right(connection: Connection, row: Mapping[str, Any]) -> None:
    kept = select(TAG.c.tag, TAG.c.severity, TAG.c.opened_at, TAG.c.updated_at)
    there = connection.execute(kept.where(TAG.c.escalation_id == row["id"]))
    store_tags(connection, dict(row), {tag: tuple(copies) for tag, *copies in there})
    if row["closed_at"] is None:
        shelve(connection, row, ())
