"""The threads that work on SQLite: whole transactions, those that write one after the other."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from records.engines import WRITES, sqlite_of_threads
from records.errors import RecordsAway

T = TypeVar("T")

READERS = 4
"""More would only wait for the interpreter's lock."""


class SqliteThreads:
    """Who is cancelled while a transaction runs does not stop it, and waits for its end: it may have written,
    and whose turn comes next must not wait for two."""

    def __init__(self, url: URL, patience: timedelta) -> None:
        self._reads = sqlite_of_threads(url, patience)
        self._writes = self._reads.execution_options(**{WRITES: True})
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")

    async def write(self, work: Callable[[Connection], T]) -> T:
        def transaction() -> T:
            with self._writes.begin() as connection:
                return work(connection)

        return await _to_its_end(_begun(self._writer, transaction))

    async def read(self, work: Callable[[Connection], T]) -> T:
        def look() -> T:
            with self._reads.connect() as connection:
                return work(connection)

        return await _begun(self._readers, look)

    async def close(self) -> None:
        """After what is under way."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._writer.shutdown()
        self._readers.shutdown()
        self._reads.dispose()


def _begun(threads: ThreadPoolExecutor, work: Callable[[], T]) -> asyncio.Future[T]:
    try:
        return asyncio.get_running_loop().run_in_executor(threads, work)
    except RuntimeError as error:
        raise RecordsAway("the database was closed") from error


async def _to_its_end(work: asyncio.Future[T]) -> T:
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait({work})
        # Nobody else hears how it ended.
        work.exception()
        raise
