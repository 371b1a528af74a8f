"""A database that is locked, gone or cut off is one error to callers, and usable when it is back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from records.database import Database
from records.deliveries import DeliveryLog
from records.errors import RecordsAway
from records.ledger import Ledger
from records.reading import Reader
from tests.postgres import PostgresServer
from tests.records.samples import START, life, summary_of
from tests.records.test_deliveries import MAIL

LOCK = {
    "sqlite": "UPDATE alembic_version SET version_num = version_num",
    "postgresql": "LOCK TABLE escalation, event, delivery IN ACCESS EXCLUSIVE MODE",
}
EVENTS = life("esc-a~1")


@asynccontextmanager
async def _locked(database: Database) -> AsyncIterator[None]:
    async with database.writing() as connection:
        await connection.execute(text(LOCK[database.url.get_backend_name()]))
        yield


async def test_a_write_to_a_locked_database_is_away_and_works_later(
    impatient_database: Database, database: Database
) -> None:
    async with _locked(database):
        with pytest.raises(RecordsAway):
            await Ledger(impatient_database).write(summary_of(*EVENTS), EVENTS)
    await Ledger(impatient_database).write(summary_of(*EVENTS), EVENTS)
    assert await Reader(impatient_database).events("esc-a~1") == EVENTS


async def test_a_delivery_on_a_locked_database_is_away_and_works_later(
    impatient_database: Database, database: Database
) -> None:
    async with _locked(database):
        with pytest.raises(RecordsAway):
            await DeliveryLog(impatient_database).begin(MAIL, START)
    assert await DeliveryLog(impatient_database).begin(MAIL, START) is None


async def test_readers_see_the_last_committed_state_while_sqlite_is_written(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await Ledger(database).write(summary_of(*EVENTS), EVENTS)
    async with _locked(database):
        assert await Reader(database).events("esc-a~1") == EVENTS
    await database.close()


async def test_a_writer_that_is_cancelled_while_it_waits_leaves_the_way_free(
    impatient_database: Database, database: Database
) -> None:
    async with _locked(database):
        waiting = asyncio.create_task(Ledger(impatient_database).write(summary_of(*EVENTS), EVENTS))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(waiting, timeout=0.05)
    await Ledger(impatient_database).write(summary_of(*EVENTS), EVENTS)
    assert await Reader(database).events("esc-a~1") == EVENTS


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/at/all/records.db",
        "postgresql://postgres@/records?host=/nowhere/at/all",
        "postgresql://postgres@127.0.0.1:9/records",
    ],
)
async def test_a_database_that_cannot_be_reached_is_away(url: str) -> None:
    database = Database(url)
    with pytest.raises(RecordsAway):
        await Reader(database).get("esc-a~1")
    with pytest.raises(RecordsAway):
        await Ledger(database).write(summary_of(*EVENTS), EVENTS)
    await database.close()


async def test_a_database_without_its_tables_is_away(empty_database: Database, tmp_path: Path) -> None:
    (tmp_path / "made" / "on").mkdir(parents=True)
    with pytest.raises(RecordsAway):
        await Ledger(empty_database).write(summary_of(*EVENTS), EVENTS)
    await empty_database.upgrade()
    await Ledger(empty_database).write(summary_of(*EVENTS), EVENTS)


async def test_connections_that_a_server_cut_are_made_anew(
    postgresql_url: str, server: PostgresServer
) -> None:
    database = Database(postgresql_url)
    await Ledger(database).write(summary_of(*EVENTS), EVENTS)
    server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test%'")
    assert await Reader(database).events("esc-a~1") == EVENTS
    await database.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/records"])
def test_a_database_that_could_not_hold_the_records_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="use sqlite"):
        Database(url, patience=timedelta(seconds=1))
