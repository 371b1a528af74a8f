"""What people and services read from the ledger: lists, one escalation, its timeline, its deliveries."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from domain.events import EVENT, AnyEvent
from domain.vocabulary import Severity, Stage
from records.database import Database
from records.tables import (
    DELIVERY,
    ESCALATION,
    EVENT_TABLE,
    SUPERSEDED_EVENT,
    DeliveryRow,
    EscalationRow,
    SupersededRow,
    TimelineRow,
)

PAGE = 50
PAGE_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a list shows; None shows all."""

    stage: Stage | None = None
    severity: Severity | None = None
    owner: str | None = None
    team: str | None = None
    customer: str | None = None
    open_only: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        wanted = {name: getattr(self, name) for name in ("stage", "severity", "owner", "team", "customer")}
        equal = [ESCALATION.c[name] == value for name, value in wanted.items() if value is not None]
        return [*equal, ESCALATION.c.closed_at.is_(None)] if self.open_only else equal


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[EscalationRow, ...]
    after: str | None
    """Hand it in to get the next page; None when this is the last."""


@dataclass(frozen=True, slots=True)
class _Cursor:
    """The place of a row in a list, for callers an opaque text."""

    next_due: datetime | None
    id: str

    def __str__(self) -> str:
        return json.dumps([self.next_due and self.next_due.isoformat(), self.id])

    @classmethod
    def parse(cls, text: str) -> Self:
        try:
            due, id_ = json.loads(text)
            instant = datetime.fromisoformat(due) if due is not None else None
        except (ValueError, TypeError) as error:
            raise ValueError(
                f"{text!r} is not the end of a page; hand in what the page before said"
            ) from error
        if not isinstance(id_, str) or (instant and instant.utcoffset() is None):
            raise ValueError(f"{text!r} is not the end of a page; hand in what the page before said")
        return cls(instant, id_)

    def condition(self) -> ColumnElement[bool]:
        due, id_ = ESCALATION.c.next_due, ESCALATION.c.id
        if self.next_due is None:
            return and_(due.is_(None), id_ > self.id)
        return or_(due > self.next_due, and_(due == self.next_due, id_ > self.id), due.is_(None))


class Reader:
    """The edge for reads. Every method raises RecordsAway when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_escalations(
        self, wanted: ListFilter = ListFilter(), *, limit: int = PAGE, after: str | None = None
    ) -> Page:
        """What is due next comes first, what has nothing due last. At most PAGE_AT_MOST rows at once.

        Raises ValueError when `after` does not come from a page.
        """
        size = max(1, min(limit, PAGE_AT_MOST))
        query = (
            select(ESCALATION)
            .where(*wanted.conditions())
            .order_by(ESCALATION.c.next_due.nulls_last(), ESCALATION.c.id)
            .limit(size + 1)
        )
        if after is not None:
            query = query.where(_Cursor.parse(after).condition())
        found = tuple(_escalation(row) for row in await self._all(query))
        rows = found[:size]
        end = str(_Cursor(rows[-1].next_due, rows[-1].id)) if len(found) > size else None
        return Page(rows, end)

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
        async with self._database.reading() as connection:
            return list(await connection.execute(query))


def _events(escalation_id: str, after_seq: int) -> Select[*tuple[object, ...]]:
    query = select(EVENT_TABLE).where(EVENT_TABLE.c.escalation_id == escalation_id)
    return query.where(EVENT_TABLE.c.seq > after_seq).order_by(EVENT_TABLE.c.seq)


def _escalation(row: Row[*tuple[object, ...]]) -> EscalationRow:
    return EscalationRow.model_validate(dict(row._mapping))
