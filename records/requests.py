"""Requests that must be answered alike when they are repeated: by caller and idempotency key."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from records.database import Database
from records.statements import insert
from records.tables import IDEMPOTENT_REQUEST

KEPT = timedelta(days=7)
"""After that the same key is a new request."""
FORGETS = 100
"""Rows that go at once when old requests are forgotten, so that no request waits long for it."""


class Standing(StrEnum):
    NEW = "new"
    REPEATED = "repeated"
    """The first one was answered; its answer is known."""
    UNDER_WAY = "under_way"
    """The first one was begun and has no answer yet: it runs, or its process died. Safe to do again where
    the doing itself is."""
    OTHER = "other"
    """The key belongs to a request with another content."""


@dataclass(frozen=True, slots=True)
class Known:
    standing: Standing
    status: int = 0
    answer: dict[str, Any] | None = None


class Requests:
    """The edge for idempotent requests. Every method raises RecordsAway."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, caller: str, key: str, digest: str, at: datetime) -> Known:
        """Notes the request down, unless it is known. `digest` is of what was asked."""
        table = IDEMPOTENT_REQUEST
        mine = (table.c.caller == caller) & (table.c.key == key)

        def noted(connection: Connection) -> Row[Any] | None:
            """What there was; None when it was not known."""
            old = select(table.c.caller, table.c.key).where(table.c.begun_at < at - KEPT).limit(FORGETS)
            for row in connection.execute(old).all():
                gone = (table.c.caller == row.caller) & (table.c.key == row.key)
                connection.execute(delete(table).where(gone))
            asked = {"caller": caller, "key": key, "digest": digest, "begun_at": at}
            new = insert(connection.dialect.name, table).values(asked).on_conflict_do_nothing()
            if connection.execute(new.returning(table.c.key)).first() is not None:
                return None
            return connection.execute(select(table).where(mine)).one()

        known = await self._database.write(noted)
        if known is None:
            return Known(Standing.NEW)
        if known.digest != digest:
            return Known(Standing.OTHER)
        if known.status is None:
            return Known(Standing.UNDER_WAY)
        return Known(Standing.REPEATED, known.status, known.answer)

    async def answered(self, caller: str, key: str, status: int, answer: dict[str, Any]) -> None:
        """The first answer stays, also where the request came twice at the same moment."""
        table = IDEMPOTENT_REQUEST
        mine = (table.c.caller == caller) & (table.c.key == key) & table.c.status.is_(None)
        answered = update(table).where(mine).values(status=status, answer=answer)
        await self._database.write(lambda connection: connection.execute(answered))

    async def failed(self, caller: str, key: str) -> None:
        """It was refused, and nothing was done: the key may be used again."""
        table = IDEMPOTENT_REQUEST
        mine = (table.c.caller == caller) & (table.c.key == key) & table.c.status.is_(None)
        await self._database.write(lambda connection: connection.execute(delete(table).where(mine)))
