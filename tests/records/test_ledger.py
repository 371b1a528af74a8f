"""Writing to the ledger: once, in order, and never back."""

import asyncio
from datetime import UTC, timedelta

import pytest
from sqlalchemy import update

from domain.vocabulary import Severity
from records.database import Database
from records.errors import LedgerConflict, LedgerGap
from records.ledger import Ledger
from records.reading import Reader
from records.tables import EVENT_TABLE
from tests.records.samples import START, broken, kept, life, noted, opened, promised, summary_of, warned


async def test_events_and_the_row_are_there_after_a_write(database: Database) -> None:
    events = life("esc-a~1")
    await Ledger(database).write(summary_of(*events), events)
    row = await Reader(database).get("esc-a~1")
    assert row is not None
    assert (row.seq, row.owner, row.customer, row.subject) == (3, "olga", "acme", "Invoice wrong")
    assert [one.seq for one in await Reader(database).timeline("esc-a~1")] == [1, 2, 3]


async def test_the_same_write_twice_is_one(database: Database) -> None:
    events = life("esc-a~1")
    await Ledger(database).write(summary_of(*events), events)
    before = await Reader(database).get("esc-a~1")
    await Ledger(database).write(summary_of(*events), events)
    assert await Reader(database).events("esc-a~1") == events
    assert await Reader(database).get("esc-a~1") == before


async def test_a_write_that_overlaps_what_is_stored_adds_the_rest(database: Database) -> None:
    events = life("esc-a~1", 6)
    await Ledger(database).write(summary_of(*events[:4]), events[:4])
    await Ledger(database).write(summary_of(*events), events[2:])
    assert await Reader(database).events("esc-a~1") == events


async def test_a_write_of_nothing_leaves_nothing(database: Database) -> None:
    await Ledger(database).write(summary_of(*life("esc-a~1")), ())
    assert await Reader(database).get("esc-a~1") is None


async def test_events_that_leave_a_gap_are_refused_and_leave_nothing_behind(database: Database) -> None:
    events = life("esc-a~1", 6)
    await Ledger(database).write(summary_of(*events[:2]), events[:2])
    with pytest.raises(LedgerGap, match="from 3 on") as refused:
        await Ledger(database).write(summary_of(*events), events[4:])
    assert refused.value.highest == 2
    row = await Reader(database).get("esc-a~1")
    assert row is not None
    assert row.seq == 2


async def test_a_life_that_does_not_begin_at_its_beginning_is_refused(database: Database) -> None:
    events = life("esc-a~1")
    with pytest.raises(LedgerGap, match="from 1 on"):
        await Ledger(database).write(summary_of(*events), events[1:])
    assert await Reader(database).get("esc-a~1") is None


async def test_events_with_a_hole_among_them_are_refused(database: Database) -> None:
    events = life("esc-a~1", 5)
    with pytest.raises(LedgerGap, match=r"event 4 .* cannot follow event 2"):
        await Ledger(database).write(summary_of(*events), (*events[:2], *events[3:]))


async def test_another_event_under_a_stored_number_is_a_conflict_and_changes_nothing(
    database: Database,
) -> None:
    events = life("esc-a~1", 2)
    await Ledger(database).write(summary_of(*events), events)
    other = (noted(2, "Something else"), noted(3))
    with pytest.raises(LedgerConflict) as refused:
        await Ledger(database).write(summary_of(events[0], *other), other)
    assert refused.value.seq == 2
    assert await Reader(database).events("esc-a~1") == events


async def test_an_event_stored_before_a_field_was_added_to_its_type_is_no_conflict(
    database: Database,
) -> None:
    events = life("esc-a~1", 1)
    await Ledger(database).write(summary_of(*events), events)
    payload = events[0].model_dump(mode="json", exclude={"role", "planned"})
    async with database.writing() as connection:
        await connection.execute(update(EVENT_TABLE).values(payload=payload))
    await Ledger(database).write(summary_of(*events), events)
    assert await Reader(database).events("esc-a~1") == events


async def test_the_current_row_never_goes_back(database: Database) -> None:
    events = life("esc-a~1", 5)
    await Ledger(database).write(summary_of(*events), events)
    await Ledger(database).write(summary_of(*events[:2]), events[:2])
    row = await Reader(database).get("esc-a~1")
    assert row is not None
    assert row.seq == 5


async def test_the_row_tells_what_is_due_at_risk_and_broken(database: Database) -> None:
    soon, later = START + timedelta(hours=1), START + timedelta(hours=2)
    events = (
        opened("esc-a~1", severity=Severity.S1),
        *(promised(2, "resolve", later), promised(3, "next_update", soon), promised(4, "rca", START)),
        *(warned(5, "next_update", soon), broken(6, "rca", START)),
    )
    await Ledger(database).write(summary_of(*events), events)
    row = await Reader(database).get("esc-a~1")
    assert row is not None
    assert (row.severity, row.next_due) == (Severity.S1, soon)
    assert (row.at_risk, row.broken) == (("next_update",), ("rca",))


async def test_a_promise_kept_late_stays_broken_and_one_kept_in_time_never_was(database: Database) -> None:
    events = (
        opened("esc-a~1"),
        promised(2, "resolve", START),
        promised(3, "rca", START),
        kept(4, "resolve", START),
        broken(5, "rca", START),
        kept(6, "rca", START, broken_at=START),
    )
    await Ledger(database).write(summary_of(*events), events)
    row = await Reader(database).get("esc-a~1")
    assert row is not None
    assert (row.broken, row.at_risk, row.next_due) == (("rca",), (), None)


async def test_instants_come_back_in_utc(database: Database) -> None:
    events = life("esc-a~1")
    await Ledger(database).write(summary_of(*events), events)
    row = await Reader(database).get("esc-a~1")
    assert row is not None
    assert (row.opened_at, row.opened_at.tzinfo) == (START, UTC)
    first, *_ = await Reader(database).timeline("esc-a~1")
    assert (first.at, first.at.tzinfo) == (START, UTC)


async def test_twenty_writers_at_once_all_get_their_turn(database: Database) -> None:
    lives = [life(f"esc-{number}~1", 10) for number in range(20)]
    await asyncio.gather(*(Ledger(database).write(summary_of(*events), events) for events in lives))
    stored = await asyncio.gather(*(Reader(database).events(f"esc-{number}~1") for number in range(20)))
    assert stored == lives


async def test_twenty_writers_of_the_same_events_store_them_once(
    database: Database, other_database: Database
) -> None:
    events = life("esc-a~1", 10)
    ledgers = [Ledger(database), Ledger(other_database)] * 10
    await asyncio.gather(*(ledger.write(summary_of(*events), events) for ledger in ledgers))
    assert await Reader(database).events("esc-a~1") == events
