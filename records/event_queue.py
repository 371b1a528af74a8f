"""What waits for subscribers: from the feed into lanes, one per subscriber and escalation, and out of them.

A lane is there as long as something waits in it. Who has its lease sends what is in it, one after the
other, so that events of one escalation reach a subscriber in their order, whatever happens in other lanes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.webhooks import OPEN_TO_CUSTOMERS, TEST, View, Wanted, seen_by_customers
from records.database import Database
from records.feed import Feed, FeedEvent
from records.order import place_of
from records.rows import HookState
from records.statements import insert
from records.tables import ESCALATION, EVENT_TABLE, HOOK, HOOK_DELIVERY, HOOK_LANE

QUEUED_AT_ONCE = 200
FORGOTTEN_AT_ONCE = 500
_LANE = (HOOK_LANE.c.subscription_id, HOOK_LANE.c.escalation_id)


@dataclass(frozen=True, slots=True)
class Lane:
    subscription_id: str
    escalation_id: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The event at the head of a lane, where it goes, and the escalation as it stands now."""

    id: str
    url: str
    secret: str = field(repr=False)
    type: str
    at: datetime
    queued_at: datetime
    attempts: int
    """Before this one."""
    event: Mapping[str, Any] | None
    """None: it was superseded, so it did not happen, or is not to be shown any more."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one attempt to deliver ended."""

    state: HookState
    answer: str
    ended_at: datetime
    next_at: datetime | None = None
    """Of the next attempt, where it is still waiting."""


