"""The events of all escalations in one order, for readers who come back for more: streams and webhooks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, tuple_

from domain.vocabulary import Role, Severity
from records.database import Database
from records.order import BEGINNING, Place, cursor_of, end, is_settled, place_of
from records.tables import ESCALATION, EVENT_TABLE

READ_AT_MOST = 1000
"""Events in one answer; some have tens of kilobytes."""
_EVENT = tuple(
    EVENT_TABLE.c[name]
    for name in ("escalation_id", "seq", "at", "planned", "by", "role", "type", "decision_id", "sentence")
)
_ESCALATION = tuple(
    ESCALATION.c[name]
    for name in ("key", "severity", "team", "owner", "manager", "customer", "asked_by", "parties")
)


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """An event, and whose it is: the escalation as it stands when the feed is read."""

    cursor: str
    """The place of this event: what comes after it is `after(cursor)`."""
    escalation_id: str
    seq: int
    at: datetime
    planned: datetime | None
    by: str
    role: Role | None
    type: str
    decision_id: str | None
    sentence: str
    payload: dict[str, Any]
    key: str
    severity: Severity
    team: str
    owner: str
    manager: str
    customer: str | None
    asked_by: str
    parties: tuple[str, ...]
    """Everybody inside who has to do with it."""


class Feed:
    """Events come in the order of their numbers within an escalation, and once they are in the feed, no
    other event comes in before them. An event that took the number of a superseded one is a new event.

    On PostgreSQL an event waits for the transactions that began before it was written, so one that
    runs long anywhere on that server, and writes, holds the feed up.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def after(self, cursor: str | None, limit: int = 100, of: str | None = None) -> list[FeedEvent]:
        """The next events, READ_AT_MOST at once; without a cursor from the first event on.

        `of`: the id of an escalation, for its events only.

        Raises ValueError for a cursor that does not come from here, and RecordsAway.
        """
        place = BEGINNING if cursor is None else place_of(cursor)
        query = _events(self._database.dialect, place, max(1, min(limit, READ_AT_MOST)))
        if of is not None:
            query = query.where(EVENT_TABLE.c.escalation_id == of)
        return [_event(row) for row in await self._database.rows(query)]

    async def end(self) -> str:
        """The place after what is in the feed now, for those who only want what comes. Raises RecordsAway."""
        (row,) = await self._database.rows(end(self._database.dialect))
        return cursor_of(row[0], row[1])


def _events(dialect: str, place: Place, limit: int) -> Select[*tuple[Any, ...]]:
    order = (EVENT_TABLE.c.horizon, EVENT_TABLE.c.position)
    query = select(*order, *_EVENT, EVENT_TABLE.c.payload, *_ESCALATION)
    query = query.join(ESCALATION, ESCALATION.c.id == EVENT_TABLE.c.escalation_id)
    query = query.where(tuple_(*order) > tuple_(*place), is_settled(dialect))
    return query.order_by(*order).limit(limit)


def _event(row: Row[*tuple[Any, ...]]) -> FeedEvent:
    columns = dict(row._mapping)
    cursor = cursor_of(columns.pop("horizon"), columns.pop("position"))
    role, severity = columns.pop("role"), Severity(columns.pop("severity"))
    return FeedEvent(**columns, cursor=cursor, role=Role(role) if role else None, severity=severity)
