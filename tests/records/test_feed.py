"""One order of all events, in which a reader who comes back for more misses nothing and sees none twice."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events import AnyEvent
from domain.vocabulary import Severity
from records import migrating
from records.database import Database
from records.feed import Feed, FeedEvent, _events
from records.ledger import Ledger, event_record, store
from tests.records.samples import START, life, noted, summary_of

TASKS = [START, START + timedelta(seconds=10), START + timedelta(seconds=20)]


async def _write(database: Database, events: tuple[AnyEvent, ...], before: tuple[AnyEvent, ...] = ()) -> None:
    await Ledger(database).write(summary_of(*before, *events), events)


async def _store(connection: AsyncConnection, events: tuple[AnyEvent, ...]) -> None:
    """Like Ledger.write, in a transaction that the test holds open."""
    summary = summary_of(*events)
    records = [event_record(summary.id, event, None) for event in events]
    await connection.run_sync(store, summary.model_dump(), records)


def _names(events: list[FeedEvent]) -> list[tuple[str, int]]:
    return [(event.escalation_id, event.seq) for event in events]


async def test_events_of_all_escalations_come_in_the_order_in_which_they_were_written(
    database: Database,
) -> None:
    first, second = life("esc-b~1", 2), life("esc-a~1", 2)
    await _write(database, first)
    await _write(database, second)
    await _write(database, (noted(3),), first)
    events = await Feed(database).after(None)
    assert _names(events) == [("esc-b~1", 1), ("esc-b~1", 2), ("esc-a~1", 1), ("esc-a~1", 2), ("esc-b~1", 3)]


async def test_an_event_says_whose_it_is_and_what_it_says(database: Database) -> None:
    events = life("esc-a~1", 2)
    await _write(database, events)
    _, note = await Feed(database).after(None)
    assert (note.team, note.owner, note.manager, note.customer) == ("support", "olga", "mona", "acme")
    assert (note.asked_by, note.severity, note.key) == ("agent", Severity.S2, "key-of-esc-a~1")
    assert "olga" in note.parties
    assert (note.type, note.by, note.at) == ("noted", "agent", events[1].at)
    assert (note.sentence, note.payload) == (events[1].sentence(), events[1].model_dump(mode="json"))


async def test_a_reader_goes_on_where_it_was_page_by_page(database: Database) -> None:
    await _write(database, life("esc-a~1", 5))
    feed, cursor, seen = Feed(database), None, []
    for _ in range(3):
        page = await feed.after(cursor, limit=2)
        seen += _names(page)
        cursor = page[-1].cursor
    assert seen == [("esc-a~1", seq) for seq in range(1, 6)]
    assert await feed.after(cursor) == []


async def test_from_the_end_on_only_what_is_new_comes(database: Database) -> None:
    events = life("esc-a~1", 2)
    feed = Feed(database)
    before_all = await feed.end()
    await _write(database, events)
    end = await feed.end()
    assert await feed.after(end) == []
    await _write(database, (noted(3),), events)
    assert _names(await feed.after(end)) == [("esc-a~1", 3)]
    assert len(await feed.after(before_all)) == 3


async def test_what_took_the_number_of_a_lost_event_is_a_new_event(database: Database) -> None:
    known, lost, again = life("esc-a~1", 2), noted(3, "lost"), noted(3, "done again")
    ledger, feed = Ledger(database), Feed(database)
    await ledger.write(summary_of(*known), known, TASKS[0])
    await ledger.write(summary_of(*known, lost), (lost,), TASKS[1])
    cursor = (await feed.after(None))[-1].cursor
    await ledger.write(summary_of(*known, again), (again,), TASKS[2])
    (event,) = await feed.after(cursor)
    assert event.payload["text"] == "done again"


@pytest.mark.parametrize(
    "cursor", ["", "garbage", "1", "1-", "-1", "1-2-3", "1--2", "²-1", "1-1e3", f"1-{'9' * 40}"]
)
async def test_a_cursor_from_elsewhere_is_refused(database: Database, cursor: str) -> None:
    with pytest.raises(ValueError, match="no place in the feed: hand in"):
        await Feed(database).after(cursor)


async def test_a_cursor_beyond_all_events_is_just_the_end(database: Database) -> None:
    await _write(database, life("esc-a~1", 2))
    assert await Feed(database).after(f"{'9' * 19}-{'9' * 19}") == []


async def test_who_begins_first_and_commits_last_is_not_skipped(postgresql_url: str) -> None:
    slow, quick, reading = (Database(postgresql_url) for _ in range(3))
    feed = Feed(reading)
    async with AsyncExitStack() as held:
        for each in (slow, quick, reading):
            held.push_async_callback(each.close)
        async with slow.writing() as connection:
            await _store(connection, life("esc-slow~1", 2))
            await _write(quick, life("esc-quick~1", 2))
            cursor = await feed.end()
            assert await feed.after(None) == []
        seen = await feed.after(cursor)
    assert _names(seen) == [(f"esc-{who}~1", seq) for who in ("slow", "quick") for seq in (1, 2)]


async def test_who_begins_first_and_writes_last_comes_last_within_an_escalation(postgresql_url: str) -> None:
    early, late = Database(postgresql_url), Database(postgresql_url)
    events = life("esc-a~1", 4)
    async with AsyncExitStack() as held:
        for each in (early, late):
            held.push_async_callback(each.close)
        async with early.writing() as connection:
            # Its transaction has a number from here on, lower than that of the one that overtakes it.
            await connection.execute(text("SELECT pg_current_xact_id()"))
            await _write(late, events[:2])
            await connection.run_sync(
                store,
                summary_of(*events).model_dump(),
                [event_record("esc-a~1", event, None) for event in events[2:]],
            )
        assert [event.seq for event in await Feed(late).after(None)] == [1, 2, 3, 4]


async def test_a_reader_beside_twenty_writers_sees_every_event_once_and_in_order(
    database: Database, other_database: Database
) -> None:
    lives = [life(f"esc-{number}~1", 6) for number in range(20)]
    feed, seen = Feed(other_database), list[tuple[str, int]]()

    async def live(events: tuple[AnyEvent, ...]) -> None:
        for end in range(2, 7, 2):
            await _write(database, events[end - 2 : end], events[: end - 2])

    async def follow() -> None:
        cursor = None
        while len(seen) < 120:
            for event in await feed.after(cursor, limit=7):
                seen.append((event.escalation_id, event.seq))
                cursor = event.cursor

    await asyncio.gather(follow(), *map(live, lives))
    assert len(set(seen)) == 120
    for number in range(20):
        assert [seq for name, seq in seen if name == f"esc-{number}~1"] == [1, 2, 3, 4, 5, 6]


async def test_a_page_of_the_feed_is_read_along_its_index(database: Database) -> None:
    async with database.reading() as connection:
        dialect = connection.dialect
        query = _events(dialect.name, (5, 5), 10).compile(
            dialect=dialect, compile_kwargs={"literal_binds": True}
        )
        if not database.is_sqlite:
            # Empty tables are read whole unless this is forbidden, and then sorted.
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        rows = await connection.execute(text(f"{explain} {query}"))
        plan = "\n".join(str(tuple(row)) for row in rows)
    assert "ix_event_horizon" in plan
    assert "Sort" not in plan
    assert "B-TREE" not in plan


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_events_from_before_the_feed_come_first_by_their_time(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    database = Database(request.getfixturevalue(f"empty_{backend}_url"))
    if backend == "sqlite":
        (tmp_path / "made" / "on").mkdir(parents=True)
    async with database.writing() as connection:
        await connection.run_sync(_to_the_release_before)
        await _old_event(connection, "esc-b~1", 1, minute=0)
        await _old_event(connection, "esc-a~1", 1, minute=1)
        await _old_event(connection, "esc-b~1", 2, minute=2)
    await database.upgrade()
    await _write(database, life("esc-c~1", 2))
    names = _names(await Feed(database).after(None))
    assert names == [("esc-b~1", 1), ("esc-a~1", 1), ("esc-b~1", 2), ("esc-c~1", 1), ("esc-c~1", 2)]
    await database.close()


def _to_the_release_before(connection: Connection) -> None:
    command.upgrade(migrating._config(connection), "0003")


async def _old_event(connection: AsyncConnection, escalation_id: str, seq: int, minute: int) -> None:
    """As the release before wrote it."""
    row = summary_of(*life(escalation_id, 2)).model_dump(
        mode="json", exclude={"at_risk", "broken", "asked_by", "parties"}
    )
    columns = {**row, "at_risk": "[]", "broken": "[]"}
    names, values = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    added = f"INSERT INTO escalation ({names}) VALUES ({values}) ON CONFLICT DO NOTHING"
    await connection.execute(text(added), columns)
    event = {"id": escalation_id, "seq": seq, "at": f"2026-11-21 09:{minute:02}:00+00:00"}
    await connection.execute(
        text(
            "INSERT INTO event (escalation_id, seq, at, by, type, sentence, payload) VALUES "
            """(:id, :seq, :at, 'agent', 'noted', 'x', '{"report": {"asked_by": "agent"}}')"""
        ),
        event,
    )
