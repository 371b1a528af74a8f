"""Keeps what happened until the ledger has it: in order, and in one write for all of a wake-up."""

from collections.abc import Callable

from temporalio import workflow
from temporalio.exceptions import FailureError

import workflows.passed_through  # noqa: F401
from workflows import options

with workflow.unsafe.imports_passed_through():
    from activities.inputs import LedgerBatch
    from activities.ledger import LedgerActivities
    from domain.events import AnyEvent
    from domain.summary import summarise

from domain.turn import Outcome
from workflows.task_clock import TaskClock

EVENTS_AT_ONCE = 200
"""About so many events go in one write; keeps its input far below Temporal's limit."""


class RecordKeeper:
    """`recorded` is the last event that the ledger has confirmed; while it `is_away`, the record follows."""

    def __init__(self, recorded: int, tasks: TaskClock) -> None:
        self.recorded = recorded
        self._tasks = tasks
        self.is_away = False
        self._unrecorded: list[Outcome] = []

    @property
    def is_done(self) -> bool:
        return not self._unrecorded

    def add(self, outcome: Outcome) -> None:
        if outcome.events:
            self._unrecorded.append(outcome)

    async def keep(self, may_write: Callable[[], bool]) -> None:
        """Writes for ever; waits while `may_write` says that more belongs to the same wake-up."""
        while True:
            await workflow.wait_condition(lambda: bool(self._unrecorded) and may_write())
            number, events = _first_events(self._unrecorded)
            after = self._unrecorded[number - 1].escalation
            summary = summarise(after, workflow.now())
            await self._write(LedgerBatch(summary=summary, events=events, task_at=self._tasks.began))
            del self._unrecorded[:number]
            self.recorded = after.seq

    async def _write(self, batch: LedgerBatch) -> None:
        summary = f"events {batch.events[0].seq} to {batch.events[-1].seq}"
        try:
            await workflow.execute_local_activity_method(
                LedgerActivities.write_ledger, batch, summary=summary, **options.RECORD_LOCALLY
            )
        except FailureError:  # a local activity's own error comes without an ActivityError around it
            self.is_away = True
            await self._write_patiently(batch, summary)
        self.is_away = False

    async def _write_patiently(self, batch: LedgerBatch, summary: str) -> None:
        """Also when the ledger refuses for good: that is for people to mend, and no reason to stop."""
        while True:
            try:
                return await workflow.execute_activity_method(
                    LedgerActivities.write_ledger, batch, summary=summary, **options.RECORD_PATIENTLY
                )
            except FailureError:
                await workflow.sleep(options.LEDGER_REFUSES, summary="the ledger refuses; try again")


def _first_events(outcomes: list[Outcome]) -> tuple[int, tuple[AnyEvent, ...]]:
    """How many of the outcomes go in one write, and their events."""
    events: list[AnyEvent] = []
    for number, outcome in enumerate(outcomes, 1):
        events.extend(outcome.events)
        if len(events) >= EVENTS_AT_ONCE:
            return number, tuple(events)
    return len(outcomes), tuple(events)
