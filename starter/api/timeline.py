"""What happened: the timeline, the messages that went out, and Temporal's own history."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from domain.audience import STAFF, customer_timeline
from domain.events import CLOCK, EVENT
from domain.rights import Read
from domain.vocabulary import ChannelKind, Role, Template
from records.rows import DeliveryRow, DeliveryState, SupersededRow, TimelineRow
from starter.api.allowed import needs
from starter.api.callers import Caller
from starter.api.doors import AtDoors
from starter.api.escalations import Ref
from starter.api.guarded import Guarded
from starter.api.problems import ApiProblem, Code, FieldProblem, errors
from starter.api.reach import demand_readable, readable, sees_inside
from starter.history import HistoryPage

router = APIRouter(route_class=Guarded, tags=["history"])

PAGE = 100
PAGE_AT_MOST = 500
TimelineReader = Annotated[Caller, needs(Read.TIMELINE)]
InsideReader = Annotated[Caller, needs(Read.INTERNAL)]
DeliveryReader = Annotated[Caller, needs(Read.DELIVERIES)]
HistoryReader = Annotated[Caller, needs(Read.HISTORY)]
Limit = Annotated[int, Query(ge=1, le=PAGE_AT_MOST, description="How many at most.")]
AfterSeq = Annotated[int, Query(ge=0, le=2**31 - 1, description="Only events after this number.")]
Place = Annotated[str | None, Query(max_length=2000, description="`after` of the page before.")]


class TimelineEntry(BaseModel):
    """One event: the sentence for people, and what it says for programs."""

    seq: int
    at: datetime
    planned: datetime | None = Field(description="When it should have happened, where that was known.")
    by: str
    role: Role | None
    type: str
    decision_id: str | None
    sentence: str
    event: dict[str, Any] = Field(description="The event itself: its type's fields.")


class Timeline(BaseModel):
    escalation_id: str
    entries: list[TimelineEntry]
    after: int | None = Field(description="Hand it in to get the next page; null when this is the last.")


class SupersededEntry(TimelineEntry):
    """An event of a workflow task that Temporal never completed: written, and then taken back."""

    superseded_at: datetime


class Delivery(BaseModel):
    """What became of one message on one channel, over all attempts."""

    key: str
    notice_key: str
    template: Template
    recipient: str
    channel: ChannelKind
    address: str
    message_id: str
    subject: str
    body: str
    state: DeliveryState
    attempts: int
    first_at: datetime
    last_at: datetime
    detail: str


class Deliveries(BaseModel):
    escalation_id: str
    deliveries: list[Delivery]


@router.get(
    "/escalations/{ref}/timeline",
    response_model=Timeline,
    summary="Read what happened, as it was worded then",
    responses=errors(Code.OUT_OF_REACH, Code.NOT_FOUND),
)
async def timeline(
    ref: Ref,
    request: Request,
    caller: TimelineReader,
    doors: AtDoors,
    after: AfterSeq = 0,
    limit: Limit = PAGE,
) -> Timeline:
    """Reporters get what the customer's side may see; the numbers keep their gaps."""
    row = await doors.summary(ref)
    demand_readable(request, caller, row)
    rows = await doors.reader.timeline(row.id, after, limit + 1)
    page = rows[:limit]
    shown = [_entry(each) for each in page] if sees_inside(caller) else _customers(page, caller.id)
    return Timeline(escalation_id=row.id, entries=shown, after=page[-1].seq if len(rows) > limit else None)


@router.get(
    "/escalations/{ref}/superseded",
    response_model=list[SupersededEntry],
    summary="Read events that were written by a lost task, and did not happen",
    responses=errors(Code.OUT_OF_REACH, Code.NOT_FOUND),
)
async def superseded(
    ref: Ref, request: Request, caller: InsideReader, doors: AtDoors
) -> list[SupersededEntry]:
    """Kept, so that nobody wonders about a message that went out for one of them."""
    row = await doors.summary(ref)
    demand_readable(request, caller, row)
    return [_superseded(each) for each in await doors.reader.superseded(row.id)]


@router.get(
    "/escalations/{ref}/deliveries",
    response_model=Deliveries,
    summary="Read every message with what became of it",
    responses=errors(Code.OUT_OF_REACH, Code.NOT_FOUND),
)
async def deliveries(
    ref: Ref,
    request: Request,
    caller: DeliveryReader,
    doors: AtDoors,
    state: Annotated[DeliveryState | None, Query(description="Only those.")] = None,
    channel: Annotated[ChannelKind | None, Query(description="Only those.")] = None,
) -> Deliveries:
    """Over all channels and attempts, the oldest first."""
    row = await doors.summary(ref)
    demand_readable(request, caller, row)
    found = [
        each
        for each in await doors.reader.deliveries(row.id)
        if state in (None, each.state) and channel in (None, each.channel)
    ]
    return Deliveries(escalation_id=row.id, deliveries=[_delivery(each) for each in found])


@router.get(
    "/escalations/{ref}/history",
    response_model=HistoryPage,
    summary="Read Temporal's own events, decoded",
    responses=errors(Code.OUT_OF_REACH, Code.NOT_FOUND, Code.REFUSED, Code.SERVER_AWAY),
)
async def history(
    ref: Ref,
    request: Request,
    caller: HistoryReader,
    doors: AtDoors,
    after: Place = None,
    limit: Limit = PAGE,
) -> HistoryPage:
    """Of the workflow's latest run; Temporal keeps it for its retention, while the timeline stays.

    Temporal gives out whole batches, so a page may have somewhat more than `limit`.
    """
    ref = await readable(request, caller, doors, ref)
    try:
        return await (await doors.gateway()).history(ref, limit, after)
    except ValueError as error:
        what, _, mend = str(error).partition("; ")
        wrong = FieldProblem(parameter="after", detail=what, mend=mend)
        raise ApiProblem(Code.INVALID, what, wrong) from None


def _entry(row: TimelineRow) -> TimelineEntry:
    return TimelineEntry(event=row.payload, **_common(row))


def _customers(rows: Iterable[TimelineRow], reader: str) -> list[TimelineEntry]:
    events = (EVENT.validate_python(row.payload) for row in rows)
    roles = {STAFF: None, CLOCK: None}
    return [
        TimelineEntry(**each.model_dump(), planned=None, role=roles.get(each.by, Role.REPORTER))
        for each in customer_timeline(events, reader)
    ]


def _superseded(row: SupersededRow) -> SupersededEntry:
    return SupersededEntry(event=row.payload, superseded_at=row.superseded_at, **_common(row))


def _common(row: TimelineRow) -> dict[str, Any]:
    names = TimelineEntry.model_fields.keys() - {"event"}
    return {name: getattr(row, name) for name in names}


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.model_fields})
