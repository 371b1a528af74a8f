"""How connections to SQLite and to PostgreSQL are made and set up."""

import asyncio
import json
from datetime import timedelta
from functools import partial

import aiosqlite
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

WRITES = "records_writes"
"""Execution option of transactions that write."""
_CONNECT_SECONDS = 5
_DEAD_PEER_MILLISECONDS = 10_000

_readable_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


def engine(url: URL, patience: timedelta) -> AsyncEngine:
    """An engine whose statements wait at most `patience` for a lock."""
    make = _sqlite if url.get_backend_name() == "sqlite" else _postgresql
    return make(url, _milliseconds(patience))


def _milliseconds(patience: timedelta) -> int:
    return max(1, round(patience.total_seconds() * 1000))


def _sqlite(url: URL, patience: int) -> AsyncEngine:
    made = create_async_engine(
        url,
        json_serializer=_readable_json,
        hide_parameters=True,
        async_creator=partial(_connect_sqlite, url.database or ""),
    )
    event.listen(made.sync_engine, "connect", partial(_set_up_sqlite, patience))
    event.listen(made.sync_engine, "begin", _begin_sqlite)
    return made


def sqlite_of_threads(url: URL, patience: timedelta) -> Engine:
    """The same for threads that do whole transactions by themselves."""
    made = create_engine(
        url.set(drivername="sqlite+pysqlite"), json_serializer=_readable_json, hide_parameters=True
    )
    event.listen(made, "connect", partial(_set_up_sqlite, _milliseconds(patience)))
    event.listen(made, "begin", _begin_sqlite)
    return made


async def _connect_sqlite(file: str) -> aiosqlite.Connection:
    connection = aiosqlite.connect(file)
    thread = connection._thread
    thread.daemon = True
    try:
        return await connection
    except BaseException:
        # Its thread has yet to report to this loop, and would fail loudly if the loop were closed by then.
        await asyncio.to_thread(thread.join, _CONNECT_SECONDS)
        raise


def _set_up_sqlite(patience: int, connection: DBAPIConnection, _: object) -> None:
    # The driver would begin transactions by itself, deferred, and only before some statements.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {patience}")
    cursor.execute("PRAGMA journal_mode = WAL")
    # NORMAL could lose the last commits with the power, and the workflow believes them written.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns writer half-way fails at once when another one wrote since.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: URL, patience: int) -> AsyncEngine:
    made = create_async_engine(
        url,
        json_serializer=_readable_json,
        # Errors end up in logs, and secrets of subscribers are among the parameters.
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"connect_timeout": _CONNECT_SECONDS, "tcp_user_timeout": _DEAD_PEER_MILLISECONDS},
    )
    event.listen(made.sync_engine, "connect", partial(_set_up_postgresql, patience))
    return made


def _set_up_postgresql(patience: int, connection: DBAPIConnection, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {patience}")
    cursor.close()
    connection.commit()
