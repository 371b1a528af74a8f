"""How SQLite is set up, and that transactions which read before they write do not trip over each other."""

import asyncio

import pytest
from sqlalchemy import text

from records.database import Database


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
async def test_sqlite_is_durable_checked_and_patient(
    empty_sqlite_url: str, pragma: str, value: object
) -> None:
    database = Database(empty_sqlite_url)
    await database.upgrade()
    async with database.reading() as connection:
        assert await connection.scalar(text(f"PRAGMA {pragma}")) == value
    await database.close()


async def test_what_fails_half_way_is_undone(database: Database) -> None:
    async def fail() -> None:
        async with database.writing() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = 'half'"))
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    await database.check()


async def test_writers_in_two_processes_may_read_first(database: Database, other_database: Database) -> None:
    async def read_then_write(through: Database) -> None:
        async with through.writing() as connection:
            await connection.execute(text("SELECT version_num FROM alembic_version"))
            await connection.execute(text("UPDATE alembic_version SET version_num = version_num"))

    await asyncio.gather(*(read_then_write(one) for one in [database, other_database] * 5))
