"""Events of a workflow task that Temporal never completed give way to those of the task that did it again."""

from datetime import datetime, timedelta

import pytest

from domain.events import AnyEvent
from records.database import Database
from records.errors import LedgerConflict
from records.ledger import Ledger
from records.reading import Reader
from tests.records.samples import START, life, noted, summary_of

ID = "esc-a~1"
FIRST, SECOND, THIRD = (START + timedelta(seconds=seconds) for seconds in (0, 10, 20))
KNOWN = life(ID, 2)
LOST = (noted(3, "as the lost task saw it"), noted(4), noted(5))
DONE_AGAIN = (noted(3, "as it was done again"),)


async def _write_lost(database: Database) -> None:
    await Ledger(database).write(summary_of(*KNOWN), KNOWN, FIRST)
    await Ledger(database).write(summary_of(*KNOWN, *LOST), LOST, SECOND)


async def _seq(database: Database) -> int:
    row = await Reader(database).get(ID)
    assert row is not None
    return row.seq


async def test_a_later_task_replaces_what_a_lost_one_wrote_and_the_row_goes_back(database: Database) -> None:
    await _write_lost(database)
    await Ledger(database).write(summary_of(*KNOWN, *DONE_AGAIN), DONE_AGAIN, THIRD)
    assert await Reader(database).events(ID) == (*KNOWN, *DONE_AGAIN)
    assert await _seq(database) == 3


async def test_what_was_replaced_is_kept_apart_with_its_task(database: Database) -> None:
    await _write_lost(database)
    await Ledger(database).write(summary_of(*KNOWN, *DONE_AGAIN), DONE_AGAIN, THIRD)
    rows = await Reader(database).superseded(ID)
    assert [(row.seq, row.task_at) for row in rows] == [(event.seq, SECOND) for event in LOST]
    assert rows[0].payload == LOST[0].model_dump(mode="json")


async def test_equal_events_stay_and_what_the_lost_task_had_beyond_them_goes(database: Database) -> None:
    await _write_lost(database)
    await Ledger(database).write(summary_of(*KNOWN, LOST[0]), LOST[:1], THIRD)
    assert await Reader(database).events(ID) == (*KNOWN, LOST[0])
    assert [row.seq for row in await Reader(database).superseded(ID)] == [4, 5]
    assert await _seq(database) == 3


async def test_only_events_from_the_first_other_one_on_are_replaced(database: Database) -> None:
    await _write_lost(database)
    truth: tuple[AnyEvent, ...] = (LOST[0], noted(4, "otherwise"), LOST[2], noted(6))
    await Ledger(database).write(summary_of(*KNOWN, *truth), truth, THIRD)
    assert await Reader(database).events(ID) == (*KNOWN, *truth)
    assert [row.seq for row in await Reader(database).superseded(ID)] == [4, 5]


async def test_a_task_may_be_lost_more_than_once(database: Database) -> None:
    await Ledger(database).write(summary_of(*KNOWN), KNOWN, FIRST)
    for number, task_at in enumerate((FIRST, SECOND, THIRD)):
        event = noted(3, f"attempt {number}")
        await Ledger(database).write(summary_of(*KNOWN, event), (event,), task_at)
    assert await Reader(database).events(ID) == (*KNOWN, noted(3, "attempt 2"))
    assert [row.task_at for row in await Reader(database).superseded(ID)] == [FIRST, SECOND]


@pytest.mark.parametrize("task_at", [FIRST, SECOND, None])
async def test_a_worker_that_hung_cannot_replace_what_a_later_task_wrote(
    database: Database, task_at: datetime | None
) -> None:
    await Ledger(database).write(summary_of(*KNOWN), KNOWN, FIRST)
    await Ledger(database).write(summary_of(*KNOWN, *DONE_AGAIN), DONE_AGAIN, SECOND)
    with pytest.raises(LedgerConflict, match="another event 3"):
        await Ledger(database).write(summary_of(*KNOWN, *LOST), LOST, task_at)
    assert await Reader(database).events(ID) == (*KNOWN, *DONE_AGAIN)
    assert await Reader(database).superseded(ID) == []
    assert await _seq(database) == 3


async def test_a_late_retry_of_an_earlier_write_changes_nothing(database: Database) -> None:
    await _write_lost(database)
    await Ledger(database).write(summary_of(*KNOWN), KNOWN, FIRST)
    assert await Reader(database).events(ID) == (*KNOWN, *LOST)
    assert await _seq(database) == 5


async def test_events_of_an_earlier_release_give_way_to_a_task_that_is_known(database: Database) -> None:
    await Ledger(database).write(summary_of(*KNOWN, *LOST), (*KNOWN, *LOST))
    await Ledger(database).write(summary_of(*KNOWN, *DONE_AGAIN), DONE_AGAIN, FIRST)
    assert await Reader(database).events(ID) == (*KNOWN, *DONE_AGAIN)
    assert [row.task_at for row in await Reader(database).superseded(ID)] == [None] * 3


async def test_replacing_one_life_leaves_others_alone(database: Database) -> None:
    other = life("esc-b~1", 5)
    await Ledger(database).write(summary_of(*other), other, FIRST)
    await _write_lost(database)
    await Ledger(database).write(summary_of(*KNOWN, *DONE_AGAIN), DONE_AGAIN, THIRD)
    assert await Reader(database).events("esc-b~1") == other
