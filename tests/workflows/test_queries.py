"""What a running escalation answers."""

from domain.apply import fold
from domain.summary import summarise
from tests.workflows.house import house


async def test_snapshot_and_summary_are_what_the_ledger_has() -> None:
    async with house() as home:
        life = await home.open()
        await life.decide("acknowledge", "anna")
        state = await life.settled()
        summary = await life.summary()
    assert fold(life.events()) == state
    assert summary == summarise(state, summary.updated_at)
    assert home.outside.batches[-1].summary.but(updated_at=summary.updated_at) == summary


async def test_an_escalation_that_has_ended_still_answers() -> None:
    async with house() as home:
        life = await home.open()
        await life.decide("return_with_guidance", "xena", reason="no fault", guidance="See the manual.")
        ended = await life.ended()
        state = await life.snapshot()
    assert state == ended
