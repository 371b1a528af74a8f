"""Decisions that arrive before the escalation is open."""

import asyncio

from tests.eventually import eventually
from tests.workflows.house import House, house


async def test_a_signal_that_came_before_any_worker_is_applied() -> None:
    async with house(worker=False) as home:
        life = await home.start()
        await life.signal("acknowledge", "anna")
        home.hire_worker()
        await life.has("acknowledged")
    assert life.types()[0] == "opened"


async def test_a_signal_that_came_while_the_policy_is_read_is_applied() -> None:
    async with house() as home:
        home.outside.may_prepare.clear()
        life = await home.start()
        await _is_reading(home)
        await life.signal("acknowledge", "anna")
        home.outside.may_prepare.set()
        await life.has("acknowledged")
    assert life.types()[0] == "opened"


async def test_an_update_that_came_before_any_worker_waits_for_the_opening() -> None:
    async with house(worker=False) as home:
        home.outside.may_prepare.clear()
        life = await home.start()
        update = asyncio.create_task(life.decide("acknowledge", "anna"))
        home.hire_worker()
        await _is_reading(home)
        assert not update.done()
        home.outside.may_prepare.set()
        done = await update
    assert (done.changed, done.recorded) == (True, True)
    assert life.types()[0] == "opened"


async def _is_reading(home: House) -> None:
    async def asked() -> bool:
        return home.outside.prepared > 0

    await eventually(asked, "the policy is asked for")
