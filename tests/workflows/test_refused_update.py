"""A refused update: an error for the caller, and nothing else. On the dev server, which keeps its history."""

import asyncio

from tests.workflows.histories import failed_tasks
from tests.workflows.house import house, house_on_the_dev_server


async def test_a_refused_update_raises_for_the_caller_and_leaves_nothing() -> None:
    async with house_on_the_dev_server() as home:
        life = await home.open()
        recorded, before = life.types(), await life.history()
        refusal = await life.refusal("confirm", "crm")
        state = await life.settled()
        history = await life.history()
    assert (refusal.type, refusal.details) == ("Refused", ("wrong_stage",))
    assert "it is possible in resolve" in refusal.message
    assert life.types() == recorded
    assert state.seq == len(recorded)
    assert len(history) == len(before)


async def test_an_update_that_is_refused_after_the_opening_fails_neither_task_nor_escalation() -> None:
    async with house(worker=False) as home:
        life = await home.start()
        refused = asyncio.create_task(life.refusal("confirm", "crm"))
        home.hire_worker()
        refusal = await refused
        await life.decide("acknowledge", "anna")
        history = await life.history()
    assert (refusal.type, refusal.details) == ("Refused", ("wrong_stage",))
    assert "decision_refused" not in life.types()
    assert not failed_tasks(history)
