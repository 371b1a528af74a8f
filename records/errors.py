"""What can go wrong with the records, in words that need no knowledge of SQL."""


class RecordsAway(Exception):
    """The database cannot be reached, is locked, or lacks its tables. The same call may work later."""


class LedgerGap(Exception):
    """Events were handed in that do not follow on those that are stored. Nothing was written."""

    def __init__(self, escalation_id: str, first: int, highest: int) -> None:
        super().__init__(
            f"event {first} of {escalation_id} cannot follow event {highest}: "
            f"hand in the events from {highest + 1} on"
        )
        self.highest = highest
        """The last event before the gap; 0 when there is none."""


class LedgerConflict(Exception):
    """The ledger holds another event under that number, and by a task that began no earlier.

    Nothing was written. It comes from a worker whose task others have done again meanwhile, or from a
    ledger that belongs to another Temporal server; no retry mends it.
    """

    def __init__(self, escalation_id: str, seq: int) -> None:
        super().__init__(f"the ledger holds another event {seq} of {escalation_id}, made by a later task")
        self.seq = seq


class SchemaMismatch(Exception):
    """The tables are not those of this release; the message says what to do."""


class UnknownDelivery(Exception):
    """A delivery was finished that nobody began."""
