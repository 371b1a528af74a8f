"""The same decision twice, by whichever ways."""

import asyncio

from domain.events import DecisionRefused, Noted
from tests.workflows.histories import failed_tasks
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


async def test_another_decision_under_a_known_id_is_refused_to_whoever_waits() -> None:
    async with house() as home:
        life = await home.open()
        await life.decide("note", "anna", decision_id="one", text="seen")
        other = await life.refusal("note", "ben", decision_id="one", text="seen")
        further = await life.refusal("note", "anna", decision_id="one", text="something else")
    assert (other.details[0], further.details[0]) == ("reused", "reused")
    assert len(life.all(Noted)) == 1


async def test_of_two_decisions_that_wait_under_one_id_the_second_is_refused_on_the_timeline() -> None:
    async with house(max_cached_workflows=0) as home:
        life = await home.open()
        async with home.worker_away():
            await life.signal("note", "anna", decision_id="one", text="hers")
            await life.signal("note", "ben", decision_id="one", text="his")
            await life.signal("note", "ben", decision_id="one", text="his")
        await life.has("decision_refused")
        again = await life.decide("note", "anna", decision_id="one", text="hers")
        await life.settled()
        history = await life.history()
    assert [event.text for event in life.all(Noted)] == ["hers"]
    assert [(event.by, event.code) for event in life.all(DecisionRefused)] == [("ben", "reused")]
    assert not again.changed
    assert not failed_tasks(history)


async def test_what_was_refused_under_one_id_stays_refused_in_the_run_that_follows() -> None:
    async with house() as home:
        life = await home.open()
        await life.decide("return_with_guidance", "xena", decision_id="one", reason="known", guidance="See.")
        back = await home.open(carried=await life.ended())
        other = await back.refusal("note", "ben", decision_id="one", text="his")
    assert other.details[0] == "reused"
