"""The same product on PostgreSQL, which is stopped and started again meanwhile."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.postgres import postgres_server
from tests.smoke.orders import decision, order
from tests.smoke.organisation import CALM, ONE, TWO
from tests.smoke.postgres_outage import Outage
from tests.smoke.stack import Stack, running


@pytest.fixture
async def outage(tmp_path: Path) -> AsyncIterator[Outage]:
    with postgres_server() as server:
        outage = Outage(server)
        yield outage
        await outage.stop()


@pytest.fixture
async def stack(outage: Outage, tmp_path: Path) -> AsyncIterator[Stack]:
    async with running(tmp_path, database_url=outage.server.create()) as stack:
        yield stack


async def test_what_happens_while_postgresql_is_stopped_is_in_the_ledger_afterwards(
    stack: Stack, outage: Outage
) -> None:
    opened = await stack.gateway.open(order("stopped", CALM))
    await stack.expect_mail(ONE, "Please acknowledge: Case stopped")
    await stack.expect_event(opened.escalation_id, "message_delivered")
    await outage.stop()
    noted = await stack.gateway.decide(opened.escalation_id, decision("note", "note-1", text="Seen."))
    climbed = await stack.gateway.decide(opened.escalation_id, decision("climb", "climb-1", reason="Slow."))
    await stack.expect_mail(TWO, "Please acknowledge: Case stopped")
    await outage.start()
    await stack.expect_event(opened.escalation_id, "message_delivered", nth=2)
    events = await stack.ledger_agrees(opened.escalation_id)
    assert [outcome.decided and outcome.decided.recorded for outcome in (noted, climbed)] == [False] * 2
    assert [event.decision_id for event in events if event.decision_id][1:] == ["note-1", "climb-1"]
