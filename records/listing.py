"""Lists as SQL: the keys of one page, in order, such that an index leads to each of them.

A list of what is closed can be of a million rows of which a page shows fifty. So each stretch of a list is
asked for in parts (open, closed by severity, one part for each way of being in reach), each of which has an
index in the order of the stretch; the parts are cut to a page before they are put together. What is narrowed
in several ways at once comes on PostgreSQL from the shelf (`records/shelf.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    case,
    literal,
    literal_column,
    select,
    tuple_,
    union,
    union_all,
)

from domain.rights import Span
from domain.vocabulary import Severity
from records.columns import UtcDateTime
from records.list_filter import ListFilter, tagged, ways
from records.list_order import Cursor, Run, Stretch
from records.planning import Found
from records.shelf import Shelf, is_wanted, shelf_keys
from records.tables import ESCALATION, TAG
from records.tags import party

Keys = Select[int, datetime, str]
"""The number of the stretch, the instant that it is sorted by, and the id."""
_Keys = Select[datetime, str]


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows that an index has in the order of the stretch."""

    source: FromClause
    at: ColumnElement[datetime]
    id: ColumnElement[str]
    conditions: tuple[ColumnElement[bool], ...]

    def and_also(self, *conditions: ColumnElement[bool]) -> "_Part":
        return _Part(self.source, self.at, self.id, (*self.conditions, *conditions))


def page_keys(
    found: Found, stretches: Mapping[int, Stretch], after: Cursor | None, size: int, dialect: str
) -> Keys | None:
    """The first `size` keys of these stretches, by their numbers, after that place; None: nothing can be."""
    keys = []
    for number, stretch in stretches.items():
        place = after if after is not None and after.stretch == number else None
        of_it = _stretch_keys(found, stretch, place, size, dialect)
        if of_it is not None:
            part = of_it.subquery()
            keys.append(select(literal_column(str(number), Integer).label("stretch"), part.c.at, part.c.id))
    if not keys:
        return None
    all_ = union_all(*keys).subquery()
    ascends = all_.c.stretch.in_([number for number, one in stretches.items() if one.run is Run.DUE])
    up = (case((ascends, all_.c.at)), case((ascends, all_.c.id)))
    return select(all_).order_by(all_.c.stretch, *up, all_.c.at.desc(), all_.c.id.desc()).limit(size)


def _stretch_keys(
    found: Found, stretch: Stretch, after: Cursor | None, size: int, dialect: str
) -> _Keys | None:
    if found.wanted.severity and stretch.severity and stretch.severity not in found.wanted.severity:
        return None
    keys: list[_Keys] = []
    shelf = _shelf(found, stretch)
    if shelf is not None and _shows_closed(found.wanted, stretch):
        shelved = shelf_keys(shelf, found.wanted, stretch, after, size)
        keys += [] if shelved is None else [shelved]
    keys += [_cut(part, stretch.run, after, size) for part in _parts(found, stretch, after, dialect)]
    if len(keys) < 2:
        return keys[0] if keys else None
    # A row may be in reach in more than one way; UNION without ALL shows it once.
    together = union(*(select(part.subquery()) for part in keys)).subquery()
    at, id_ = together.c.at, together.c.id
    return _in_order(select(at, id_), at, id_, stretch.run).limit(size)


def _parts(found: Found, stretch: Stretch, after: Cursor | None, dialect: str) -> Iterator[_Part]:
    """All that does not come from the shelf."""
    wanted = found.wanted
    if wanted.shows_open and stretch.run is not Run.CLOSED:
        for part in _open_parts(wanted, stretch):
            yield part.and_also(*found.open.conditions(dialect))
    if _shows_closed(wanted, stretch) and _shelf(found, stretch) is None:
        for part in _closed_parts(wanted, stretch, after):
            yield part.and_also(*found.closed.conditions(dialect))


def _shows_closed(wanted: ListFilter, stretch: Stretch) -> bool:
    return wanted.shows_closed and stretch.run not in (Run.DUE, Run.IDLE)


def _shelf(found: Found, stretch: Stretch) -> Shelf | None:
    return found.shelf if is_wanted(found.wanted, stretch.run) else None


def _open_parts(wanted: ListFilter, stretch: Stretch) -> Iterator[_Part]:
    row = ESCALATION.c
    conditions = [row.closed_at.is_(None), *(tagged(tag, closed=False) for tag in wanted.tags())]
    if stretch.severity is not None:
        conditions.append(row.severity == stretch.severity)
    match stretch.run:
        case Run.DUE:
            conditions.append(row.next_due.is_not(None))
        case Run.IDLE:
            conditions.append(row.next_due.is_(None))
        case Run.CLOSED | Run.OPENED | Run.UPDATED:
            pass
    part = _Part(ESCALATION, _AT[stretch.run], row.id, tuple(conditions))
    for way in ways(wanted.reach, closed=False):
        yield part.and_also(way)


