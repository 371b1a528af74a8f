"""The dispatcher as a process runs it: it goes on whatever is away, and ends when it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import pytest
from standardwebhooks import Webhook

from activities import event_webhooks
from activities.event_webhooks import LANES_PER_SUBSCRIPTION, EventDispatcher
from activities.webhook_client import Answer, WebhookClient
from records.database import Database
from records.errors import RecordsAway
from records.event_queue import EventQueue
from records.rows import HookState
from tests.activities.hooked import Hooked, seqs
from tests.activities.peers import HttpPeer
from tests.eventually import eventually


@pytest.fixture
def hooked(database: Database) -> Hooked:
    return Hooked(database)


@asynccontextmanager
async def running(dispatcher: EventDispatcher) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(dispatcher.run(stop))
        yield stop
        stop.set()


async def test_it_sends_what_happens_while_it_runs(hooked: Hooked) -> None:
    async with HttpPeer() as peer, running(hooked.dispatcher()):
        await hooked.subscribe(peer)
        await hooked.happen("esc-a~1", 2)

        async def has_both() -> bool:
            return seqs(peer) == [1, 2]

        await eventually(has_both)


async def test_a_receiver_that_hangs_holds_up_neither_others_nor_the_end(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_webhooks, "ENDS_WITHIN", 0.05)
    async with HttpPeer(None) as hanging, HttpPeer() as well, running(hooked.dispatcher(timeout=60)) as stop:
        slow, _ = await hooked.subscribe(hanging)
        await hooked.subscribe(well)
        for number in range(LANES_PER_SUBSCRIPTION + 2):
            await hooked.happen(f"esc-{number}~1")

        async def is_held() -> bool:
            return (len(hanging.requests), len(well.requests)) == (4, 6)

        await eventually(is_held, lambda: f"{len(hanging.requests)}, {len(well.requests)}")
        stop.set()
    states = [row.state for row in await hooked.deliveries(subscription_id=slow)]
    assert states == [HookState.WAITING] * 6


async def test_a_receiver_that_said_nothing_is_asked_about_one_escalation_at_a_time(hooked: Hooked) -> None:
    async with HttpPeer(None) as peer:
        await hooked.subscribe(peer)
        await hooked.happen("esc-0~1")
        dispatcher = hooked.dispatcher(timeout=1.0)
        await hooked.work(dispatcher)
        for number in range(1, 5):
            await hooked.happen(f"esc-{number}~1")
        await dispatcher.round()
        await dispatcher.settled()
        assert len(peer.requests) == 2
        peer.status = 200
        hooked.later(minutes=1)
        await hooked.work(dispatcher)
    assert len(peer.requests) == 7


class LastPost:
    """A receiver that answers when its dispatcher is about to end."""

    def __init__(self, stop: asyncio.Event) -> None:
        self.stop = stop
        self.ids: list[str] = []
        self.dispatcher: EventDispatcher | None = None

    async def post(self, address: str, signer: Webhook, message_id: str, body: str) -> Answer:
        self.ids.append(message_id)
        self.stop.set()

        async def is_ending() -> bool:
            return self.dispatcher is None or self.dispatcher._ending

        await eventually(is_ending)
        return Answer(204)


async def test_when_it_ends_it_ends_what_it_has_begun_and_leaves_the_rest_to_others(hooked: Hooked) -> None:
    stop = asyncio.Event()
    last = LastPost(stop)
    last.dispatcher = EventDispatcher(hooked.queue, last, now=hooked.now, looks_every=0.01)
    async with HttpPeer() as peer:
        await hooked.subscribe(peer)
        await hooked.happen("esc-a~1", 3)
        await last.dispatcher.run(stop)
        assert [row.state for row in await hooked.deliveries()] == ["delivered", "waiting", "waiting"]
        await hooked.work(hooked.dispatcher())
    assert (len(last.ids), seqs(peer)) == (1, [2, 3])


class MoodyQueue(EventQueue):
    """Raises the first errors that it was given, one with each look."""

    def __init__(self, database: Database, *moods: Exception) -> None:
        super().__init__(database)
        self.moods = list(moods)

    async def queue_new(self, now: datetime) -> bool:
        if self.moods:
            raise self.moods.pop(0)
        return await super().queue_new(now)


async def test_a_database_that_is_away_and_even_a_fault_of_ours_do_not_end_it(hooked: Hooked) -> None:
    queue = MoodyQueue(hooked.database, RecordsAway("away"), KeyError("fault"))
    client = WebhookClient(allow_private_addresses=True)
    dispatcher = EventDispatcher(queue, client, now=hooked.now, looks_every=0.01)
    async with HttpPeer() as peer, running(dispatcher):
        await hooked.subscribe(peer)
        await hooked.happen("esc-a~1")

        async def has_it() -> bool:
            return seqs(peer) == [1]

        await eventually(has_it)


async def test_it_outlives_a_database_that_never_was(database_away: Database) -> None:
    dispatcher = EventDispatcher(EventQueue(database_away), WebhookClient(), looks_every=0.01)
    async with running(dispatcher):
        await asyncio.sleep(0)


async def test_a_killed_dispatcher_is_replaced_by_another_under_the_same_ids(hooked: Hooked) -> None:
    async with HttpPeer(None) as peer:
        await hooked.subscribe(peer)
        await hooked.happen("esc-a~1", 2)
        killed = hooked.dispatcher(timeout=60)
        await killed.round()

        async def is_asked() -> bool:
            return len(peer.requests) == 1

        await eventually(is_asked)
        for task in killed._busy.values():
            task.cancel()
        await killed.settled()
        peer.status = 200
        other = hooked.dispatcher()
        await hooked.work(other)
        assert seqs(peer) == [1]
        hooked.at += event_webhooks.LEASE
        await hooked.work(other)
    assert seqs(peer) == [1, 1, 2]
    assert len({request.headers["webhook-id"] for request in peer.requests}) == 2
