"""Pages of what is closed, on PostgreSQL, where no index in the order of the list leads to just these rows.

Of a million rows many may have one thing that is asked for and many another, and hardly any both, or all of
them lie at the far end: whoever walks along the list looks at them all. So every closed escalation has marks
(`records/marks.py`), and one inverted index over marks and words has for each of them the places of its rows;
it intersects these by skipping. The list is walked in stretches of ten days, the latest first, until the page
is full. A look at one stretch costs about as much as the rarest thing in it has rows, so a page does not
cost more than going once through the list of the rarest thing, whatever else is asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    String,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    select,
    true,
    tuple_,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, array
from sqlalchemy.sql.selectable import LateralFromClause

from domain.rights import Span
from domain.vocabulary import Severity
from records.columns import UtcDateTime
from records.list_filter import ListFilter
from records.list_order import Cursor, Run, Stretch
from records.marks import LEVEL_AT_LEAST, OF_HUNDRED, OPENED, UPDATED, mark, spanned, ten_days
from records.tables import SEARCH
from records.tags import party
from records.words import holds

_INSTANTS, _TEXTS = ARRAY(DateTime(timezone=True)), ARRAY(Text)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What has to be known of it before a page is asked for."""

    first: int
    last: int
    """The stretches of ten days in which something was opened or changed lie between these."""
    is_narrow: bool = False
    """Whether so few rows are left that all are taken at once."""


def is_wanted(wanted: ListFilter, run: Run) -> bool:
    """False where an index in that order leads to just these rows: where one thing alone narrows the list."""
    leading = (wanted.owner, wanted.team, wanted.customer, *wanted.tags())
    narrowed = sum(one is not None for one in leading) + (wanted.reach.span is not Span.EVERYTHING)
    if run is Run.UPDATED:
        narrowed += bool(wanted.severity) + bool(wanted.opened_after or wanted.opened_before)
    others = (wanted.level, wanted.level_at_least, wanted.text)
    return narrowed > 1 or bool(wanted.reason) or any(one is not None for one in others)


def shelf_keys(
    shelf: Shelf, wanted: ListFilter, stretch: Stretch, after: Cursor | None, size: int
) -> Select[datetime, str] | None:
    """The first `size` closed rows of that stretch of the list after that place; None: there are none."""
    span = _span(shelf, wanted, stretch, after)
    if not span or wanted.reach.span is Span.NOTHING:
        return None
    conditions = tuple(_conditions(shelf, wanted, stretch, after))
    if shelf.is_narrow:
        return _page(stretch.run, size, SEARCH.c.updated_at.is_not(None), *conditions)
    return _walked(span, stretch.run, size, conditions)


def all_shelved(shelf: Shelf, wanted: ListFilter) -> Select[str]:
    """The ids of what is closed, in no order."""
    anywhere = _conditions(shelf, wanted, Stretch(Run.OPENED), None)
    return select(SEARCH.c.escalation_id).where(SEARCH.c.updated_at.is_not(None), *anywhere)


def _walked(
    span: range, run: Run, size: int, conditions: tuple[ColumnElement[bool], ...]
) -> Select[datetime, str]:
    start = select(
        literal(span.stop, Integer).label("ten_days"),
        cast(array([]), _INSTANTS).label("ats"),
        cast(array([]), _TEXTS).label("ids"),
        literal(0, Integer).label("found"),
    )
    walk = start.cte("walk", recursive=True, nesting=True)
    next_ = _next(walk, run, conditions)
    look = _look(next_, run, size, conditions)
    goes_on = (walk.c.found < size, walk.c.ten_days > span.start)
    step = select(next_.c.number, look.c.ats, look.c.ids, walk.c.found + func.cardinality(look.c.ids))
    step = step.select_from(walk.join(next_, true()).join(look, true()))
    walk = walk.union_all(step.where(*goes_on))
    rows = func.unnest(walk.c.ats, walk.c.ids).table_valued(column("at", UtcDateTime), column("id", String))
    rows = rows.render_derived()
    found = select(rows.c.at, rows.c.id).select_from(walk.join(rows, true()))
    return found.order_by(rows.c.at.desc(), rows.c.id.desc()).limit(size)


def _span(shelf: Shelf, wanted: ListFilter, stretch: Stretch, after: Cursor | None) -> range:
    """The stretches of ten days in which rows can be, by what the list is sorted by."""
    opened = _opened(shelf, wanted)
    # Nothing changes before it opens.
    last = shelf.last if stretch.run is Run.UPDATED else opened.stop - 1
    if after is not None:
        last = min(last, ten_days(after.at))
    return range(opened.start, last + 1) if opened else opened


def _opened(shelf: Shelf, wanted: ListFilter) -> range:
    """The stretches of ten days in which it was opened."""
    first, last = shelf.first, shelf.last
    if wanted.opened_after is not None:
        first = max(first, ten_days(wanted.opened_after))
    if wanted.opened_before is not None:
        last = min(last, ten_days(wanted.opened_before))
    return range(first, last + 1)


