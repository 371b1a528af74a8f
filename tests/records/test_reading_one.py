"""Finding one escalation by the names that people use for it, and reading its timeline."""

from datetime import timedelta

import pytest

from records.database import Database
from records.ledger import Ledger
from records.reading import Reader
from tests.records.samples import START, life, summary_of


@pytest.fixture
async def reader(database: Database) -> Reader:
    """Two lives of one trouble, and others whose ids look like patterns for it."""
    for escalation_id, key, day in [
        ("esc-billing~1", "billing", 0),
        ("esc-billing~2", "billing", 1),
        ("esc-billingX~9", "unrelated", 2),
        ("esc-b_lling~9", "pattern", 3),
        ("ESC-BILLING~9", "shouted", 4),
    ]:
        events = life(escalation_id, key=key, at=START + timedelta(days=day))
        await Ledger(database).write(summary_of(*events), events)
    return Reader(database)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("esc-billing~1", "esc-billing~1"),
        ("billing", "esc-billing~2"),
        ("esc-billing", "esc-billing~2"),
        ("esc-b_lling", "esc-b_lling~9"),
        ("ESC-BILLING", "ESC-BILLING~9"),
    ],
)
async def test_an_escalation_is_found_by_id_else_by_its_newest_life(
    reader: Reader, name: str, found: str
) -> None:
    row = await reader.get(name)
    assert row is not None
    assert row.id == found


@pytest.mark.parametrize("name", ["", "esc", "esc-%", "esc-billin_", "billing~1", "esc-billing~"])
async def test_what_only_looks_alike_is_not_found(reader: Reader, name: str) -> None:
    assert await reader.get(name) is None


async def test_a_timeline_goes_on_after_the_number_that_was_seen(database: Database) -> None:
    events = life("esc-a~1", 6)
    await Ledger(database).write(summary_of(*events), events)
    assert [row.seq for row in await Reader(database).timeline("esc-a~1", after_seq=4)] == [5, 6]
    assert await Reader(database).timeline("esc-a~1", after_seq=6) == []


async def test_a_timeline_says_who_did_what_when(database: Database) -> None:
    events = life("esc-a~1", 2)
    await Ledger(database).write(summary_of(*events), events)
    first, second = await Reader(database).timeline("esc-a~1")
    assert (first.by, first.type, first.decision_id) == ("agent", "opened", "open-1")
    assert (second.at, second.sentence) == (START + timedelta(minutes=2), events[1].sentence())


async def test_an_unknown_escalation_has_an_empty_timeline_no_events_and_no_deliveries(
    database: Database,
) -> None:
    reader = Reader(database)
    assert await reader.timeline("esc-none~1") == []
    assert await reader.events("esc-none~1") == ()
    assert await reader.deliveries("esc-none~1") == []
