"""Dispatchers of several processes on one database: every event once, and in order."""

import asyncio

from sqlalchemy import delete, text, update

from activities.event_webhooks import EventDispatcher
from activities.webhook_client import WebhookClient
from records.database import Database
from records.event_queue import EventQueue
from records.rows import HookState
from records.tables import HOOK_DELIVERY, HOOK_LANE
from tests.activities.hooked import Hooked, ids, seqs
from tests.activities.peers import HttpPeer
from tests.eventually import eventually

LIVES, EVENTS = 5, 4


async def test_many_dispatchers_send_every_event_once_and_in_order(
    database: Database, other_database: Database
) -> None:
    hooked, stop = Hooked(database), asyncio.Event()
    async with HttpPeer() as one, HttpPeer() as two:
        for peer in (one, two):
            await hooked.subscribe(peer)
        dispatchers = [
            EventDispatcher(
                EventQueue(each),
                WebhookClient(allow_private_addresses=True),
                now=hooked.now,
                looks_every=0.01,
            )
            for each in (database, other_database, other_database)
        ]

        async def happen(name: str) -> None:
            for _ in range(EVENTS // 2):
                await hooked.happen(name, 2)

        async def all_sent() -> bool:
            return all(len(peer.requests) >= LIVES * EVENTS for peer in (one, two))

        async with asyncio.TaskGroup() as tasks:
            for dispatcher in dispatchers:
                tasks.create_task(dispatcher.run(stop))
            await asyncio.gather(*(happen(f"esc-{number}~1") for number in range(LIVES)))
            await eventually(all_sent, lambda: f"{len(one.requests)} and {len(two.requests)}")
            stop.set()
    for peer in (one, two):
        assert len(ids(peer)) == len(set(ids(peer))) == LIVES * EVENTS
        for number in range(LIVES):
            assert seqs(peer, f"esc-{number}~1") == list(range(1, EVENTS + 1))
    waiting = await hooked.deliveries(state=HookState.WAITING)
    assert waiting == []


async def test_what_one_has_the_lease_of_another_cannot_take(
    database: Database, other_database: Database
) -> None:
    hooked = Hooked(database)
    await hooked.subscribe("http://127.0.0.1:1/")
    for number in range(5):
        await hooked.happen(f"esc-{number}~1")
    await hooked.queue.queue_new(hooked.at)
    lanes = await hooked.queue.due(hooked.at, 10)
    until = hooked.at.replace(year=2030)
    queues = [EventQueue(database), EventQueue(other_database)]
    taken = await asyncio.gather(*(each.lease(lanes, "me", hooked.at, until) for each in queues))
    assert len(lanes) == 5
    assert sorted(map(str, (*taken[0], *taken[1]))) == sorted(map(str, lanes))


async def test_who_settles_a_lane_and_who_fills_it_do_not_wait_for_each_other(postgresql_url: str) -> None:
    settling, filling = Database(postgresql_url), Database(postgresql_url)
    hooked = Hooked(filling)
    await hooked.subscribe("http://127.0.0.1:1/")
    await hooked.happen("esc-0~1")
    await hooked.queue.queue_new(hooked.at)
    await hooked.happen("esc-0~1")
    kept = update(HOOK_LANE).values(next_at=hooked.at)

    async with settling.writing() as connection:
        await connection.execute(kept)
        queueing = asyncio.create_task(hooked.queue.queue_new(hooked.at))
        await eventually(lambda: _somebody_waits(filling), "the other waits for the lane")
        await connection.execute(kept)
    await queueing
    assert len(await hooked.deliveries(state=HookState.WAITING)) == 2
    for each in (settling, filling):
        await each.close()


async def test_what_is_parked_while_others_are_replayed_stays_parked(postgresql_url: str) -> None:
    held, other, replaying = (Database(postgresql_url) for _ in range(3))
    hooked = Hooked(replaying)
    await hooked.subscribe("http://127.0.0.1:1/")
    await hooked.happen("esc-0~1", 2)
    await hooked.happen("esc-1~1")
    await hooked.queue.queue_new(hooked.at)
    parked = update(HOOK_DELIVERY).values(state=HookState.PARKED)
    lane, delivery = HOOK_LANE.c, HOOK_DELIVERY.c
    async with other.writing() as connection:
        await connection.execute(parked.where(delivery.escalation_id == "esc-0~1", delivery.seq == 1))
    async with held.writing() as connection:
        await connection.execute(
            update(HOOK_LANE).values(next_at=hooked.at).where(lane.escalation_id == "esc-0~1")
        )
        replay = asyncio.create_task(hooked.webhooks.replay(hooked.at))
        await eventually(lambda: _somebody_waits(other), "the replay waits for the lane")
        async with other.writing() as meanwhile:
            await meanwhile.execute(parked.where(delivery.escalation_id == "esc-1~1"))
            await meanwhile.execute(delete(HOOK_LANE).where(lane.escalation_id == "esc-1~1"))
    assert await replay == 1
    (left,) = await hooked.deliveries(state=HookState.PARKED)
    assert left.escalation_id == "esc-1~1"
    for each in (held, other, replaying):
        await each.close()


async def test_a_subscription_that_is_gone_cannot_be_tested(database: Database) -> None:
    hooked = Hooked(database)
    id_, _ = await hooked.subscribe("http://127.0.0.1:1/")
    await hooked.webhooks.remove(id_)
    assert await hooked.webhooks.test(id_, hooked.at) is None


async def _somebody_waits(database: Database) -> bool:
    waiting = text("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    return bool(await database.rows(waiting))