def _closed_parts(wanted: ListFilter, stretch: Stretch, after: Cursor | None) -> Iterator[_Part]:
    for lead in _leads(wanted):
        if stretch.run is Run.UPDATED:
            yield lead.part(stretch.run).and_also(*_while_it_lasted(wanted, after))
        else:
            for severity in (stretch.severity,) if stretch.severity else wanted.severity or tuple(Severity):
                yield lead.part(stretch.run, severity)


def _while_it_lasted(wanted: ListFilter, after: Cursor | None) -> Iterator[ColumnElement[bool]]:
    """What follows for the order of changes from when something opened, which no index would find out.

    Nothing changes before it opens. And those that opened within a time are found by severity.
    """
    row = ESCALATION.c
    if wanted.opened_after is not None:
        yield row.updated_at >= wanted.opened_after
    if wanted.opened_after or wanted.opened_before:
        yield row.severity.in_(tuple(Severity))
        if after is not None:
            yield row.opened_at <= after.at


@dataclass(frozen=True, slots=True)
class _Lead:
    """One way to come to closed escalations: through a tag, or by their own columns."""

    tag: str | None
    conditions: tuple[ColumnElement[bool], ...]

    def part(self, run: Run, severity: Severity | None = None) -> _Part:
        row = ESCALATION.c
        if self.tag is None:
            of = (row.severity == severity,) if severity else ()
            return _Part(ESCALATION, _AT[run], row.id, (*of, *self.conditions))
        at = TAG.c.updated_at if run is Run.UPDATED else TAG.c.opened_at
        of = (TAG.c.severity == severity,) if severity else ()
        mine = (TAG.c.tag == self.tag, TAG.c.updated_at.is_not(None), *of)
        joined = TAG.join(ESCALATION, TAG.c.escalation_id == row.id)
        return _Part(joined, at, TAG.c.escalation_id, (*mine, *self.conditions))


def _leads(wanted: ListFilter) -> Iterator[_Lead]:
    """Those of the reach, each with what the filter says of tags.

    A tag leads where nothing else may: owners, teams and customers can do without its order.
    """
    row, reach = ESCALATION.c, wanted.reach
    tags = wanted.tags()
    is_led = bool(wanted.owner or wanted.team or wanted.customer)
    also = tuple(tagged(tag, closed=True) for tag in tags)
    closed = row.closed_at.is_not(None)
    match reach.span:
        case Span.EVERYTHING if is_led:
            yield _Lead(None, (closed, *also))
        case Span.EVERYTHING if tags:
            yield _Lead(tags[0], also[1:])
        case Span.EVERYTHING:
            # literal_column: as an index of these has it, a parameter would not be known to be the same.
            yield _Lead(None, (row.stage == literal_column("'closed'"),))
        case Span.TEAM:
            yield _Lead(None, (closed, row.team == reach.team, *also))
            yield _party_lead(reach.person, also, is_led=is_led)
        case Span.PERSON:
            yield _party_lead(reach.person, also, is_led=is_led)
        case Span.ASKED_BY:
            yield _Lead(None, (closed, row.asked_by == reach.person, *also))
        case Span.NOTHING:
            return


def _party_lead(person: str, also: tuple[ColumnElement[bool], ...], *, is_led: bool) -> _Lead:
    if is_led:
        return _Lead(None, (ESCALATION.c.closed_at.is_not(None), tagged(party(person), closed=True), *also))
    return _Lead(party(person), also)


_AT: dict[Run, ColumnElement[Any]] = {
    Run.DUE: ESCALATION.c.next_due,
    Run.IDLE: ESCALATION.c.opened_at,
    Run.CLOSED: ESCALATION.c.opened_at,
    Run.OPENED: ESCALATION.c.opened_at,
    Run.UPDATED: ESCALATION.c.updated_at,
}


def _cut(part: _Part, run: Run, after: Cursor | None, size: int) -> _Keys:
    query = select(part.at.label("at"), part.id.label("id")).select_from(part.source).where(*part.conditions)
    if after is not None:
        here, there = tuple_(part.at, part.id), tuple_(literal(after.at, UtcDateTime), literal(after.id))
        query = query.where(here > there if run is Run.DUE else here < there)
    return _in_order(query, part.at, part.id, run).limit(size)


def _in_order(query: _Keys, at: ColumnElement[datetime], id_: ColumnElement[str], run: Run) -> _Keys:
    return query.order_by(at, id_) if run is Run.DUE else query.order_by(at.desc(), id_.desc())
