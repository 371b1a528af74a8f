"""What people and services read from the ledger: lists, one escalation, its timeline, its deliveries."""

from dataclasses import dataclass

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events import EVENT, AnyEvent
from records.database import Database
from records.list_filter import EVERY_ESCALATION, ListFilter
from records.list_order import Cursor, Sort, in_turn
from records.listing import page_keys
from records.planning import bound_each_question, found_beforehand, plan_for_these_values
from records.rows import DeliveryRow, EscalationRow, SupersededRow, TimelineRow
from records.tables import DELIVERY, ESCALATION, EVENT_TABLE, SUPERSEDED_EVENT

PAGE = 50
PAGE_AT_MOST = 500
COUNT_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[EscalationRow, ...]
    after: str | None
    """Hand it in to get the next page; None when this is the last."""


@dataclass(frozen=True, slots=True)
class Count:
    number: int
    is_exact: bool
    """False: there are more than that."""


class Reader:
    """The edge for reads. Every method raises RecordsAway when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_escalations(
        self,
        wanted: ListFilter = EVERY_ESCALATION,
        *,
        sort: Sort = Sort.NEXT_DUE,
        limit: int = PAGE,
        after: str | None = None,
    ) -> Page:
        """At most PAGE_AT_MOST rows at once, in that order.

        Raises ValueError when `after` does not come from a page of that order.
        """
        size = max(1, min(limit, PAGE_AT_MOST))
        begin = None if after is None else Cursor.parse(after, sort)
        async with self._database.reading() as connection:
            await bound_each_question(connection)
            places = await _places(connection, wanted, sort, begin, size + 1)
            rows = await _rows(connection, [place.id for place in places[:size]])
        return Page(rows, str(places[size - 1]) if len(places) > size else None)

    async def count(self, wanted: ListFilter = EVERY_ESCALATION, *, at_most: int = COUNT_AT_MOST) -> Count:
        """How many there are; counting ends at that many, since it takes the longer the more there are."""
        async with self._database.reading() as connection:
            await bound_each_question(connection)
            found = select(ESCALATION.c.id).where(*wanted.conditions(connection.dialect.name))
            some = found.limit(at_most + 1).subquery()
            number = await connection.scalar(select(func.count()).select_from(some)) or 0
        return Count(min(number, at_most), number <= at_most)

    async def get(self, name: str) -> EscalationRow | None:
        """The escalation of that id, else the newest life of that key, else of that workflow id.

        An id is the workflow's id, "~", and when that life began.
        """
        # substr, not LIKE: it has no wildcards to escape, and LIKE ignores case on SQLite.
        of_workflow = func.substr(ESCALATION.c.id, 1, len(name) + 1) == f"{name}~"
        for condition in (ESCALATION.c.id == name, ESCALATION.c.key == name, of_workflow):
            newest = select(ESCALATION).where(condition)
            newest = newest.order_by(ESCALATION.c.opened_at.desc(), ESCALATION.c.id.desc()).limit(1)
            for row in await self._all(newest):
                return _escalation(row)
        return None

    async def timeline(
        self, escalation_id: str, after_seq: int = 0, limit: int | None = None
    ) -> list[TimelineRow]:
        """The events after a number, in order, as they were worded when they happened."""
        rows = await self._all(_events(escalation_id, after_seq).limit(limit))
        return [TimelineRow.model_validate(dict(row._mapping)) for row in rows]

    async def events(self, escalation_id: str) -> tuple[AnyEvent, ...]:
        """All events as the core knows them, so that folding them gives the state."""
        rows = await self._all(_events(escalation_id, 0))
        return tuple(EVENT.validate_python(row.payload) for row in rows)

    async def decided_by(self, escalation_id: str, decision_id: str) -> str | None:
        """Whose decision is recorded under that id."""
        of_it = (EVENT_TABLE.c.escalation_id == escalation_id) & (EVENT_TABLE.c.decision_id == decision_id)
        rows = await self._all(select(EVENT_TABLE.c.by).where(of_it).limit(1))
        return rows[0].by if rows else None

    async def superseded(self, escalation_id: str) -> list[SupersededRow]:
        """Events that a lost workflow task had written, and that therefore did not happen; by number."""
        query = select(SUPERSEDED_EVENT).where(SUPERSEDED_EVENT.c.escalation_id == escalation_id)
        rows = await self._all(query.order_by(SUPERSEDED_EVENT.c.superseded_at, SUPERSEDED_EVENT.c.seq))
        return [SupersededRow.model_validate(dict(row._mapping)) for row in rows]

    async def deliveries(self, escalation_id: str) -> list[DeliveryRow]:
        """All messages of an escalation by channel, the first begun first."""
        query = select(DELIVERY).where(DELIVERY.c.escalation_id == escalation_id)
        rows = await self._all(query.order_by(DELIVERY.c.first_at, DELIVERY.c.key))
        return [DeliveryRow.model_validate(dict(row._mapping)) for row in rows]

    async def _all(self, query: Select[*tuple[object, ...]]) -> list[Row[*tuple[object, ...]]]:
        return list(await self._database.rows(query))


async def _places(
    connection: AsyncConnection, wanted: ListFilter, sort: Sort, begin: Cursor | None, size: int
) -> list[Cursor]:
    """Where the rows of a page stand. Most are full within one stretch; the others are asked by severity."""
    await plan_for_these_values(connection)
    found_before = await found_beforehand(connection, wanted, sort)
    dialect = connection.dialect.name
    found: list[Cursor] = []
    for some in in_turn(sort, begin):
        query = page_keys(found_before, some, begin, size - len(found), dialect)
        if query is not None and len(found) < size:
            rows = await connection.execute(query)
            found += [Cursor(sort, number, at, id_) for number, at, id_ in rows]
    return found


async def _rows(connection: AsyncConnection, ids: list[str]) -> tuple[EscalationRow, ...]:
    rows = await connection.execute(select(ESCALATION).where(ESCALATION.c.id.in_(ids)))
    by_id = {row.id: _escalation(row) for row in rows}
    return tuple(by_id[one] for one in ids)


def _events(escalation_id: str, after_seq: int) -> Select[*tuple[object, ...]]:
    query = select(EVENT_TABLE).where(EVENT_TABLE.c.escalation_id == escalation_id)
    return query.where(EVENT_TABLE.c.seq > after_seq).order_by(EVENT_TABLE.c.seq)


def _escalation(row: Row[*tuple[object, ...]]) -> EscalationRow:
    return EscalationRow.model_validate(dict(row._mapping))
