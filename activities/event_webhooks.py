"""Sends events to those who subscribed to them, beside Temporal's worker and without its help.

Every process may have a dispatcher: what waits is in the database, and leases there keep two from sending
the same at once. An event goes out at least once, always under the same id.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol
from uuid import uuid4

import structlog
from standardwebhooks import Webhook

from activities.channels.base import ChannelFailed, one_line
from activities.retry_after import seconds_of
from activities.webhook_client import Answer, shown
from records.errors import RecordsAway
from records.event_queue import Attempt, EventQueue, Lane, Outgoing
from records.rows import HookState

PARKED_AFTER = timedelta(days=1)
"""From when an event was queued; then it has had some thirty attempts."""
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
"""Between two attempts, and the longest that a receiver may ask for."""
LEASE = timedelta(minutes=1)
"""Of a lane; longer than an attempt, and prolonged with each. A killed dispatcher's lane waits so long."""
LOOKS_EVERY = 1.0
"""Seconds between two looks for new events."""
LONGEST_PAUSE = 30.0
"""Seconds between two looks while the database is away."""
LANES_AT_ONCE = 32
LANES_PER_SUBSCRIPTION = 4
"""One for a receiver that gave no answer last time, so that a few that hang do not hold up the rest."""
ENDS_WITHIN = 12.0
"""Seconds that attempts under way have when the dispatcher is to end."""
FORGETS_EVERY = timedelta(hours=1)
DELIVERED_KEPT = timedelta(days=7)
PARKED_KEPT = timedelta(days=30)
LONGEST_ANSWER = 300
GONE = 410

log = structlog.get_logger(__name__)


class Posts(Protocol):
    async def post(self, address: str, signer: Webhook, message_id: str, body: str) -> Answer:
        """Raises ChannelFailed."""
        ...


@dataclass(frozen=True)
class Ended:
    """One attempt: what came back, and what the receiver asks for."""

    is_delivered: bool
    said: str
    asks_for: timedelta | None = None
    is_gone: bool = False
    has_answer: bool = True


def _now() -> datetime:
    return datetime.now(UTC)


