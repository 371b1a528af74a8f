"""Event webhooks: who gets what, signed and in order, and what becomes of what does not get through."""

import json
from datetime import timedelta

import pytest
import structlog
from standardwebhooks import Webhook

from activities.event_webhooks import LEASE, LONGEST_WAIT, PARKED_AFTER
from domain.vocabulary import Severity
from domain.webhooks import View
from records.database import Database
from records.event_queue import Attempt
from records.ledger import Ledger
from records.rows import HookState
from tests.activities.hooked import Hooked, data_of, ids, seqs
from tests.activities.peers import HttpPeer
from tests.records.samples import START, life, noted, summary_of


@pytest.fixture
def hooked(database: Database) -> Hooked:
    return Hooked(database)


async def test_a_subscriber_can_verify_who_sent_an_event_and_read_what_happened(hooked: Hooked) -> None:
    async with HttpPeer(204) as peer:
        _, secret = await hooked.subscribe(peer)
        await hooked.happen("esc-a~1", 2)
        await hooked.work(hooked.dispatcher())
    _, note = peer.requests
    said = Webhook(secret).verify(note.body, note.headers)
    event = hooked.lives["esc-a~1"][1]
    assert (said["type"], said["timestamp"]) == ("escalation.noted", event.at.isoformat())
    data = said["data"]
    assert (data["escalation_id"], data["seq"], data["by"]) == ("esc-a~1", 2, "agent")
    assert (data["sentence"], data["at"]) == (event.sentence(), event.at.isoformat())
    assert (data["severity"], data["team"], data["subject"]) == ("S2", "support", "Invoice wrong")
    assert "payload" not in data


async def test_only_what_happens_after_the_subscription_is_sent(hooked: Hooked) -> None:
    async with HttpPeer() as peer:
        await hooked.happen("esc-a~1", 2)
        await hooked.subscribe(peer)
        await hooked.happen("esc-a~1")
        await hooked.work(hooked.dispatcher())
    assert seqs(peer) == [3]


async def test_a_subscriber_gets_what_it_asked_for_and_no_more(hooked: Hooked) -> None:
    async with HttpPeer() as notes, HttpPeer() as severe, HttpPeer() as team, HttpPeer() as other:
        await hooked.subscribe(notes, types=("noted",))
        await hooked.subscribe(severe, severity=Severity.S1)
        await hooked.subscribe(team, severity=Severity.S3, team="support")
        await hooked.subscribe(other, team="billing")
        await hooked.happen("esc-a~1", 2)
        await hooked.work(hooked.dispatcher())
    assert [seqs(peer) for peer in (notes, severe, team, other)] == [[2], [], [1, 2], []]


async def test_a_customer_gets_its_own_escalations_and_of_them_what_it_may_know(hooked: Hooked) -> None:
    async with HttpPeer() as peer, HttpPeer() as other:
        await hooked.subscribe(peer, view=View.CUSTOMER, customer="acme")
        await hooked.subscribe(other, view=View.CUSTOMER, customer="globex")
        await hooked.happen("esc-a~1", 2)
        await hooked.work(hooked.dispatcher())
    (request,) = peer.requests
    data = data_of(request)
    assert other.requests == []
    assert (data["seq"], data["by"], data["customer"]) == (1, "staff", "acme")
    assert data["sentence"].startswith("Opened: Invoice wrong")
    assert data.keys() == {
        *("escalation_id", "seq", "at", "by", "sentence", "key", "subject", "severity", "customer"),
    }


async def test_events_of_an_escalation_come_in_order_whatever_fails_between(hooked: Hooked) -> None:
    async with HttpPeer(moods=[200, 500, 500]) as peer:
        await hooked.subscribe(peer)
        await hooked.happen("esc-a~1", 4)
        dispatcher = hooked.dispatcher()
        for _ in range(3):
            await hooked.work(dispatcher)
            hooked.later(seconds=20)
    assert seqs(peer) == [1, 2, 2, 2, 3, 4]
    assert len(set(ids(peer))) == 4
    assert ids(peer)[1] == ids(peer)[2] == ids(peer)[3]


async def test_an_escalation_does_not_wait_for_another_one_that_fails(hooked: Hooked) -> None:
    async with HttpPeer(moods=[500]) as peer:
        await hooked.subscribe(peer)
        await hooked.happen("esc-a~1", 2)
        dispatcher = hooked.dispatcher()
        await hooked.work(dispatcher)
        await hooked.happen("esc-b~1", 2)
        await hooked.work(dispatcher)
        assert (seqs(peer, "esc-a~1"), seqs(peer, "esc-b~1")) == ([1], [1, 2])


