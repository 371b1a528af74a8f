"""What a list of escalations may be narrowed to, and how that is said in SQL."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, false, or_, select, true

from domain.rights import Reach, Span
from domain.vocabulary import PromiseKind, Reason, Severity, Stage
from records.tables import ESCALATION, SEARCH, TAG
from records.tags import AT_RISK, BROKEN, of_kind, party
from records.words import says

EVERYTHING = Reach(span=Span.EVERYTHING, person="")


class AnyPromise(StrEnum):
    """A promise of whatever kind."""

    ANY = "any"


Promised = PromiseKind | AnyPromise


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a list shows: what meets all of these. None, nothing and False do not narrow it."""

    stage: tuple[Stage, ...] = ()
    """One of these; so with severity and reason."""
    severity: tuple[Severity, ...] = ()
    reason: tuple[Reason, ...] = ()
    owner: str | None = None
    team: str | None = None
    customer: str | None = None
    level: int | None = None
    level_at_least: int | None = None
    broken: Promised | None = None
    """Whether a promise of that kind was ever broken."""
    at_risk: Promised | None = None
    """Whether an open promise of that kind has been warned of."""
    due_before: datetime | None = None
    opened_after: datetime | None = None
    """At that instant or later."""
    opened_before: datetime | None = None
    text: str | None = None
    """Words that all begin words of subject, key, id or customer, in any order."""
    open_only: bool = False
    closed_only: bool = False
    reach: Reach = EVERYTHING

    @property
    def shows_open(self) -> bool:
        """False where nothing open can meet it."""
        return not self.closed_only and self.stage != (Stage.CLOSED,)

    @property
    def shows_closed(self) -> bool:
        of_open_ones = self.open_only or self.due_before is not None or self.at_risk is not None
        return not of_open_ones and (not self.stage or Stage.CLOSED in self.stage)

    def tags(self) -> tuple[str, ...]:
        """The tags that an escalation must have; the reach is not among them."""
        wanted = ((BROKEN, self.broken), (AT_RISK, self.at_risk))
        return tuple(_promised(tag, kind) for tag, kind in wanted if kind is not None)

    def of_the_row(self, dialect: str) -> list[ColumnElement[bool]]:
        """All that can be told without tags and reach."""
        row = ESCALATION.c
        equal = {name: getattr(self, name) for name in ("owner", "team", "customer", "level")}
        several = {name: getattr(self, name) for name in ("stage", "severity", "reason")}
        found = [row[name] == value for name, value in equal.items() if value is not None]
        found += [_one_of(row[name], values) for name, values in several.items() if values]
        if self.level_at_least is not None:
            found.append(row.level >= self.level_at_least)
        if self.due_before is not None:
            found.append(row.next_due < self.due_before)
        if self.opened_after is not None:
            found.append(row.opened_at >= self.opened_after)
        if self.opened_before is not None:
            found.append(row.opened_at < self.opened_before)
        if self.text is not None:
            this = SEARCH.c.escalation_id == ESCALATION.c.id
            found.append(select(SEARCH.c.words).where(this, says(self.text, dialect)).exists())
        return found

    def conditions(self, dialect: str) -> list[ColumnElement[bool]]:
        """All of it, where order does not matter."""
        found = [*self.of_the_row(dialect), *(tagged(tag) for tag in self.tags())]
        if self.open_only:
            found.append(ESCALATION.c.closed_at.is_(None))
        if self.closed_only:
            found.append(ESCALATION.c.closed_at.is_not(None))
        found.append(or_(false(), *ways(self.reach)))
        return found


EVERY_ESCALATION = ListFilter()


def ways(reach: Reach, *, closed: bool | None = None) -> list[ColumnElement[bool]]:
    """The ways by which something is in reach, any of which will do; none where nothing is."""
    row, person = ESCALATION.c, reach.person
    match reach.span:
        case Span.EVERYTHING:
            return [true()]
        case Span.TEAM:
            return [row.team == reach.team, tagged(party(person), closed=closed)]
        case Span.PERSON:
            return [tagged(party(person), closed=closed)]
        case Span.ASKED_BY:
            return [row.asked_by == person]
        case Span.NOTHING:
            return []


def tagged(tag: str, *, closed: bool | None = None) -> ColumnElement[bool]:
    """`closed`: which of the two indexes by tag will do, where it is known."""
    # Under a name of its own, since a list may be led by another tag.
    has = TAG.alias()
    this = [has.c.escalation_id == ESCALATION.c.id, has.c.tag == tag]
    if closed is not None:
        this.append(has.c.updated_at.is_not(None) if closed else has.c.updated_at.is_(None))
    return select(has.c.tag).where(*this).exists()


def _promised(tag: str, kind: Promised) -> str:
    return tag if kind is AnyPromise.ANY else of_kind(tag, kind)


def _one_of(column: ColumnElement[str], values: tuple[StrEnum, ...]) -> ColumnElement[bool]:
    return column == values[0] if len(values) == 1 else column.in_(values)
