"""A refused signal: nobody waits to hear it, so the timeline says so."""

from domain.events import DecisionRefused
from tests.workflows.histories import failed_tasks
from tests.workflows.house import house


async def test_a_refused_signal_becomes_an_event_and_the_escalation_goes_on() -> None:
    async with house() as home:
        life = await home.open()
        await life.signal("confirm", "crm", decision_id="too-early")
        await life.has("decision_refused")
        await life.decide("acknowledge", "anna")
        history = await life.history()
    (refused,) = life.all(DecisionRefused)
    assert (refused.decision, refused.code, refused.by) == ("confirm", "wrong_stage", "crm")
    assert life.types()[-1] == "owner_assigned"
    assert not failed_tasks(history)


async def test_a_signal_that_cannot_be_read_changes_nothing() -> None:
    async with house() as home:
        life = await home.open()
        recorded = life.types()
        await life.handle.signal("decide", {"type": "no such thing"})
        state = await life.settled()
        history = await life.history()
    assert life.types() == recorded
    assert not state.is_closed
    assert not failed_tasks(history)
