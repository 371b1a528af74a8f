"""A worker that forgets every life after every task replays it, and comes to the same."""

from datetime import timedelta

from domain.apply import fold
from tests.workflows.house import house


async def test_a_long_life_is_the_same_when_it_is_replayed_at_every_task() -> None:
    async with house(max_cached_workflows=0) as home:
        life = await home.open()
        await home.pass_time(timedelta(minutes=30))
        await life.decide("acknowledge", "anna")
        await life.decide("accept", "xena", reason="right")
        await life.decide("wait_for_customer", "xena", question="Which month?", wait=timedelta(days=2))
        await home.pass_time(timedelta(hours=5))
        await life.decide("customer_replied", "crm", text="March.")
        await life.decide("declare_resolved", "xena", what_was_done="Totals corrected.")
        await life.decide("reject_resolution", "crm", reason="April is wrong, too.")
        await life.decide("declare_resolved", "xena", what_was_done="April, too.")
        await life.decide("confirm", "crm")
        await home.pass_time(timedelta(days=2))
        ended = await life.ended()
    assert ended.close_reason == "resolved"
    assert fold(life.events()) == ended