class EventQueue:
    """The edge for dispatchers, of which there may be many. Every method raises RecordsAway."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._feed = Feed(database)

    async def queue_new(self, now: datetime) -> bool:
        """Puts events that are new in the feed into the lanes. Whether there may be more of them."""
        more = False
        for cursor, hooks in (await self._by_cursor()).items():
            events = await self._feed.after(cursor, QUEUED_AT_ONCE)
            if events:
                await self._queue(cursor, hooks, events, now)
            more |= len(events) == QUEUED_AT_ONCE
        return more

    async def due(self, now: datetime, per_subscription: int) -> list[Lane]:
        """Lanes whose head may be sent and that nobody has the lease of, those that wait longest first."""
        rank = func.row_number().over(partition_by=HOOK_LANE.c.subscription_id, order_by=HOOK_LANE.c.next_at)
        lanes = select(*_LANE, HOOK_LANE.c.next_at, rank.label("rank"))
        lanes = lanes.join(HOOK, HOOK.c.id == HOOK_LANE.c.subscription_id)
        rested = or_(HOOK.c.rests_until.is_(None), HOOK.c.rests_until <= now)
        ranked = lanes.where(HOOK.c.enabled.is_(True), rested, _is_due(now)).subquery()
        first = select(ranked).where(ranked.c.rank <= per_subscription).order_by(ranked.c.next_at)
        return [Lane(row[0], row[1]) for row in await self._database.rows(first)]

    async def lease(self, lanes: Sequence[Lane], owner: str, now: datetime, until: datetime) -> list[Lane]:
        """Those of the lanes that were free still."""
        keys = [(lane.subscription_id, lane.escalation_id) for lane in lanes]
        free = select(*_LANE).where(tuple_(*_LANE).in_(keys), _is_due(now))
        async with self._database.writing() as connection:
            rows = (await connection.execute(free.with_for_update(skip_locked=True))).all()
            taken = [Lane(row[0], row[1]) for row in rows]
            mine = {"leased_by": owner, "leased_until": until}
            for lane in taken:
                await connection.execute(update(HOOK_LANE).where(_this(lane)).values(mine))
        return taken

    async def head(self, lane: Lane) -> Outgoing | None:
        """What is to be sent next; None when nothing is, or the subscription is disabled."""
        async with self._database.reading() as connection:
            return await _head(connection, lane)

    async def settle(
        self, lane: Lane, owner: str, id_: str, attempt: Attempt, until: datetime
    ) -> Outgoing | None:
        """Records an attempt. What is to be sent next, under a lease until then; None when nothing is now."""
        delivery = HOOK_DELIVERY.c
        ended = {"state": attempt.state, "answer": attempt.answer, "last_at": attempt.ended_at}
        changing = update(HOOK_DELIVERY).where(delivery.id == id_)
        async with self._database.writing() as connection:
            if attempt.next_at is not None:
                changes: dict[str, Any] = {"next_at": attempt.next_at, **_FREE}
            else:
                changes = {"leased_until": until}
            if not await _update_mine(connection, lane, owner, changes):
                return None
            await connection.execute(changing.values(attempts=delivery.attempts + 1, **ended))
            return await _next(connection, lane) if attempt.next_at is None else None

    async def drop(self, lane: Lane, owner: str, id_: str, until: datetime) -> Outgoing | None:
        """Takes out what is not to be sent, and goes on like `settle`."""
        async with self._database.writing() as connection:
            if not await _update_mine(connection, lane, owner, {"leased_until": until}):
                return None
            await connection.execute(delete(HOOK_DELIVERY).where(HOOK_DELIVERY.c.id == id_))
            return await _next(connection, lane)

    async def release(self, lane: Lane, owner: str) -> None:
        """Leaves the lane to others."""
        async with self._database.writing() as connection:
            if await _update_mine(connection, lane, owner, _FREE):
                await _give_up_empty(connection, lane)

    async def rest(self, subscription_id: str, until: datetime) -> None:
        """Nothing is sent to that subscriber before then."""
        await self._change(subscription_id, rests_until=until)

    async def disable(self, subscription_id: str, why: str) -> None:
        """Until somebody enables it again."""
        await self._change(subscription_id, enabled=False, disabled_why=why)

    async def forget(self, state: HookState, before: datetime) -> bool:
        """Takes out deliveries that ended before then, some at once. Whether there may be more of them."""
        delivery = HOOK_DELIVERY.c
        old = select(delivery.id).where(delivery.state == state, delivery.last_at < before)
        async with self._database.writing() as connection:
            # What somebody else has in hand is left for the next time.
            some = old.order_by(delivery.id).limit(FORGOTTEN_AT_ONCE).with_for_update(skip_locked=True)
            gone = delete(HOOK_DELIVERY).where(delivery.id.in_(some))
            return (await connection.execute(gone)).rowcount == FORGOTTEN_AT_ONCE

    async def _change(self, subscription_id: str, **changes: Any) -> None:
        async with self._database.writing() as connection:
            await connection.execute(update(HOOK).where(HOOK.c.id == subscription_id).values(changes))

    async def _by_cursor(self) -> dict[str, dict[str, Wanted]]:
        """What the enabled subscriptions want, by how far their events are queued."""
        query = select(HOOK.c.cursor, HOOK.c.id, *(HOOK.c[name] for name in Wanted.model_fields))
        found: dict[str, dict[str, Wanted]] = defaultdict(dict)
        for row in await self._database.rows(query.where(HOOK.c.enabled.is_(True))):
            # What was once accepted counts, also if a later release accepts less.
            found[row.cursor][row.id] = Wanted.model_construct(**row._mapping)
        return found

    async def _queue(
        self, cursor: str, hooks: Mapping[str, Wanted], events: Sequence[FeedEvent], now: datetime
    ) -> None:
        async with self._database.writing() as connection:
            # Who else queues the same events waits here, and then finds that the cursor has moved.
            ids = list(await connection.scalars(held(HOOK.c.id.in_(hooks), HOOK.c.cursor == cursor)))
            rows = [_queued(id_, event, now) for id_ in ids for event in events if _is_for(hooks[id_], event)]
            if rows:
                await _open_lanes(connection, rows, now)
                adding = insert(connection.dialect.name, HOOK_DELIVERY).on_conflict_do_nothing()
                await connection.execute(adding, rows)
            moved = update(HOOK).where(HOOK.c.id.in_(ids)).values(cursor=events[-1].cursor)
            await connection.execute(moved)


def held(*conditions: ColumnElement[bool]) -> Select[str]:
    """The ids of subscriptions, which are kept from others who hold them until the transaction ends.

    Without their keys: who changes a lane twice refers to them anew, and has the lane already, for which
    whoever holds the subscription may wait.
    """
    return select(HOOK.c.id).where(*conditions).order_by(HOOK.c.id).with_for_update(key_share=True)


_FREE: Mapping[str, Any] = {"leased_by": None, "leased_until": None}
_DELIVERY = ("id", "type", "at", "queued_at", "attempts")
_EVENT = ("escalation_id", "seq", "planned", "by", "role", "decision_id", "sentence")
_ESCALATION = ("key", "subject", "severity", "team", "owner", "customer")


async def _head(connection: AsyncConnection, lane: Lane) -> Outgoing | None:
    row = (await connection.execute(_heads(lane))).first()
    if row is None:
        return None
    stored = row._mapping
    delivery = {name: stored[name] for name in _DELIVERY}
    return Outgoing(**delivery, url=row.url, secret=row.secret, event=_content(stored))


def _content(row: Mapping[Any, Any]) -> Mapping[str, Any] | None:
    if row["type"] != TEST and row["found"] is None:
        return None
    if row["view"] == View.INTERNAL or row["type"] == TEST:
        return {name: row[name] for name in (*_EVENT, *_ESCALATION)}
    seen = seen_by_customers(row["payload"])
    beside = {name: row[name] for name in ("escalation_id", *OPEN_TO_CUSTOMERS)}
    return None if seen is None else {**beside, **seen}


def _heads(lane: Lane) -> Select[*tuple[Any, ...]]:
    delivery, event = HOOK_DELIVERY.c, EVENT_TABLE.c
    names = ("escalation_id", "seq")
    wanted = [*(delivery[name] for name in (*_DELIVERY, *names)), HOOK.c.url, HOOK.c.secret]
    wanted += [HOOK.c.view, *(event[name] for name in _EVENT if name not in names)]
    # It may be long, and is needed only to tell what of it may be shown.
    payload = case((HOOK.c.view == View.CUSTOMER, event.payload)).label("payload")
    query = select(*wanted, payload, *(ESCALATION.c[name] for name in _ESCALATION), event.seq.label("found"))
    # The place, too: under the same number there may be another event by now.
    same = [delivery[name] == event[name] for name in (*names, "horizon", "position")]
    joined = HOOK_DELIVERY.join(HOOK, HOOK.c.id == delivery.subscription_id)
    joined = joined.outerjoin(EVENT_TABLE, and_(*same))
    joined = joined.outerjoin(ESCALATION, ESCALATION.c.id == delivery.escalation_id)
    query = query.select_from(joined).where(HOOK.c.enabled.is_(True), *_in_lane(lane))
    return query.order_by(delivery.horizon, delivery.position).limit(1)


def _in_lane(lane: Lane) -> tuple[ColumnElement[bool], ...]:
    delivery = HOOK_DELIVERY.c
    return (
        delivery.subscription_id == lane.subscription_id,
        delivery.escalation_id == lane.escalation_id,
        delivery.state == HookState.WAITING,
    )


def _is_due(now: datetime) -> ColumnElement[bool]:
    lane = HOOK_LANE.c
    return and_(lane.next_at <= now, or_(lane.leased_until.is_(None), lane.leased_until <= now))


def _this(lane: Lane) -> ColumnElement[bool]:
    return and_(
        HOOK_LANE.c.subscription_id == lane.subscription_id, HOOK_LANE.c.escalation_id == lane.escalation_id
    )


async def _update_mine(
    connection: AsyncConnection, lane: Lane, owner: str, changes: Mapping[str, Any]
) -> bool:
    """Whether the lease was not lost. The lane is locked then: nobody adds to it meanwhile."""
    mine = update(HOOK_LANE).where(_this(lane), HOOK_LANE.c.leased_by == owner).values(changes)
    return (await connection.execute(mine)).rowcount == 1


async def _next(connection: AsyncConnection, lane: Lane) -> Outgoing | None:
    # A statement of its own: it sees what was added while the one before waited for the lane's lock.
    following = await _head(connection, lane)
    if following is None:
        await connection.execute(update(HOOK_LANE).where(_this(lane)).values(_FREE))
        await _give_up_empty(connection, lane)
    return following


async def _give_up_empty(connection: AsyncConnection, lane: Lane) -> None:
    """Where the subscription is disabled, something may wait still."""
    waiting = select(HOOK_DELIVERY.c.id).where(*_in_lane(lane)).exists()
    await connection.execute(delete(HOOK_LANE).where(_this(lane), ~waiting))


def _is_for(wanted: Wanted, event: FeedEvent) -> bool:
    asked_for = wanted.asks_for(event.type, event.severity, event.team, event.customer)
    is_inside = wanted.view == View.INTERNAL
    return asked_for and (is_inside or seen_by_customers(event.payload) is not None)


async def _open_lanes(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Before anything is put into them: a lane that is there is locked, so that nobody gives it up."""
    keys = sorted({(row["subscription_id"], row["escalation_id"]) for row in rows})
    adding = insert(connection.dialect.name, HOOK_LANE)
    adding = adding.on_conflict_do_update(index_elements=_LANE, set_={"next_at": HOOK_LANE.c.next_at})
    lanes = [{"subscription_id": one, "escalation_id": other, "next_at": now} for one, other in keys]
    await connection.execute(adding, lanes)


def _queued(subscription_id: str, event: FeedEvent, now: datetime) -> dict[str, Any]:
    # With the place: what took a superseded event's number is another event, and must not look repeated.
    name = f"{subscription_id}/{event.escalation_id}/{event.seq}/{event.cursor}"
    horizon, position = place_of(event.cursor)
    return {
        "id": f"evt_{sha256(name.encode()).hexdigest()[:32]}",
        "subscription_id": subscription_id,
        **{each: getattr(event, each) for each in ("escalation_id", "seq", "type", "at")},
        "state": HookState.WAITING,
        "attempts": 0,
        "queued_at": now,
        "answer": "",
        "horizon": horizon,
        "position": position,
    }
