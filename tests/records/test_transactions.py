"""How SQLite is set up, and that transactions which read before they write do not trip over each other."""

import asyncio
import threading

import pytest
from sqlalchemy import Connection, text

from records.database import Database
from records.errors import RecordsAway


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
async def test_sqlite_is_durable_checked_and_patient(
    empty_sqlite_url: str, pragma: str, value: object
) -> None:
    database = Database(empty_sqlite_url)
    await database.upgrade()
    asked = text(f"PRAGMA {pragma}")
    async with database.reading() as connection:
        assert await connection.scalar(asked) == value
    assert [tuple(row) for row in await database.rows(asked)] == [(value,)]
    assert await database.write(lambda connection: connection.scalar(asked)) == value
    await database.close()


async def test_what_fails_half_way_is_undone(database: Database) -> None:
    async def fail() -> None:
        async with database.writing() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = 'half'"))
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    await database.check()


async def test_what_fails_half_way_in_a_thread_is_undone(database: Database) -> None:
    def fail(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = 'half'"))
        raise KeyError

    with pytest.raises(KeyError):
        await database.write(fail)
    await database.check()


async def test_who_is_cancelled_while_it_writes_has_its_turn_to_the_end(sqlite_url: str) -> None:
    database, begun, goes_on = Database(sqlite_url), threading.Event(), threading.Event()
    done = []

    def slowly(connection: Connection) -> None:
        begun.set()
        goes_on.wait(10)
        done.append("first")

    first = asyncio.create_task(database.write(slowly))
    await asyncio.to_thread(begun.wait, 10)
    first.cancel()
    second = asyncio.create_task(database.write(lambda _: done.append("second")))
    assert not (await asyncio.wait({first}, timeout=0.1))[0]
    goes_on.set()
    with pytest.raises(asyncio.CancelledError):
        await first
    await second
    assert done == ["first", "second"]
    await database.close()


async def test_what_was_closed_is_away(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.close()
    with pytest.raises(RecordsAway, match="closed"):
        await database.rows(text("SELECT 1"))


async def test_writers_in_two_processes_may_read_first(database: Database, other_database: Database) -> None:
    async def read_then_write(through: Database) -> None:
        async with through.writing() as connection:
            await connection.execute(text("SELECT version_num FROM alembic_version"))
            await connection.execute(text("UPDATE alembic_version SET version_num = version_num"))

    def the_same(connection: Connection) -> None:
        connection.execute(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = version_num"))

    both = [database, other_database] * 5
    await asyncio.gather(*(read_then_write(one) for one in both), *(one.write(the_same) for one in both))
