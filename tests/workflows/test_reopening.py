"""A closed escalation is reported again."""

from datetime import timedelta

import pytest
from temporalio.client import WorkflowFailureError

from domain.apply import fold
from domain.escalation import Escalation
from domain.events import Reopened
from tests.domain.world import REPORT
from tests.workflows.house import House, house


async def test_a_report_within_the_window_reopens_the_closed_escalation() -> None:
    async with house() as home:
        ended = await _returned(home)
        again = await home.open(REPORT.but(what_happened="It is back."), carried=ended)
        state = await again.snapshot()
    assert again.id == ended.id
    assert state.reopened == 1
    assert state.ladder.level == 1
    assert [event.report.what_happened for event in again.all(Reopened)] == ["It is back."]
    assert again.types().count("opened") == 1
    assert fold(again.events()) == state


async def test_a_report_after_the_window_is_refused_and_leaves_nothing() -> None:
    async with house() as home:
        ended = await _returned(home)
        recorded = len(home.outside.timeline(ended.id))
        await home.pass_time(ended.policy.confirmation.reopen_window + timedelta(days=1))
        late = await home.start(carried=ended)
        with pytest.raises(WorkflowFailureError) as failed:
            await late.ended()
    assert "can no longer be reopened" in str(failed.value.cause)
    assert len(home.outside.timeline(ended.id)) == recorded


async def _returned(home: House) -> Escalation:
    life = await home.open()
    await life.decide("return_with_guidance", "xena", reason="no fault", guidance="See the manual.")
    return await life.ended()
