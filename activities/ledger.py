"""Writes into the ledger what has happened."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.inputs import LedgerBatch
from records.errors import LedgerConflict, LedgerGap, RecordsAway
from records.ledger import Ledger


class LedgerActivities:
    """Safe to repeat: events are written by escalation and number, in one transaction with the row."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @activity.defn(name="write-ledger")
    async def write_ledger(self, batch: LedgerBatch) -> None:
        """Fails as RecordsAway, LedgerConflict or LedgerGap, each to be tried again.

        The last two need somebody to mend the ledger; until then the workflow keeps its events.
        """
        try:
            await self._ledger.write(batch.summary, batch.events, batch.task_at)
        except (RecordsAway, LedgerConflict, LedgerGap) as error:
            raise ApplicationError(str(error), type=type(error).__name__) from error
