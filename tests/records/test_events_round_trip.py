"""Whatever can happen comes back from the ledger as it went in."""

from domain.events import EVENT_TYPES
from records.database import Database
from records.ledger import Ledger
from records.reading import Reader
from tests.records.samples import TRICKY, life, noted, opened, sample, state, summary_of


async def test_an_event_of_every_type_comes_back_equal(database: Database) -> None:
    begun = life("esc-a~1", 1)
    events = (*begun, *(sample(one, seq) for seq, one in enumerate(EVENT_TYPES, start=2)))
    await Ledger(database).write(summary_of(*begun), events)
    assert await Reader(database).events("esc-a~1") == events


async def test_a_stored_life_folds_to_the_state_it_was_written_with(database: Database) -> None:
    events = life("esc-a~1", 5)
    await Ledger(database).write(summary_of(*events), events)
    assert state(*await Reader(database).events("esc-a~1")) == state(*events)


async def test_text_with_emoji_quotes_and_line_feeds_comes_back_unchanged(database: Database) -> None:
    events = (opened("esc-a~1"), noted(2, TRICKY))
    await Ledger(database).write(summary_of(*events), events)
    _, note = await Reader(database).timeline("esc-a~1")
    assert note.payload["text"] == TRICKY
    assert note.sentence == noted(2, TRICKY).sentence()


async def test_a_nul_that_a_database_cannot_store_is_replaced_in_what_people_read(database: Database) -> None:
    events = (opened("esc-a~1"), noted(2, "a\0b"))
    await Ledger(database).write(summary_of(*events), events)
    _, note = await Reader(database).timeline("esc-a~1")
    assert "a\ufffdb" in note.sentence
    assert note.payload["text"] == "a\0b"
