"""A history that has grown long goes on in a new run."""

from datetime import timedelta

from domain.agenda import next_item
from domain.apply import fold
from tests.eventually import eventually
from tests.workflows.histories import names, timer_ends, upserts
from tests.workflows.house import house_on_the_dev_server
from workflows.names import OWNER

SOON = "limit.historyCount.suggestContinueAsNew=40"


async def test_state_handled_decisions_and_timers_survive_a_new_run() -> None:
    async with house_on_the_dev_server(SOON) as home:
        life = await home.open()
        await life.decide("acknowledge", "anna", decision_id="one")
        first = life.handle.first_execution_run_id
        current = home.client.get_workflow_handle(life.handle.id)

        async def goes_on() -> bool:
            await life.decide("note", "anna", text="one more")
            return (await current.describe()).run_id != first

        await eventually(goes_on, "a new run")
        again = await life.decide("acknowledge", "anna", decision_id="one")
        state = await life.settled()
        history = list((await current.fetch_history()).events)
        attributes = (await current.describe()).typed_search_attributes
    due = next_item(state)
    assert due is not None
    assert not again.changed
    assert fold(life.events()) == state
    assert names(history).count("TimerStarted") - names(history).count("TimerCanceled") == 1
    assert abs(timer_ends(history)[-1] - due.at) < timedelta(seconds=1)
    assert upserts(history) == []
    assert attributes[OWNER] == "anna"
