"""Lists as SQL: the keys of one page, in order, such that an index leads to each of them.

A list of what is closed can be of a million rows of which a page shows fifty. So each stretch of a list is
asked for in parts (open, closed by severity, one part for each way of being in reach), each of which has an
index in the order of the stretch; the parts are cut to a page before they are put together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, literal, select, tuple_, union

from domain.rights import Span
from domain.vocabulary import Severity
from records.columns import UtcDateTime
from records.list_filter import ListFilter, tagged, ways
from records.list_order import Cursor, Run, Stretch
from records.tables import ESCALATION, TAG
from records.tags import party

Keys = Select[datetime, str]
"""The instant that the stretch is sorted by, and the id."""


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
    wanted: ListFilter, stretch: Stretch, after: Cursor | None, size: int, dialect: str
) -> Keys | None:
    """The first `size` keys of the stretch after that place; None where nothing can be."""
    if wanted.severity and stretch.severity and stretch.severity not in wanted.severity:
        return None
    narrowed = wanted.of_the_row(dialect)
    parts = [_cut(part.and_also(*narrowed), stretch.run, after, size) for part in _parts(wanted, stretch)]
    if len(parts) < 2:
        return parts[0] if parts else None
    # A row may be in reach in more than one way; UNION without ALL shows it once.
    together = union(*(select(part.subquery()) for part in parts)).subquery()
    return _in_order(select(together.c.at, together.c.id), together.c.at, together.c.id, stretch.run).limit(
        size
    )


def _parts(wanted: ListFilter, stretch: Stretch) -> Iterator[_Part]:
    if wanted.shows_open and stretch.run is not Run.CLOSED:
        yield from _open_parts(wanted, stretch)
    if wanted.shows_closed and stretch.run not in (Run.DUE, Run.IDLE):
        yield from _closed_parts(wanted, stretch)


def _open_parts(wanted: ListFilter, stretch: Stretch) -> Iterator[_Part]:
    row = ESCALATION.c
    conditions = [row.closed_at.is_(None), *(tagged(tag) for tag in wanted.tags())]
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
    for way in ways(wanted.reach):
        yield part.and_also(way)


def _closed_parts(wanted: ListFilter, stretch: Stretch) -> Iterator[_Part]:
    for lead in _leads(wanted):
        if stretch.run is Run.UPDATED:
            yield lead.part(stretch.run)
        else:
            for severity in (stretch.severity,) if stretch.severity else wanted.severity or tuple(Severity):
                yield lead.part(stretch.run, severity)


@dataclass(frozen=True, slots=True)
class _Lead:
    """One way to come to closed escalations: through a tag, or by their own columns."""

    tag: str | None
    conditions: tuple[ColumnElement[bool], ...]

    def part(self, run: Run, severity: Severity | None = None) -> _Part:
        row = ESCALATION.c
        if self.tag is None:
            of = (row.severity == severity,) if severity else ()
            return _Part(ESCALATION, _AT[run], row.id, (row.closed_at.is_not(None), *of, *self.conditions))
        at = TAG.c.updated_at if run is Run.UPDATED else TAG.c.opened_at
        of = (TAG.c.severity == severity,) if severity else ()
        mine = (TAG.c.tag == self.tag, TAG.c.updated_at.is_not(None), *of)
        joined = TAG.join(ESCALATION, TAG.c.escalation_id == row.id)
        return _Part(joined, at, TAG.c.escalation_id, (*mine, *self.conditions))


def _leads(wanted: ListFilter) -> Iterator[_Lead]:
    """Those of the reach, each with what the filter says of tags."""
    row, reach, tags = ESCALATION.c, wanted.reach, wanted.tags()
    also = tuple(tagged(tag) for tag in tags)
    match reach.span:
        case Span.EVERYTHING if tags and not (wanted.owner or wanted.team or wanted.customer):
            yield _Lead(tags[0], also[1:])
        case Span.EVERYTHING:
            # Owners and customers lead to fewer rows than a broken promise does.
            yield _Lead(None, also)
        case Span.TEAM:
            yield _Lead(None, (row.team == reach.team, *also))
            yield _Lead(party(reach.person), also)
        case Span.PERSON:
            yield _Lead(party(reach.person), also)
        case Span.ASKED_BY:
            yield _Lead(None, (row.asked_by == reach.person, *also))
        case Span.NOTHING:
            return


_AT: dict[Run, ColumnElement[Any]] = {
    Run.DUE: ESCALATION.c.next_due,
    Run.IDLE: ESCALATION.c.opened_at,
    Run.CLOSED: ESCALATION.c.opened_at,
    Run.OPENED: ESCALATION.c.opened_at,
    Run.UPDATED: ESCALATION.c.updated_at,
}


def _cut(part: _Part, run: Run, after: Cursor | None, size: int) -> Keys:
    query = select(part.at.label("at"), part.id.label("id")).select_from(part.source).where(*part.conditions)
    if after is not None:
        here, there = tuple_(part.at, part.id), tuple_(literal(after.at, UtcDateTime), literal(after.id))
        query = query.where(here > there if run is Run.DUE else here < there)
    return _in_order(query, part.at, part.id, run).limit(size)


def _in_order(query: Keys, at: ColumnElement[datetime], id_: ColumnElement[str], run: Run) -> Keys:
    return query.order_by(at, id_) if run is Run.DUE else query.order_by(at.desc(), id_.desc())