async def test_a_failed_attempt_is_repeated_later_and_later_and_the_record_shows_it(hooked: Hooked) -> None:
    async with HttpPeer(500, says="out of order") as peer:
        await hooked.subscribe(peer)
        await hooked.happen("esc-a~1")
        dispatcher, attempts = hooked.dispatcher(), []
        for _ in range(40):
            await hooked.work(dispatcher)
            attempts.append(len(peer.requests))
            hooked.later(seconds=1)
        (delivery,) = await hooked.deliveries()
        assert (delivery.state, delivery.attempts) == (HookState.WAITING, 4)
        assert delivery.answer == "HTTP 500: out of order"
        peer.status = 200
        hooked.later(hours=1)
        await hooked.work(dispatcher)
        (delivery,) = await hooked.deliveries()
    assert [attempts.index(number) for number in (1, 2, 3, 4)] == [0, 5, 15, 35]
    assert (delivery.state, delivery.attempts, delivery.answer) == (HookState.DELIVERED, 5, "HTTP 200")


async def test_after_a_day_an_event_is_parked_and_later_ones_go_on(hooked: Hooked) -> None:
    async with HttpPeer(500) as peer:
        id_, _ = await hooked.subscribe(peer)
        await hooked.happen("esc-a~1", 2)
        dispatcher = hooked.dispatcher()
        await hooked.work(dispatcher)
        hooked.later(hours=23)
        await hooked.work(dispatcher)
        await hooked.happen("esc-a~1")
        hooked.at = START + PARKED_AFTER
        await hooked.work(dispatcher)
        assert [row.seq for row in await hooked.deliveries(state=HookState.PARKED)] == [1, 2]
        peer.status = 200
        hooked.later(hours=1)
        await hooked.work(dispatcher)
    hook = await hooked.webhooks.get(id_)
    assert hook is not None
    assert (hook.parked, hook.waiting) == (2, 0)
    assert seqs(peer) == [1, 1, 1, 2, 3, 3]


async def test_what_was_parked_is_replayed_in_order_under_the_same_ids(hooked: Hooked) -> None:
    async with HttpPeer(500) as peer:
        id_, _ = await hooked.subscribe(peer)
        await hooked.happen("esc-a~1", 3)
        await hooked.happen("esc-b~1")
        dispatcher = hooked.dispatcher()
        await hooked.work(dispatcher)
        hooked.later(days=1)
        await hooked.work(dispatcher)
        parked = {(row.escalation_id, row.seq): row.id for row in await hooked.deliveries()}
        peer.requests.clear()
        peer.status = 200
        assert await hooked.webhooks.replay(hooked.at, subscription_id="another") == 0
        assert await hooked.webhooks.replay(hooked.at, since=START + timedelta(days=1)) == 0
        assert await hooked.webhooks.replay(hooked.at, subscription_id=id_, escalation_id="esc-a~1") == 3
        await hooked.work(dispatcher)
    assert seqs(peer, "esc-a~1") == seqs(peer) == [1, 2, 3]
    assert ids(peer) == [parked["esc-a~1", seq] for seq in (1, 2, 3)]
    assert [row.escalation_id for row in await hooked.deliveries(state=HookState.PARKED)] == ["esc-b~1"]


async def test_what_was_delivered_goes_out_again_only_if_that_is_asked_for(hooked: Hooked) -> None:
    async with HttpPeer() as peer:
        await hooked.subscribe(peer)
        await hooked.happen("esc-a~1", 2)
        dispatcher = hooked.dispatcher()
        await hooked.work(dispatcher)
        assert await hooked.webhooks.replay(hooked.at) == 0
        again = (HookState.PARKED, HookState.DELIVERED)
        assert await hooked.webhooks.replay(hooked.at, states=again) == 2
        await hooked.work(dispatcher)
    assert seqs(peer) == [1, 2, 1, 2]


async def test_a_receiver_that_is_gone_for_good_ends_its_subscription(hooked: Hooked) -> None:
    async with HttpPeer(410) as peer:
        id_, _ = await hooked.subscribe(peer)
        await hooked.happen("esc-a~1", 2)
        dispatcher = hooked.dispatcher()
        await hooked.work(dispatcher)
        hooked.later(days=2)
        await hooked.happen("esc-a~1")
        await hooked.work(dispatcher)
        hook = await hooked.webhooks.get(id_)
        assert hook is not None
        assert (hook.row.enabled, hook.row.disabled_why) == (False, "the receiver answered HTTP 410")
        assert seqs(peer) == [1]
        peer.status = 200
        await hooked.webhooks.change(id_, {"enabled": True})
        await hooked.work(dispatcher)
    assert seqs(peer) == [1, 1, 2, 3]


