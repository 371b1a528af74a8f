"""The policy to open under cannot be read, or there is none."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.client import WorkflowFailureError, WorkflowUpdateFailedError

from tests.eventually import eventually
from tests.workflows.house import house


async def test_an_escalation_waits_for_broken_files_to_be_mended() -> None:
    async with house() as home:
        home.outside.files_are_broken = True
        life = await home.start()
        await life.signal("acknowledge", "anna")

        async def tried() -> bool:
            return home.outside.prepared > 3

        await eventually(tried, "the patient tries have begun")
        home.outside.files_are_broken = False
        await home.pass_time(timedelta(minutes=1))
        await life.has("acknowledged")


async def test_an_unknown_policy_fails_the_workflow_and_whoever_waits_hears_it() -> None:
    async with house(worker=False) as home:
        life = await home.start(policy="no-such-policy")
        update = asyncio.create_task(life.decide("acknowledge", "anna"))
        home.hire_worker()
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await update
        with pytest.raises(WorkflowFailureError):
            await life.ended()
    assert "could not be opened" in str(refused.value.cause)
    assert life.types() == []
