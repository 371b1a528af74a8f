"""A ledger with subscribers, a clock that the test moves, and dispatchers that work until nothing is due."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from activities.event_webhooks import EventDispatcher
from activities.webhook_client import WebhookClient
from domain.events import AnyEvent
from domain.webhooks import Wanted
from records.database import Database
from records.event_queue import EventQueue
from records.event_webhooks import EventWebhooks
from records.ledger import Ledger
from records.rows import HookDeliveryRow
from tests.activities.peers import HttpPeer, Request
from tests.records.samples import START, life, noted, summary_of


@dataclass
class Hooked:
    database: Database
    at: datetime = START
    lives: dict[str, tuple[AnyEvent, ...]] = field(default_factory=dict)

    @property
    def webhooks(self) -> EventWebhooks:
        return EventWebhooks(self.database)

    @property
    def queue(self) -> EventQueue:
        return EventQueue(self.database)

    def now(self) -> datetime:
        return self.at

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)

    def dispatcher(self, *, private: bool = True, timeout: float = 5) -> EventDispatcher:
        client = WebhookClient(allow_private_addresses=private, timeout=timeout)
        return EventDispatcher(self.queue, client, now=self.now, chance=lambda: 0.0, looks_every=0.02)

    async def subscribe(self, peer: HttpPeer | str, **wanted: Any) -> tuple[str, str]:
        """Its id and its secret."""
        url = peer if isinstance(peer, str) else peer.url
        hook, secret = await self.webhooks.add(Wanted(url=url, **wanted), "root", self.at)
        return hook.row.id, secret

    async def happen(self, name: str, count: int = 1, **opening: Any) -> None:
        """That many further events of the escalation, the opening among them."""
        before = self.lives.get(name, ())
        fresh = tuple(noted(seq) for seq in range(len(before) + 1, len(before) + count + 1))
        self.lives[name] = (*before, *fresh) if before else life(name, count, **opening)
        events = self.lives[name]
        await Ledger(self.database).write(summary_of(*events), events[len(before) :])

    async def work(self, dispatcher: EventDispatcher) -> None:
        """Until nothing is due at this moment."""
        while await dispatcher.round():
            await dispatcher.settled()

    async def deliveries(self, **wanted: Any) -> list[HookDeliveryRow]:
        """In the order of the events of each escalation."""
        page = await self.webhooks.deliveries(**wanted)
        return sorted(page.rows, key=lambda row: (row.escalation_id, row.seq))


def data_of(request: Request) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(request.body)["data"]
    return said


def seqs(peer: HttpPeer, escalation: str | None = None) -> list[int]:
    said = [data_of(request) for request in peer.requests]
    return [each["seq"] for each in said if escalation in (None, each["escalation_id"])]


def ids(peer: HttpPeer) -> list[str]:
    return [request.headers["webhook-id"] for request in peer.requests]
