"""A ledger that is restored from a dump into another PostgreSQL server loses no event on its way out."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from records.database import Database
from records.errors import SchemaMismatch
from records.feed import Feed
from records.rows import HookState
from tests.activities.hooked import Hooked, ids, seqs
from tests.activities.peers import HttpPeer

FURTHER = 10_000_000
"""So many transactions the other server was ahead."""


@pytest.fixture
async def database(disposable_postgresql_url: str) -> AsyncIterator[Database]:
    opened = Database(disposable_postgresql_url)
    yield opened
    await opened.close()


async def _restored_from_elsewhere(database: Database) -> None:
    """All that the other server's numbers are in, as a dump would bring it."""
    async with database.writing() as connection:
        for table in ("event", "superseded_event", "webhook_delivery"):
            await connection.execute(text(f"UPDATE {table} SET horizon = horizon + {FURTHER}"))
        ahead = f"(split_part(cursor, '-', 1)::bigint + {FURTHER}) || '-' || split_part(cursor, '-', 2)"
        await connection.execute(text(f"UPDATE webhook_subscription SET cursor = {ahead}"))


async def _events(database: Database, *names: str) -> list[tuple[str, int]]:
    found = await Feed(database).after(None)
    return [(event.escalation_id, event.seq) for event in found if event.escalation_id in names]


async def test_it_is_refused_until_it_is_upgraded_and_then_in_order(database: Database) -> None:
    hooked = Hooked(database)
    await hooked.happen("esc-old~1", 3)
    await _restored_from_elsewhere(database)
    with pytest.raises(SchemaMismatch, match="run `escalations db upgrade`"):
        await database.check()
    await database.upgrade()
    await database.check()
    await hooked.happen("esc-new~1", 2)
    await hooked.happen("esc-old~1", 1)
    assert await _events(database, "esc-old~1", "esc-new~1") == [
        *(("esc-old~1", seq) for seq in (1, 2, 3)),
        *(("esc-new~1", seq) for seq in (1, 2)),
        ("esc-old~1", 4),
    ]


async def test_subscribers_get_what_was_queued_what_was_not_and_what_is_new(database: Database) -> None:
    hooked = Hooked(database)
    async with HttpPeer() as peer:
        await hooked.subscribe(peer)
        await hooked.happen("esc-queued~1", 2)
        await hooked.queue.queue_new(hooked.at)
        await hooked.happen("esc-waiting~1", 2)
        await _restored_from_elsewhere(database)
        await database.upgrade()
        await hooked.happen("esc-queued~1", 1)
        await hooked.happen("esc-new~1", 2)
        await hooked.work(hooked.dispatcher())
        for name, count in (("esc-queued~1", 3), ("esc-waiting~1", 2), ("esc-new~1", 2)):
            assert seqs(peer, name) == list(range(1, count + 1))
        assert len(set(ids(peer))) == 7
    assert await hooked.deliveries(state=HookState.WAITING) == []


async def test_a_ledger_of_this_server_is_left_alone(database: Database) -> None:
    hooked = Hooked(database)
    await hooked.happen("esc-a~1", 3)
    before = await _places(database)
    await database.check()
    await database.upgrade()
    assert await _places(database) == before


async def _places(database: Database) -> list[Any]:
    return list(await database.rows(text("SELECT horizon, position FROM event ORDER BY 1, 2")))
