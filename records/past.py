"""Past escalations as they can be replayed: only what people did is read, many cases at a time."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, func, or_, select

from domain.comparison.past import PastCase
from domain.comparison.recall import NEEDED, recall
from domain.decisions import Author
from domain.events import EVENT, AnyEvent, MessageDelivered, PromiseMade
from domain.opening import Opening
from domain.report import Report
from domain.vocabulary import PromiseKind, Role, Template
from records.database import Database
from records.tables import ESCALATION, EVENT_TABLE

AT_ONCE = 100
"""Cases whose events are read together."""
_TYPES = {kind: str(kind.model_fields["type"].default) for kind in NEEDED}
_OUTWARD = (
    Template.CUSTOMER_ACKNOWLEDGEMENT,
    Template.CUSTOMER_UPDATE,
    Template.OPTIONS,
    Template.CONFIRMATION_REQUEST,
    Template.CONFIRMATION_REMINDER,
    Template.CUSTOMER_RCA,
)
"""Messages that go to customers only; by them nobody is told who could answer a page."""
_UNKNOWN = "unknown"


class PastLives:
    """The escalations that opened since an instant, all or those under some policies; open ones, too.

    Every method raises RecordsAway when the database does not answer.
    """

    def __init__(self, database: Database, since: datetime, policies: Sequence[str] | None = None) -> None:
        self._database = database
        wanted: list[ColumnElement[bool]] = [ESCALATION.c.opened_at >= since]
        if policies is not None:
            wanted.append(ESCALATION.c.policy.in_(policies))
        self._wanted = wanted

    async def span(self) -> tuple[int, datetime | None]:
        """How many there are, and when the first one opened."""
        first = func.min(ESCALATION.c.opened_at, type_=ESCALATION.c.opened_at.type)
        (found,) = await self._database.rows(select(func.count(), first).where(*self._wanted))
        return found[0], found[1]

    async def cases(self) -> AsyncIterator[PastCase]:
        """One by one, in the order in which they opened."""
        order = (ESCALATION.c.opened_at, ESCALATION.c.id)
        ids = [
            row.id for row in await self._all(select(ESCALATION.c.id).where(*self._wanted).order_by(*order))
        ]
        for first in range(0, len(ids), AT_ONCE):
            some = ids[first : first + AT_ONCE]
            openings = {row.id: row for row in await self._all(_openings(some))}
            acts = groupby(await self._all(_acts(some)), key=lambda row: row.escalation_id)
            events = {one: _read(list(rows)) for one, rows in acts}
            for one in some:
                # The row and its first event are written together, so that each has one.
                yield recall(_opening(openings[one]), openings[one].at, events.get(one, ()))

    async def _all(self, query: Select[*tuple[Any, ...]]) -> list[Any]:
        return list(await self._database.rows(query))


def _openings(ids: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """Without the policy and its working hours, which are most of what the first event carries."""
    event, row = EVENT_TABLE.c, ESCALATION.c
    report = event.payload["report"].label("report")
    query = select(row.id, row.key, row.policy, event.at, event.by, event.role, event.decision_id, report)
    return query.where(row.id == event.escalation_id, event.seq == 1, row.id.in_(ids))


def _acts(ids: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """Every decision, and what else a case is recalled from."""
    event = EVENT_TABLE.c
    # Of these two there are many, and few matter; the database looks into them faster than we.
    told, made = _TYPES[MessageDelivered], _TYPES[PromiseMade]
    template, promise = event.payload["template"].as_string(), event.payload["promise", "key"].as_string()
    needed = or_(
        event.decision_id.is_not(None),
        event.type.in_([one for one in _TYPES.values() if one not in (told, made)]),
        and_(event.type == told, template.not_in(_OUTWARD)),
        and_(event.type == made, promise == PromiseKind.CUSTOMER_ANSWER),
    )
    # As text, which becomes an event in one step.
    text = cast(event.payload, Text).label("payload")
    recipient = case((event.type == told, event.payload["recipient"].as_string())).label("recipient")
    query = select(event.escalation_id, event.by, event.decision_id, recipient, text)
    query = query.where(event.escalation_id.in_(ids), event.seq > 1, needed)
    return query.order_by(event.escalation_id, event.seq)


def _read(rows: Sequence[Any]) -> list[AnyEvent]:
    """The events of one case, without the messages to those who decided nothing: nobody waits for them."""
    decided = {row.by for row in rows if row.decision_id is not None}
    return [
        EVENT.validate_json(row.payload) for row in rows if row.recipient is None or row.recipient in decided
    ]


def _opening(first: Any) -> Opening:
    return Opening(
        id=first.id,
        key=first.key,
        request_id=first.decision_id or _UNKNOWN,
        policy=first.policy,
        report=Report.model_validate(first.report),
        author=Author(id=first.by, role=first.role or Role.SERVICE),
    )
