"""What a workflow hands in is in the ledger, or the error says whether trying again can help."""

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.inputs import LedgerBatch
from activities.ledger import LedgerActivities
from domain.events import AnyEvent
from domain.summary import summarise
from records.database import Database
from records.ledger import Ledger
from records.reading import Reader
from tests.records.samples import life, noted, state

ID = "esc-ticket-4711~20261121-203355"


def batch(*events: AnyEvent) -> LedgerBatch:
    whole = life(ID, 3)
    return LedgerBatch(summary=summarise(state(*whole), whole[-1].at), events=events or whole)


async def test_events_and_the_row_are_written_once_however_often_it_is_tried(
    environment: ActivityEnvironment, database: Database
) -> None:
    activities = LedgerActivities(Ledger(database))
    await environment.run(activities.write_ledger, batch())
    await environment.run(activities.write_ledger, batch())

    reader = Reader(database)
    assert await reader.events(ID) == life(ID, 3)
    row = await reader.get(ID)
    assert row is not None
    assert row.seq == 3


async def test_events_that_do_not_follow_wait_until_the_ledger_is_mended(
    environment: ActivityEnvironment, database: Database
) -> None:
    activities = LedgerActivities(Ledger(database))
    with pytest.raises(ApplicationError) as failed:
        await environment.run(activities.write_ledger, batch(*life(ID, 3)[2:]))

    assert (failed.value.type, failed.value.non_retryable) == ("LedgerGap", False)


async def test_another_event_of_the_same_number_waits_until_the_ledger_is_mended(
    environment: ActivityEnvironment, database: Database
) -> None:
    activities = LedgerActivities(Ledger(database))
    await environment.run(activities.write_ledger, batch())
    with pytest.raises(ApplicationError) as failed:
        await environment.run(activities.write_ledger, batch(noted(3, "something else")))

    assert (failed.value.type, failed.value.non_retryable) == ("LedgerConflict", False)


async def test_records_that_are_away_are_worth_another_try(
    environment: ActivityEnvironment, database_away: Database
) -> None:
    activities = LedgerActivities(Ledger(database_away))
    with pytest.raises(ApplicationError) as failed:
        await environment.run(activities.write_ledger, batch())

    assert (failed.value.type, failed.value.non_retryable) == ("RecordsAway", False)