class EventDispatcher:
    """One per process. Neither a database nor a receiver that is away ends it."""

    def __init__(
        self,
        queue: EventQueue,
        client: Posts,
        *,
        now: Callable[[], datetime] = _now,
        chance: Callable[[], float] = random.random,
        looks_every: float = LOOKS_EVERY,
    ) -> None:
        self._queue = queue
        self._client = client
        self._now = now
        self._chance = chance
        self._looks_every = looks_every
        self._owner = uuid4().hex
        self._busy: dict[Lane, asyncio.Task[None]] = {}
        self._silent: set[str] = set()
        self._ending = False
        self._freed = asyncio.Event()
        self._forgets_at = now()

    async def run(self, stop: asyncio.Event) -> None:
        """Sends until `stop` is set, ends the attempts under way, and leaves what waits to others."""
        stopped = asyncio.create_task(stop.wait())
        pause = self._looks_every
        try:
            while not stop.is_set():
                is_well = await self._look()
                pause = self._looks_every if is_well else min(2 * pause, LONGEST_PAUSE)
                await self._rest(stopped, pause)
        finally:
            stopped.cancel()
            await self._end()

    async def round(self) -> bool:
        """Queues what is new and begins to send what is due. Whether anything is on its way."""
        self._freed.clear()
        more = await self._queue.queue_new(self._now())
        await self._begin(await self._queue.due(self._now(), LANES_PER_SUBSCRIPTION))
        if self._now() >= self._forgets_at:
            await self._forget()
        if more:
            self._freed.set()
        return more or bool(self._busy)

    async def _forget(self) -> None:
        """A little with every look, until there is nothing old left."""
        old = ((HookState.DELIVERED, DELIVERED_KEPT), (HookState.PARKED, PARKED_KEPT))
        more = [await self._queue.forget(state, self._now() - kept) for state, kept in old]
        if not any(more):
            self._forgets_at = self._now() + FORGETS_EVERY

    async def settled(self) -> None:
        """Returns when nothing is being sent."""
        while self._busy:
            await asyncio.wait(set(self._busy.values()))

    async def _look(self) -> bool:
        try:
            await self.round()
        except RecordsAway as away:
            log.warning("event_webhooks_wait_for_the_database", why=str(away))
            return False
        except Exception:
            # Whatever it is, escalations are carried on by the same process.
            log.exception("event_webhooks_faulty")
            return False
        return True

    async def _rest(self, stopped: asyncio.Task[bool], seconds: float) -> None:
        freed = asyncio.create_task(self._freed.wait())
        await asyncio.wait({stopped, freed}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        freed.cancel()

    async def _begin(self, due: list[Lane]) -> None:
        taken = Counter(lane.subscription_id for lane in self._busy)
        wanted: list[Lane] = []
        for lane in due:
            is_room = len(self._busy) + len(wanted) < LANES_AT_ONCE
            most = 1 if lane.subscription_id in self._silent else LANES_PER_SUBSCRIPTION
            if is_room and lane not in self._busy and taken[lane.subscription_id] < most:
                taken[lane.subscription_id] += 1
                wanted.append(lane)
        if not wanted:
            return
        for lane in await self._queue.lease(wanted, self._owner, self._now(), self._lease_end()):
            task = asyncio.create_task(self._send_all(lane))
            self._busy[lane] = task
            task.add_done_callback(partial(self._free, lane))

    def _free(self, lane: Lane, _: asyncio.Task[None]) -> None:
        del self._busy[lane]
        self._freed.set()

    def _lease_end(self) -> datetime:
        return self._now() + LEASE

    async def _send_all(self, lane: Lane) -> None:
        """What waits in the lane, one after the other, until one fails."""
        try:
            outgoing = await self._queue.head(lane)
            if outgoing is None:
                return await self._queue.release(lane, self._owner)
            while outgoing is not None:
                if self._ending:
                    return await self._queue.release(lane, self._owner)
                outgoing = await self._send(lane, outgoing)
        except RecordsAway as away:
            log.warning("event_webhook_not_recorded", subscription=lane.subscription_id, why=str(away))
        except Exception:
            log.exception("event_webhook_faulty", subscription=lane.subscription_id)

    async def _send(self, lane: Lane, outgoing: Outgoing) -> Outgoing | None:
        """What follows in the lane at once."""
        if outgoing.event is None:
            return await self._queue.drop(lane, self._owner, outgoing.id, self._lease_end())
        ended = await self._attempt(outgoing)
        attempt = self._judged(outgoing, ended)
        self._note(lane, outgoing, ended, attempt)
        following = await self._queue.settle(lane, self._owner, outgoing.id, attempt, self._lease_end())
        if ended.is_gone:
            await self._queue.disable(lane.subscription_id, f"the receiver answered {ended.said}")
        elif ended.asks_for is not None:
            await self._queue.rest(lane.subscription_id, self._now() + ended.asks_for)
        return following

    def _note(self, lane: Lane, outgoing: Outgoing, ended: Ended, attempt: Attempt) -> None:
        change = self._silent.discard if ended.has_answer else self._silent.add
        change(lane.subscription_id)
        levels = {HookState.DELIVERED: log.debug, HookState.WAITING: log.info, HookState.PARKED: log.warning}
        levels[attempt.state](
            "event_webhook",
            subscription=lane.subscription_id,
            escalation=lane.escalation_id,
            id=outgoing.id,
            to=shown(outgoing.url),
            state=attempt.state,
            attempt=outgoing.attempts + 1,
            answer=ended.said[:60],
        )

    async def _attempt(self, outgoing: Outgoing) -> Ended:
        try:
            body = envelope(outgoing)
            answer = await self._client.post(outgoing.url, Webhook(outgoing.secret), outgoing.id, body)
        except ChannelFailed as failed:
            return Ended(False, one_line(failed.detail)[:LONGEST_ANSWER], has_answer=False)
        asked = seconds_of(answer.retry_after, self._now()) if not answer.is_success else None
        return Ended(
            answer.is_success,
            str(answer)[:LONGEST_ANSWER],
            asks_for=None if asked is None else min(timedelta(seconds=asked), LONGEST_WAIT),
            is_gone=answer.status == GONE,
        )

    def _judged(self, outgoing: Outgoing, ended: Ended) -> Attempt:
        now = self._now()
        if ended.is_delivered:
            return Attempt(HookState.DELIVERED, ended.said, now)
        last = outgoing.queued_at + PARKED_AFTER
        if now >= last and not ended.is_gone:
            return Attempt(HookState.PARKED, ended.said, now)
        wait = max(self._wait(outgoing.attempts), ended.asks_for or timedelta())
        return Attempt(HookState.WAITING, ended.said, now, next_at=max(now, min(now + wait, last)))

    def _wait(self, attempts: int) -> timedelta:
        """Doubles with every attempt; by chance up to half less, so that not all come back at once."""
        longest = min(FIRST_WAIT * (1 << min(attempts, 20)), LONGEST_WAIT)
        return longest * (1 - self._chance() / 2)

    async def _end(self) -> None:
        self._ending = True
        if not self._busy:
            return
        _, late = await asyncio.wait(set(self._busy.values()), timeout=ENDS_WITHIN)
        for task in late:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def envelope(outgoing: Outgoing) -> str:
    """What is posted: small, whatever the event carries; the timeline has it in full."""
    event = outgoing.event or {}
    data = {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in event.items()
    }
    document = {
        "type": f"escalation.{outgoing.type}",
        "timestamp": outgoing.at.isoformat(),
        "data": {**data, "at": outgoing.at.isoformat()},
    }
    return json.dumps(document, ensure_ascii=False)