@pytest.mark.parametrize(
    ("asked", "waits"), [("90", timedelta(seconds=90)), ("999999", LONGEST_WAIT), ("nonsense", None)]
)
async def test_a_receiver_that_asks_to_be_left_alone_is(
    hooked: Hooked, asked: str, waits: timedelta | None
) -> None:
    async with HttpPeer(429, headers=(f"retry-after: {asked}",)) as peer:
        await hooked.subscribe(peer)
        await hooked.happen("esc-a~1")
        dispatcher = hooked.dispatcher()
        await hooked.work(dispatcher)
        await hooked.happen("esc-b~1")
        hooked.at += (waits or timedelta(seconds=5)) - timedelta(milliseconds=1)
        await hooked.work(dispatcher)
        before = len(peer.requests)
        hooked.later(seconds=1)
        await hooked.work(dispatcher)
    assert before == (1 if waits else 2)
    assert len(peer.requests) == 3


async def test_what_a_killed_dispatcher_had_begun_is_sent_when_its_lease_has_run_out(hooked: Hooked) -> None:
    async with HttpPeer() as peer:
        await hooked.subscribe(peer)
        await hooked.happen("esc-a~1", 2)
        await hooked.queue.queue_new(hooked.at)
        lanes = await hooked.queue.due(hooked.at, 4)
        assert await hooked.queue.lease(lanes, "killed", hooked.at, hooked.at + LEASE) == lanes
        dispatcher = hooked.dispatcher()
        await hooked.work(dispatcher)
        assert peer.requests == []
        hooked.at += LEASE
        await hooked.work(dispatcher)
    assert seqs(peer) == [1, 2]


async def test_who_has_lost_the_lease_records_nothing_more(hooked: Hooked) -> None:
    await hooked.subscribe("http://127.0.0.1:1/")
    await hooked.happen("esc-a~1", 2)
    await hooked.queue.queue_new(hooked.at)
    (lane,) = await hooked.queue.due(hooked.at, 4)
    await hooked.queue.lease([lane], "slow", hooked.at, hooked.at)
    head = await hooked.queue.head(lane)
    assert head is not None
    until = hooked.at + LEASE
    assert await hooked.queue.lease([lane], "other", hooked.at, until) == [lane]
    delivered = Attempt(HookState.DELIVERED, "HTTP 200", hooked.at)
    assert await hooked.queue.settle(lane, "slow", head.id, delivered, until) is None
    assert await hooked.queue.drop(lane, "slow", head.id, until) is None
    await hooked.queue.release(lane, "slow")
    assert [row.state for row in await hooked.deliveries()] == [HookState.WAITING] * 2
    assert await hooked.queue.due(hooked.at, 4) == []
    following = await hooked.queue.settle(lane, "other", head.id, delivered, until)
    assert following is not None
    assert following.event is not None
    assert following.event["seq"] == 2


async def test_an_event_that_a_lost_task_wrote_is_not_sent_and_the_one_in_its_place_is_another(
    hooked: Hooked,
) -> None:
    known, lost, again = life("esc-a~1", 1), noted(2, "lost"), noted(2, "done again")
    tasks = [START + timedelta(seconds=10 * number) for number in range(3)]
    ledger, dispatcher = Ledger(hooked.database), hooked.dispatcher()
    async with HttpPeer() as peer:
        await hooked.subscribe(peer)
        await ledger.write(summary_of(*known), known, tasks[0])
        await ledger.write(summary_of(*known, lost), (lost,), tasks[1])
        await hooked.queue.queue_new(hooked.at)
        before = {row.id for row in await hooked.deliveries()}
        await ledger.write(summary_of(*known, again), (again,), tasks[2])
        await hooked.work(dispatcher)
    assert [data_of(request)["sentence"] for request in peer.requests] == [
        known[0].sentence(),
        again.sentence(),
    ]
    assert ids(peer)[1] not in before


async def test_redirects_are_not_followed(hooked: Hooked) -> None:
    async with HttpPeer() as inside, HttpPeer(307, headers=(f"location: {inside.url}",)) as peer:
        await hooked.subscribe(peer)
        await hooked.happen("esc-a~1")
        await hooked.work(hooked.dispatcher())
    (delivery,) = await hooked.deliveries()
    assert (delivery.state, delivery.answer) == (HookState.WAITING, "HTTP 307")
    assert inside.requests == []


