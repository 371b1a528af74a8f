"""How PostgreSQL is to plan what searches."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    any_,
    false,
    func,
    literal,
    literal_column,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.vocabulary import Severity
from records.columns import UtcDateTime
from records.list_filter import ListFilter
from records.list_order import STRETCHES, Sort
from records.marks import OPEN, ten_days
from records.shelf import Shelf, all_shelved, is_marked, is_wanted
from records.tables import ESCALATION, SEARCH
from records.words import holds

FEW = 1_000
"""So many rows are looked at one by one; where there are more, a page is sooner full."""
_FOR_THIS_TRANSACTION = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true),"
    " set_config('max_parallel_workers_per_gather', '0', true), set_config('enable_seqscan', 'off', true)"
)
_NOT_FOR_LONG = text("SELECT set_config('statement_timeout', '10s', true)")
RARE = 20_000
"""So many rows at most may be expected for it to be worth a look how many they are."""


async def plan_for_these_values(connection: AsyncConnection) -> None:
    """Until the transaction ends, plans are made for the values at hand, without compiling and helpers.

    The driver prepares statements, and after some uses the server would take one plan for all values; but
    what is right for a team with half of all rows is wrong for a person with three. Tables are not read from
    end to end in the hope that a row is soon found.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(_FOR_THIS_TRANSACTION)


async def bound_each_question(connection: AsyncConnection) -> None:
    """Until the transaction ends, none keeps the server busy for more than ten seconds: then RecordsAway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(_NOT_FOR_LONG)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What rows have to be, besides their tags and reach."""

    wanted: ListFilter
    among: tuple[ColumnElement[bool], ...] = ()
    """The ids that the text is found in, where they are few; then the filter is without it."""

    def conditions(self, dialect: str) -> tuple[ColumnElement[bool], ...]:
        return (*self.wanted.of_the_row(dialect), *self.among)


@dataclass(frozen=True, slots=True)
class Found:
    """What is known before a page is asked for."""

    wanted: ListFilter
    open: Narrowed
    closed: Narrowed
    shelf: Shelf | None = None
    """None: what is closed is not asked for by the shelf."""


async def found_beforehand(connection: AsyncConnection, wanted: ListFilter, sort: Sort) -> Found:
    """Looks at what a plan for the page could only guess."""
    plain = Narrowed(wanted)
    if connection.dialect.name != "postgresql":
        return Found(wanted, plain, plain)
    open_ = plain
    if wanted.text is not None:
        ids = await _few(connection, _holding(wanted.text))
        if ids is not None:
            narrowed = _among(wanted, ids)
            return Found(wanted, narrowed, narrowed)
        open_ = await _open(connection, wanted)
    shelf = None
    if wanted.shows_closed and any(is_wanted(wanted, stretch.run) for stretch in STRETCHES[sort]):
        shelf = await _shelf(connection)
        # A walk for each severity would go on to the end where hardly anything is found.
        if shelf is not None and sort is Sort.SEVERITY:
            is_narrow = await _few(connection, all_shelved(shelf, wanted)) is not None
            shelf = replace(shelf, is_narrow=is_narrow)
    return Found(wanted, open_, plain, shelf)


def _among(wanted: ListFilter, ids: Sequence[str]) -> Narrowed:
    among = ESCALATION.c.id == any_(literal(ids, ARRAY(String))) if ids else false()
    return Narrowed(replace(wanted, text=None), (among,))


async def _open(connection: AsyncConnection, wanted: ListFilter) -> Narrowed:
    """Of many rows that hold a text the open ones may be few, and in no order that an index knows."""
    if wanted.text is None or not wanted.shows_open:
        return Narrowed(wanted)
    ids = await _some(connection, _holding(wanted.text).where(is_marked(OPEN)))
    return Narrowed(wanted) if ids is None else _among(wanted, ids)


async def _few(connection: AsyncConnection, query: Select[str]) -> Sequence[str] | None:
    """All of them; None where they are more, or so many are expected that it is not worth a look."""
    return await _some(connection, query) if await _expected(connection, query) <= RARE else None


async def _some(connection: AsyncConnection, query: Select[str]) -> Sequence[str] | None:
    ids = (await connection.scalars(query.limit(FEW + 1))).all()
    return ids if len(ids) <= FEW else None


async def _shelf(connection: AsyncConnection) -> Shelf | None:
    edges = (await connection.execute(_EDGES)).one()
    return None if edges.last is None else Shelf(ten_days(edges.first), ten_days(edges.last))


def _edges() -> Select[datetime, datetime]:
    """When the first of what is closed was opened, and when the last of it changed: two ends of indexes."""
    row = ESCALATION.c
    # literal_column: as the indexes have it, a parameter would not be known to be the same.
    closed = row.stage == literal_column("'closed'")
    firsts = (
        select(func.min(row.opened_at)).where(closed, row.severity == severity).scalar_subquery()
        for severity in Severity
    )
    last = select(func.max(row.updated_at)).where(closed).scalar_subquery()
    return select(
        type_coerce(func.least(*firsts), UtcDateTime).label("first"),
        type_coerce(last, UtcDateTime).label("last"),
    )


_EDGES = _edges()


async def _expected(connection: AsyncConnection, query: Select[str]) -> int:
    """How many rows PostgreSQL expects of it; that costs nothing, and it knows what is common."""
    said = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    plan = (await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {said}")).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])


def _holding(sought: str) -> Select[str]:
    return select(SEARCH.c.escalation_id).where(*holds(sought))
