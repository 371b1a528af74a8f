"""Connections and transactions, on SQLite or PostgreSQL, with one error for a database that is away."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Executable, Row, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection

from records import migrating
from records.engines import WRITES, engine
from records.errors import RecordsAway
from records.sqlite_threads import SqliteThreads

T = TypeVar("T")

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}


class Database:
    """One database. Made inside a running loop or outside, used on one loop, closed by its owner.

    `patience` is how long a statement waits for a lock before the database counts as away.
    """

    def __init__(self, url: str, *, patience: timedelta = timedelta(seconds=5)) -> None:
        self.url = _with_driver(url)
        self._engine = engine(self.url, patience)
        self._writes = self._engine.execution_options(**{WRITES: True})
        # On SQLite every transaction is one.
        view = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._views = self._engine.execution_options(**view)
        self._patience = patience
        self._turn = asyncio.Lock()
        self._threads = SqliteThreads(self.url, patience) if self.is_sqlite else None

    @property
    def dialect(self) -> str:
        return self.url.get_backend_name()

    @property
    def is_sqlite(self) -> bool:
        return self.dialect == "sqlite"

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Does the work in one transaction that commits at its end. Raises RecordsAway.

        On SQLite it runs as a whole in a thread, at half the cost of `writing`, where every statement
        goes to a thread and back four times, and is not stopped half-way. It must not touch the loop.
        """
        with _one_error():
            async with self._my_turn():
                if self._threads is not None:
                    return await self._threads.write(work)
                async with self._writes.begin() as connection:
                    return await connection.run_sync(work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """The same for reads, which all see the database as it was at the first of them."""
        with _one_error():
            if self._threads is not None:
                return await self._threads.read(work)
            async with self._views.connect() as connection:
                return await connection.run_sync(work)

    async def rows(self, query: Executable) -> Sequence[Row[*tuple[Any, ...]]]:
        """All rows of one query. Raises RecordsAway."""
        return await self.read(lambda connection: connection.execute(query).all())

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that commits at the end. Raises RecordsAway."""
        with _one_error():
            async with self._my_turn(), self._writes.begin() as connection:
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A view: all reads see the database as it was at the first of them. Raises RecordsAway."""
        with _one_error():
            async with self._views.connect() as connection:
                yield connection

    @asynccontextmanager
    async def _my_turn(self) -> AsyncIterator[None]:
        """SQLite lets one writer in and keeps no queue: in turn is faster than by its busy handler."""
        if not self.is_sqlite:
            yield
            return
        # Behind a locked file the waits of all who came before would add up.
        async with asyncio.timeout(self._patience.total_seconds()):
            await self._turn.acquire()
        try:
            yield
        finally:
            self._turn.release()

    async def upgrade(self) -> None:
        """Runs the missing migrations; makes the SQLite file where there is none."""
        if self.is_sqlite:
            await asyncio.to_thread(partial(_file(self.url).parent.mkdir, parents=True, exist_ok=True))
        async with self.writing() as connection:
            await connection.run_sync(migrating.upgrade)

    async def check(self) -> None:
        """Raises SchemaMismatch, which says what to do, unless the tables are those of this release."""
        await self.read(migrating.check)

    async def close(self) -> None:
        if self._threads is not None:
            await self._threads.close()
        await self._engine.dispose()


def _with_driver(url: str) -> URL:
    parsed = make_url(url)
    driver = _DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        raise ValueError(f"{parsed.get_backend_name()} databases are not supported; use sqlite or postgresql")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ValueError("records need a file; use sqlite:///path/to/file.db")
    return parsed.set(drivername=driver)


def _file(url: URL) -> Path:
    return Path(cast("str", url.database))


@contextmanager
def _one_error() -> Iterator[None]:
    try:
        yield
    except (IntegrityError, DataError):
        raise
    except (DBAPIError, NoConnectionFree, OSError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise RecordsAway(f"the database is away: {cause}") from error