def _next(walk: CTE, run: Run, conditions: tuple[ColumnElement[bool], ...]) -> LateralFromClause:
    """The number of the stretch to look at: the next one, or beyond a hundred days in which nothing is."""
    number = walk.c.ten_days - 1
    of_hundred = literal(mark(f"{_BY[run]}{OF_HUNDRED}", "")) + cast(number // 10, Text)
    holds = select(SEARCH.c.escalation_id).where(_has_any(array([of_hundred])), *conditions).correlate(walk)
    is_empty = and_(func.mod(number, 10) == 9, ~holds.exists())
    next_ = select(case((is_empty, number - 9), else_=number).label("number"))
    return next_.correlate(walk).lateral("next")


def _look(
    next_: LateralFromClause, run: Run, size: int, conditions: tuple[ColumnElement[bool], ...]
) -> LateralFromClause:
    """The rows of one stretch of ten days, as arrays."""
    here = literal(mark(_BY[run], "")) + cast(next_.c.number, Text)
    # It comes first, as where its list ends the others are not gone through any further.
    page = _page(run, size, _has_any(array([here])), *conditions).correlate(next_).lateral("page")
    order = page.c.at.desc(), page.c.id.desc()
    ats = func.array_agg(aggregate_order_by(page.c.at, *order), type_=_INSTANTS)
    ids = func.array_agg(aggregate_order_by(page.c.id, *order), type_=_TEXTS)
    return select(
        func.coalesce(ats, cast(array([]), _INSTANTS)).label("ats"),
        func.coalesce(ids, cast(array([]), _TEXTS)).label("ids"),
    ).lateral("look")


def _page(run: Run, size: int, *conditions: ColumnElement[bool]) -> Select[datetime, str]:
    at, id_ = _at(run), SEARCH.c.escalation_id
    rows = select(at.label("at"), id_.label("id")).where(*conditions)
    return rows.order_by(at.desc(), id_.desc()).limit(size)


def _at(run: Run) -> ColumnElement[datetime]:
    return SEARCH.c.updated_at if run is Run.UPDATED else SEARCH.c.opened_at


_BY = {Run.CLOSED: OPENED, Run.OPENED: OPENED, Run.UPDATED: UPDATED}
"""What the rows of a stretch of the list are sorted by."""


def _conditions(
    shelf: Shelf, wanted: ListFilter, stretch: Stretch, after: Cursor | None
) -> Iterator[ColumnElement[bool]]:
    # One for each, not one for all: only lists of different conditions skip by each other.
    for some in _marks(shelf, wanted, stretch):
        yield is_marked(*some)
    if wanted.text is not None:
        yield from holds(wanted.text)
    if wanted.opened_after is not None:
        yield SEARCH.c.opened_at >= wanted.opened_after
    if wanted.opened_before is not None:
        yield SEARCH.c.opened_at < wanted.opened_before
    if after is not None:
        here = tuple_(_at(stretch.run), SEARCH.c.escalation_id)
        yield here < tuple_(literal(after.at, UtcDateTime), literal(after.id))


def _marks(shelf: Shelf, wanted: ListFilter, stretch: Stretch) -> Iterator[tuple[str, ...]]:
    """One of each of these must be there; what is rare comes first, as the lists are asked in this order."""
    severities = (stretch.severity,) if stretch.severity else wanted.severity
    named = tuple(mark("severity", severity) for severity in severities)
    if severities == (Severity.S1,):
        yield named
    for name in ("owner", "customer", "team", "level"):
        if (value := getattr(wanted, name)) is not None:
            yield (mark(name, value),)
    yield from _reach(wanted)
    yield from ((tag,) for tag in wanted.tags())
    if wanted.level_at_least is not None and wanted.level_at_least > 0:
        yield (mark(LEVEL_AT_LEAST, wanted.level_at_least),)
    if wanted.reason:
        yield tuple(mark("reason", reason) for reason in wanted.reason)
    if named and severities != (Severity.S1,):
        yield named
    if stretch.run is Run.UPDATED and (wanted.opened_after or wanted.opened_before):
        yield tuple(spanned(OPENED, _opened(shelf, wanted)))


def _reach(wanted: ListFilter) -> Iterator[tuple[str, ...]]:
    reach = wanted.reach
    match reach.span:
        case Span.TEAM:
            yield (*([mark("team", reach.team)] if reach.team else []), party(reach.person))
        case Span.PERSON:
            yield (party(reach.person),)
        case Span.ASKED_BY:
            yield (mark("asked_by", reach.person),)
        case Span.EVERYTHING | Span.NOTHING:
            return


def is_marked(*any_of: str) -> ColumnElement[bool]:
    """Whether it has one of these marks."""
    return _has_any(array([literal(one, Text) for one in any_of]))


def _has_any(marks: "array[Any]") -> ColumnElement[bool]:
    kept: ColumnElement[Any] = type_coerce(SEARCH.c.marks, _TEXTS)
    return kept.bool_op("@>" if len(marks.clauses) == 1 else "&&")(cast(marks, _TEXTS))
