"""The same decision twice, by whichever ways."""

import asyncio

from domain.events import Noted
from tests.workflows.house import house


async def test_the_same_decision_by_two_updates_and_a_signal_is_one_event() -> None:
    async with house() as home:
        life = await home.open()
        first = await life.decide("note", "anna", decision_id="one", text="seen")
        second = await life.decide("note", "anna", decision_id="one", text="seen")
        await life.signal("note", "anna", decision_id="one", text="seen")
        await life.decide("note", "anna", decision_id="two", text="after it")
    assert (first.changed, second.changed) == (True, False)
    assert [event.decision_id for event in life.all(Noted)] == ["one", "two"]


async def test_update_and_signal_of_one_decision_in_one_task_are_one_event() -> None:
    async with house(max_cached_workflows=0) as home:
        life = await home.open()
        async with home.worker_away():
            await life.signal("note", "anna", decision_id="one", text="seen")
            update = asyncio.create_task(life.decide("note", "anna", decision_id="one", text="seen"))
        done = await update
        await life.settled()
    assert done.recorded
    assert [event.decision_id for event in life.all(Noted)] == ["one"]
