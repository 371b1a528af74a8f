"""One timer is armed, for the earliest of all that is due."""

from datetime import timedelta

from domain.agenda import next_item
from tests.workflows.histories import armed, timer_ends, timers
from tests.workflows.house import house


async def test_exactly_one_timer_is_armed_whenever_the_escalation_sleeps() -> None:
    async with house() as home:
        life = await home.open()
        await home.pass_time(timedelta(hours=1))
        await life.decide("acknowledge", "anna")
        await life.decide("accept", "xena", reason="right")
        until = life.events()[0].at + timedelta(hours=3)
        await life.decide("snooze", "xena", until=until, reason="a fix is being tested")
        await home.pass_time(timedelta(hours=6))
        state = await life.settled()
        history = await life.history()
    assert set(armed(history)) == {1}
    due = next_item(state)
    assert due is not None
    assert abs(timer_ends(history)[-1] - due.at) < timedelta(seconds=2)


async def test_the_timer_stays_when_the_earliest_due_time_has_not_changed() -> None:
    async with house() as home:
        life = await home.open()
        before = timers(await life.history())
        await life.decide("note", "anna", text="seen")
        await life.signal("add_affected_customer", "anna", customer={"id": "beta", "name": "Beta"})
        await life.has("customer_added")
        after = timers(await life.history())
    assert before == after
    (armed_for,) = before
    # Counted from when the server took the order, a moment before the worker saw it.
    assert timedelta(minutes=9, seconds=58) < armed_for <= timedelta(minutes=10)