async def test_a_long_answer_is_cut(hooked: Hooked) -> None:
    async with HttpPeer(500, says="x" * 20_000) as peer:
        await hooked.subscribe(peer)
        await hooked.happen("esc-a~1")
        await hooked.work(hooked.dispatcher())
    (delivery,) = await hooked.deliveries()
    assert delivery.answer == ("HTTP 500: " + "x" * 300)[:300]


async def test_private_addresses_are_refused_unless_the_setting_allows_them(hooked: Hooked) -> None:
    async with HttpPeer() as peer:
        await hooked.subscribe(peer)
        await hooked.happen("esc-a~1")
        await hooked.work(hooked.dispatcher(private=False))
    (delivery,) = await hooked.deliveries()
    assert delivery.answer == "127.0.0.1 is the private address 127.0.0.1"
    assert peer.requests == []


async def test_the_secret_is_in_no_log_and_no_list(hooked: Hooked) -> None:
    async with HttpPeer(moods=[500, 200]) as peer:
        with structlog.testing.capture_logs() as logs:
            id_, secret = await hooked.subscribe(f"{peer.url}?token=hunter2")
            await hooked.happen("esc-a~1", 2)
            dispatcher = hooked.dispatcher()
            await hooked.work(dispatcher)
            hooked.later(seconds=5)
            await hooked.work(dispatcher)
    said = json.dumps(logs, default=repr)
    assert [entry["attempt"] for entry in logs if entry["event"] == "event_webhook"] == [1, 2, 1]
    assert "hunter2" not in said
    shown = (said, repr(await hooked.webhooks.get(id_)), repr(await hooked.deliveries()))
    assert all(secret not in text and secret.removeprefix("whsec_") not in text for text in shown)


async def test_a_test_event_says_that_it_is_one(hooked: Hooked) -> None:
    async with HttpPeer() as peer:
        id_, secret = await hooked.subscribe(peer, types=("closed",))
        sent = await hooked.webhooks.test(id_, hooked.at)
        await hooked.work(hooked.dispatcher())
    (request,) = peer.requests
    assert Webhook(secret).verify(request.body, request.headers)["type"] == "escalation.test"
    assert request.headers["webhook-id"] == sent
    assert [row.id for row in await hooked.deliveries(state=HookState.DELIVERED)] == [sent]


async def test_a_removed_subscription_leaves_nothing_behind(hooked: Hooked) -> None:
    async with HttpPeer(500) as peer:
        id_, _ = await hooked.subscribe(peer)
        await hooked.happen("esc-a~1", 2)
        dispatcher = hooked.dispatcher()
        await hooked.work(dispatcher)
        assert await hooked.webhooks.remove(id_)
        assert not await hooked.webhooks.remove(id_)
        hooked.later(hours=1)
        await hooked.work(dispatcher)
    assert len(peer.requests) == 1
    assert await hooked.deliveries() == []


async def test_deliveries_are_listed_page_by_page_the_latest_first(hooked: Hooked) -> None:
    await hooked.subscribe("http://127.0.0.1:1/")
    await hooked.happen("esc-a~1", 2)
    await hooked.queue.queue_new(hooked.at)
    hooked.later(seconds=1)
    await hooked.happen("esc-a~1", 3)
    await hooked.queue.queue_new(hooked.at)
    first = await hooked.webhooks.deliveries(limit=3)
    second = await hooked.webhooks.deliveries(limit=3, after=first.after)
    assert sorted(row.seq for row in first.rows) == [3, 4, 5]
    assert (sorted(row.seq for row in second.rows), second.after) == ([1, 2], None)
    with pytest.raises(ValueError, match="hand in what the page before said"):
        await hooked.webhooks.deliveries(after="garbage")


async def test_what_was_delivered_long_ago_is_forgotten_and_what_is_parked_is_kept_longer(
    hooked: Hooked,
) -> None:
    async with HttpPeer(moods=[200]) as peer:
        await hooked.subscribe(peer)
        peer.status = 500
        await hooked.happen("esc-a~1", 2)
        dispatcher = hooked.dispatcher()
        kept = []
        for days in (0, 1, 8, 32):
            hooked.at = START + timedelta(days=days)
            await hooked.work(dispatcher)
            kept.append([(row.seq, row.state) for row in await hooked.deliveries()])
    parked = (2, HookState.PARKED)
    assert kept[1:] == [[(1, HookState.DELIVERED), parked], [parked], []]
