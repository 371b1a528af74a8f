"""The mail server is away for ten minutes, on a clock that the test moves: real mail, a real ledger."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

import worker
from activities.notify import NotifyActivities
from domain.opening import Begin, Opening
from organisation.source import OrganisationSource
from records.deliveries import DeliveryLog
from records.reading import Reader
from starter.database import open_database
from starter.settings import Settings
from tests.servers import test_server
from tests.smoke import organisation, story
from tests.smoke.mailbox import Mailbox
from tests.smoke.orders import order
from tests.smoke.organisation import LAST, ONE, SLOW, THREE, TWO
from workflows import names
from workflows.escalation import EscalationWorkflow
from workflows.payloads import data_converter

ID = "esc-silence~20261121-120000"
WAIT = timedelta(minutes=3)
AWAY = timedelta(minutes=10)
STEP = timedelta(seconds=30)


async def test_ten_minutes_without_mail_lose_nothing_and_move_no_level(tmp_path: Path) -> None:
    mail = Mailbox(tmp_path / "mail")
    await mail.start()
    await mail.stop()
    async with house(tmp_path, mail) as (env, reader):
        begin = Begin(opening=_opening())
        handle = await env.client.start_workflow(
            EscalationWorkflow.run, begin, id="esc-silence", task_queue=names.TASK_QUEUE
        )
        await _pass(env, AWAY)
        while_away = await reader.events(ID)
        await mail.start()
        await _pass(env, AWAY)
        events = await reader.events(ID)
        for address in (ONE, TWO, THREE, LAST):
            await mail.expect(address, "Please acknowledge: Case silence")
        assert "message_delivered" not in story.types(while_away)
        assert story.types(while_away).count("message_failed") > 4
        assert story.types(events).count("message_delivered") == 4
        story.levels_are_as_planned(events, WAIT)
        assert mail.unclaimed() == []
        await handle.terminate()
    await mail.stop()


@asynccontextmanager
async def house(folder: Path, mail: Mailbox) -> AsyncIterator[tuple[WorkflowEnvironment, Reader]]:
    """The real activities on the time-skipping server."""
    settings = Settings(
        data=folder / "data", policies=organisation.make(folder / "policies"), smtp_port=mail.port
    )
    async with AsyncExitStack() as at_end:
        env = await at_end.enter_async_context(
            await WorkflowEnvironment.start_time_skipping(
                test_server_existing_path=str(test_server()), data_converter=data_converter
            )
        )
        await _register(env.client)
        database = open_database(settings)
        at_end.push_async_callback(database.close)
        await database.upgrade()
        source = OrganisationSource(settings.policies)
        reader, ways = Reader(database), worker.channels(settings)
        others = [each for each in worker.activities(source, database, ways) if "send" not in each.__name__]
        # Its short waits are in real time, which would add up over the rounds of ten minutes.
        notify = NotifyActivities(source, DeliveryLog(database), reader, ways, waits=(0.01, 0.01))
        await at_end.enter_async_context(worker.build(env.client, [*others, notify.send_notices], 100))
        yield env, reader


async def _pass(env: WorkflowEnvironment, time: timedelta) -> None:
    """In small steps, for each call to the server has a time limit."""
    for _ in range(time // STEP):
        await env.sleep(STEP)


def _opening() -> Opening:
    wanted = order("silence", SLOW)
    return Opening(
        id=ID,
        key="silence",
        request_id="open-1",
        policy=wanted.policy,
        report=wanted.report,
        author=wanted.author,
    )


async def _register(client: Client) -> None:
    attributes = {
        key.name: IndexedValueType.ValueType(int(key.indexed_value_type)) for key in names.SEARCH_ATTRIBUTES
    }
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes=attributes)
    )
