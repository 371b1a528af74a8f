"""From the first report to the close, with nothing broken."""

from datetime import timedelta

from domain.apply import fold
from tests.workflows.histories import failed_tasks
from tests.workflows.house import house


async def test_a_straight_life_ends_closed_and_recorded() -> None:
    async with house() as home:
        life = await home.open()
        await life.decide("acknowledge", "anna")
        await life.decide("accept", "xena", reason="right")
        await life.decide("send_update", "xena", text="We are looking into it.")
        await life.decide("declare_resolved", "xena", what_was_done="Totals corrected.")
        await life.decide("confirm", "crm")
        await home.pass_time(timedelta(days=2))
        ended = await life.ended()
        history = await life.history()
    assert ended.close_reason == "resolved"
    assert fold(life.events()) == ended
    assert "promise_broken" not in life.types()
    assert not failed_tasks(history)
