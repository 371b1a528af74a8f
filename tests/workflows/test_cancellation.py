"""An operator cancels the workflow."""

import asyncio

import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import CancelledError

from domain.events import Closed
from tests.eventually import eventually
from tests.workflows.histories import names
from tests.workflows.house import Life, house


async def test_a_cancelled_workflow_leaves_truthful_last_events() -> None:
    async with house() as home:
        life = await home.open()
        await life.decide("acknowledge", "anna")
        await life.handle.cancel()
        last = await _ended(life)
    assert names([last]) == ["WorkflowExecutionCanceled"]
    closing = life.types()[life.types().index("cancel_decided") :]
    assert "closed" in closing
    assert [event.reason for event in life.all(Closed)] == ["cancelled"]
    assert [event.seq for event in life.events()] == list(range(1, len(life.events()) + 1))
    assert home.outside.batches[-1].summary.close_reason == "cancelled"
    assert {notice.recipient for notice in home.outside.notices if notice.template == "closed"} == {
        "anna",
        "mara",
    }


async def test_a_workflow_cancelled_before_the_opening_tells_whoever_waits() -> None:
    async with house(worker=False) as home:
        home.outside.files_are_broken = True
        life = await home.start()
        await life.signal("note", "anna", text="nobody will read it")
        update = asyncio.create_task(life.decide("acknowledge", "anna"))
        home.hire_worker()

        async def tried() -> bool:
            return home.outside.prepared > 3

        await eventually(tried, "the patient tries have begun")
        await life.handle.cancel()
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await update
        last = await _ended(life)
    assert "could not be opened" in str(refused.value.cause)
    assert names([last]) == ["WorkflowExecutionCanceled"]
    assert life.types() == []


async def _ended(life: Life) -> HistoryEvent:
    """How it ended, as the history says."""
    with pytest.raises(WorkflowFailureError) as failed:
        await life.ended()
    assert isinstance(failed.value.cause, CancelledError)
    return (await life.history())[-1]
