"""Rows that are asked for with every request: remembered for seconds, longer while the database is away."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Generic, TypeVar

import structlog

from records.errors import RecordsAway

FRESH = timedelta(seconds=8)
"""A change by another process counts here after that and the read that follows: within 10 seconds."""
WHILE_AWAY = timedelta(minutes=10)
"""How long a row that was just used goes on counting without the database that could confirm it."""
ANSWERS_WITHIN = timedelta(seconds=1)
"""A database that is slower counts as away where there is a remembered row; else it is waited for."""
ASK_AGAIN = timedelta(seconds=5)
"""While the database is away, only one caller in this time waits for it."""
AT_MOST = 10_000

Row = TypeVar("Row")
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Seen(Generic[Row]):
    row: Row
    read_at: float
    asked_at: float


class Remembered(Generic[Row]):
    """Rows by id. What is not there is never remembered, so that what is new counts at once."""

    def __init__(
        self, read: Callable[[str], Awaitable[Row | None]], clock: Callable[[], float] = monotonic
    ) -> None:
        self._read = read
        self._clock = clock
        self._seen: dict[str, _Seen[Row]] = {}
        self._reading: dict[str, asyncio.Task[Row | None]] = {}

    async def get(self, id_: str) -> Row | None:
        """Raises RecordsAway when the row was not seen within WHILE_AWAY."""
        now, seen = self._clock(), self._seen.get(id_)
        if seen is not None and now - seen.read_at < FRESH.total_seconds():
            return seen.row
        usable = seen is not None and now - seen.read_at < WHILE_AWAY.total_seconds()
        if seen is None or not usable:
            return await self._ask(id_)
        if now - seen.asked_at < ASK_AGAIN.total_seconds():
            return seen.row
        seen.asked_at = now
        try:
            return await asyncio.wait_for(self._ask(id_), ANSWERS_WITHIN.total_seconds())
        except (RecordsAway, TimeoutError) as error:
            log.warning("database_away", serving="remembered rows", error=str(error) or "no answer in time")
            return seen.row

    def forget(self, id_: str) -> None:
        self._seen.pop(id_, None)

    async def _ask(self, id_: str) -> Row | None:
        """One read for all who ask at the same moment; who gives up does not stop it for the others."""
        task = self._reading.get(id_)
        if task is None:
            task = asyncio.create_task(self._fetch(id_))
            task.add_done_callback(_looked_at)
            self._reading[id_] = task
        return await asyncio.shield(task)

    async def _fetch(self, id_: str) -> Row | None:
        try:
            asked_at = self._clock()
            row = await self._read(id_)
            self._remember(id_, row, asked_at)
            return row
        finally:
            del self._reading[id_]

    def _remember(self, id_: str, row: Row | None, at: float) -> None:
        self._seen.pop(id_, None)
        if row is None:
            return
        if len(self._seen) >= AT_MOST:
            del self._seen[next(iter(self._seen))]
        self._seen[id_] = _Seen(row, at, at)


def _looked_at(task: asyncio.Task[Row | None]) -> None:
    # Nobody may be left who waits for it; an error that nobody asks for would be reported as lost.
    if not task.cancelled():
        task.exception()
