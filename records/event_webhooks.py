"""Subscriptions to events: who gets which events where, and what became of each."""

import base64
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Row, and_, delete, exists, func, literal, or_, select, update
from sqlalchemy import insert as insert_into

from domain.webhooks import TEST, Wanted
from records.columns import UtcDateTime
from records.database import Database
from records.event_queue import held
from records.feed import Feed
from records.rows import HookDeliveryRow, HookRow, HookState
from records.statements import insert
from records.tables import HOOK, HOOK_DELIVERY, HOOK_LANE

PAGE_AT_MOST = 500
SECRET_BYTES = 32
_SHOWN = [HOOK.c[name] for name in HookRow.model_fields]


@dataclass(frozen=True, slots=True)
class Hook:
    """A subscription, and how many events are on their way to it and parked."""

    row: HookRow
    waiting: int
    parked: int


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    rows: tuple[HookDeliveryRow, ...]
    after: str | None
    """Hand it in to get the next page; None when this is the last."""


class EventWebhooks:
    """The edge for those who manage subscriptions. Every method raises RecordsAway."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._feed = Feed(database)

    async def add(self, wanted: Wanted, created_by: str, at: datetime) -> tuple[Hook, str]:
        """The subscription, from the events on that come now, and its secret, which is shown once."""
        secret = f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"
        row = HookRow(
            id=f"sub_{secrets.token_hex(8)}",
            **wanted.model_dump(),
            created_by=created_by,
            created_at=at,
            enabled=True,
        )
        cursor = await self._feed.end()
        async with self._database.writing() as connection:
            stored = {**row.model_dump(), "secret": secret, "cursor": cursor}
            await connection.execute(insert_into(HOOK).values(stored))
        return Hook(row, waiting=0, parked=0), secret

    async def all(self) -> list[Hook]:
        """All of them, the oldest first."""
        return await self._hooks()

    async def get(self, subscription_id: str) -> Hook | None:
        return next(iter(await self._hooks(HOOK.c.id == subscription_id)), None)

    async def change(self, subscription_id: str, changes: dict[str, Any]) -> Hook | None:
        """The changed one; None where there is none. Who enables it again gets what was missed, too."""
        if changes.get("enabled"):
            changes = {**changes, "disabled_why": "", "rests_until": None}
        if changes:
            async with self._database.writing() as connection:
                await connection.execute(update(HOOK).where(HOOK.c.id == subscription_id).values(changes))
        return await self.get(subscription_id)

    async def remove(self, subscription_id: str) -> bool:
        """With all that waits for it. False: there was none."""
        async with self._database.writing() as connection:
            # Whoever queues events for it waits here, and finds it gone.
            if (await connection.execute(held(HOOK.c.id == subscription_id))).first() is None:
                return False
            for table in (HOOK_LANE, HOOK_DELIVERY):
                await connection.execute(delete(table).where(table.c.subscription_id == subscription_id))
            await connection.execute(delete(HOOK).where(HOOK.c.id == subscription_id))
        return True

    async def deliveries(
        self,
        subscription_id: str | None = None,
        *,
        state: HookState | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> DeliveryPage:
        """The latest queued first. Raises ValueError when `after` does not come from a page."""
        size = max(1, min(limit, PAGE_AT_MOST))
        table = HOOK_DELIVERY.c
        query = select(*(table[name] for name in HookDeliveryRow.model_fields))
        query = query.where(*_equal(subscription_id=subscription_id, state=state))
        if after is not None:
            query = query.where(_Cursor.parse(after).condition())
        query = query.order_by(table.queued_at.desc(), table.id.desc()).limit(size + 1)
        found = [_delivery(row) for row in await self._database.rows(query)]
        last = found[size - 1] if len(found) > size else None
        return DeliveryPage(tuple(found[:size]), str(_Cursor(last.queued_at, last.id)) if last else None)

    async def replay(
        self,
        at: datetime,
        *,
        subscription_id: str | None = None,
        escalation_id: str | None = None,
        since: datetime | None = None,
        states: Sequence[HookState] = (HookState.PARKED,),
    ) -> int:
        """Queues again what is parked, in the order of its events. How many there were.

        `since` is about when the events happened. With other states what was delivered goes out, too.
        """
        table, lane = HOOK_DELIVERY.c, HOOK_LANE
        wanted = [*_equal(subscription_id=subscription_id, escalation_id=escalation_id)]
        wanted += [table.state.in_(states), *((table.at >= since,) if since else ())]
        lanes = select(table.subscription_id, table.escalation_id, literal(at, UtcDateTime))
        lanes = lanes.where(*wanted).distinct().order_by(table.subscription_id, table.escalation_id)
        columns = [lane.c.subscription_id, lane.c.escalation_id]
        async with self._database.writing() as connection:
            # None of them may be removed meanwhile.
            await connection.execute(held(*(HOOK.c.id == one for one in [subscription_id] if one)))
            opening = insert(connection.dialect.name, lane).from_select([*columns, lane.c.next_at], lanes)
            # The lanes first: their locks keep others from finding them empty and giving them up.
            changed = opening.on_conflict_do_update(index_elements=columns, set_={"next_at": at})
            await connection.execute(changed)
            again = {"state": HookState.WAITING, "attempts": 0, "queued_at": at}
            # What was parked meanwhile, and its lane given up, is not among those whose lanes are open now.
            open_ = exists().where(
                lane.c.subscription_id == table.subscription_id, lane.c.escalation_id == table.escalation_id
            )
            changing = update(HOOK_DELIVERY).where(*wanted, open_).values(again)
            return (await connection.execute(changing)).rowcount

    async def test(self, subscription_id: str, at: datetime) -> str | None:
        """Queues something that never happened. The id under which it is sent and listed; None where there
        is no such subscription."""
        token = secrets.token_hex(16)
        key = {"subscription_id": subscription_id, "escalation_id": f"{TEST}-{token}"}
        row = {"id": f"evt_{token}", **key, "seq": 0, "type": TEST, "at": at, "queued_at": at}
        queued = {**row, "state": HookState.WAITING, "attempts": 0, "answer": "", "horizon": 0, "position": 0}
        async with self._database.writing() as connection:
            if (await connection.execute(held(HOOK.c.id == subscription_id))).first() is None:
                return None
            await connection.execute(insert_into(HOOK_LANE).values({**key, "next_at": at}))
            await connection.execute(insert_into(HOOK_DELIVERY).values(queued))
        return str(row["id"])

    async def _hooks(self, *conditions: ColumnElement[bool]) -> list[Hook]:
        query = select(*_SHOWN).where(*conditions).order_by(HOOK.c.created_at, HOOK.c.id)
        table = HOOK_DELIVERY.c
        unsent = table.state.in_((HookState.WAITING, HookState.PARKED))
        counting = select(table.subscription_id, table.state, func.count()).where(unsent)
        counting = counting.group_by(table.subscription_id, table.state)
        async with self._database.reading() as connection:
            counts = {(row[0], row[1]): row[2] for row in await connection.execute(counting)}
            rows = [HookRow.model_validate(dict(row._mapping)) for row in await connection.execute(query)]
        return [
            Hook(
                row,
                waiting=counts.get((row.id, HookState.WAITING), 0),
                parked=counts.get((row.id, HookState.PARKED), 0),
            )
            for row in rows
        ]


@dataclass(frozen=True, slots=True)
class _Cursor:
    """The place of a delivery in a list, for callers an opaque text."""

    queued_at: datetime
    id: str

    def __str__(self) -> str:
        return json.dumps([self.queued_at.isoformat(), self.id])

    @classmethod
    def parse(cls, text: str) -> Self:
        try:
            queued, id_ = json.loads(text)
            place = cls(datetime.fromisoformat(queued), id_)
            if place.queued_at.utcoffset() is None or not isinstance(id_, str):
                raise ValueError
        except (ValueError, TypeError) as error:
            mend = "hand in what the page before said"
            raise ValueError(f"{text[:100]!r} is not the end of a page; {mend}") from error
        return place

    def condition(self) -> ColumnElement[bool]:
        table = HOOK_DELIVERY.c
        same = and_(table.queued_at == self.queued_at, table.id < self.id)
        return or_(table.queued_at < self.queued_at, same)


def _equal(**wanted: str | None) -> list[ColumnElement[bool]]:
    return [HOOK_DELIVERY.c[name] == value for name, value in wanted.items() if value is not None]


def _delivery(row: Row[*tuple[Any, ...]]) -> HookDeliveryRow:
    return HookDeliveryRow.model_validate(dict(row._mapping))
