"""The database is away: decisions still reach the workflow, and the record follows."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.postgres import postgres_server
from tests.smoke.door import API, door_of
from tests.smoke.organisation import ONE, TWO
from tests.smoke.postgres_outage import Outage
from tests.smoke.stack import Stack, running


@pytest.fixture
async def outage() -> AsyncIterator[Outage]:
    with postgres_server() as server:
        outage = Outage(server)
        yield outage
        await outage.stop()


@pytest.fixture
async def stack(outage: Outage, tmp_path: Path) -> AsyncIterator[Stack]:
    async with running(tmp_path, database_url=outage.server.create()) as stack:
        yield stack


async def test_decisions_and_openings_count_without_the_database(stack: Stack, outage: Outage) -> None:
    async with door_of(stack) as door:
        opened = await door.open("stopped")
        place = opened.headers["location"]
        await stack.expect_mail(ONE, "Please acknowledge: Case stopped")
        await stack.expect_event(opened.json()["escalation_id"], "message_delivered")
        await outage.stop()
        climbed = await door.decide(place, "climb", "climb-1", reason="Slow.")
        await stack.expect_mail(TWO, "Please acknowledge: Case stopped")
        other = await door.open("meanwhile", **{"Idempotency-Key": "once"})
        await stack.expect_mail(ONE, "Please acknowledge: Case meanwhile")
        live = await door.client.get(place)
        listed = await door.client.get(f"{API}/escalations")
        await outage.start()
        await stack.expect_event(other.json()["escalation_id"], "message_delivered")
        events = await stack.ledger_agrees(opened.json()["escalation_id"])
    assert climbed.status_code in (200, 202)
    assert other.status_code == 201
    assert live.status_code == 200
    assert live.json()["level"] == 2
    assert (listed.status_code, listed.json()["code"]) == (503, "database_away")
    assert listed.headers["retry-after"]
    assert [event.decision_id for event in events if event.decision_id].count("climb-1") == 1
