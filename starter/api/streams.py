"""Server-sent events: what happens to escalations, as it happens, to those whose reach it is in."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from enum import StrEnum
from functools import partial
from time import monotonic
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from domain.audience import customer_event
from domain.events import EVENT
from domain.rights import Read
from records.errors import RecordsAway
from records.feed import Feed, FeedEvent
from records.order import place_of
from starter.api import meters
from starter.api.allowed import demand, needs
from starter.api.callers import Caller, caller_again
from starter.api.doors import AtDoors, doors_of
from starter.api.escalations import Ref
from starter.api.guarded import Guarded
from starter.api.hub import Hub, Listener, Piece
from starter.api.problems import STATUS, ApiProblem, Code, FieldProblem, errors
from starter.api.reach import demand_readable, reading, sees_inside

router = APIRouter(route_class=Guarded, tags=["streams"])

KEEP_ALIVE = 15.0
"""Seconds; also between two looks at whether the caller still counts."""
RETRY_MS = 3000
ENDED = "stream_ended"
"""The last event of a stream that the server ends."""
TimelineReader = Annotated[Caller, needs(Read.TIMELINE)]
LastEventId = Annotated[
    str | None,
    Header(max_length=60, description="The `id` of the last event that was read: goes on from there."),
]
After = Annotated[
    str | None,
    Query(max_length=60, description="As `Last-Event-ID`, which wins. `0-0`: from the first event on."),
]


class Why(StrEnum):
    """Why the server ended a stream, beside the codes of problems."""

    STOPPING = "server_stopping"
    TOO_SLOW = "too_slow"


class Reader:
    """Who reads a stream, and what of it; asked again while it is open, for keys may be revoked."""

    def __init__(self, request: Request, caller: Caller, of: str | None) -> None:
        self._request = request
        self.of = of
        """The id of the escalation, when it is one."""
        self.place = ""
        """Up to here it has read."""
        self.ask_at = monotonic() + KEEP_ALIVE
        """When it is time to look whether the caller still counts."""
        self._become(caller)

    def _become(self, caller: Caller) -> None:
        self.caller = caller
        self._reach = reading(caller)
        self._customer = None if sees_inside(caller) else caller.id

    def wants(self, event: FeedEvent) -> bool:
        if self.of is not None and event.escalation_id != self.of:
            return False
        return self._reach.holds(team=event.team, parties=event.parties, asked_by=event.asked_by)

    def text(self, pieces: Iterable[Piece]) -> str:
        return "".join(piece.written(self._customer, self._write) for piece in pieces)

    async def asked_again(self) -> bool:
        """False until it is time. Raises ApiProblem when the caller may read this no longer."""
        if monotonic() < self.ask_at:
            return False
        try:
            caller = await caller_again(self._request)
            demand(caller, Read.TIMELINE)
        except RecordsAway:
            pass
        except ApiProblem as problem:
            if STATUS[problem.code][0] in (401, 403):
                raise
        else:
            self._become(caller)
        self.ask_at = monotonic() + KEEP_ALIVE
        return True

    def _write(self, event: FeedEvent) -> str:
        data = _inside(event) if self._customer is None else _outside(event, self._customer)
        return "" if data is None else _message(data["type"], data, event.cursor)


def hub_of(request: Request) -> Hub:
    state = request.app.state
    if not hasattr(state, "hub"):
        state.hub = Hub(Feed(doors_of(request).database))
    return cast("Hub", state.hub)


AtHub = Annotated[Hub, Depends(hub_of)]


class EventStream(StreamingResponse):
    """Closes what it reads from, and calls `at_end`, also when the reader is cut off."""

    media_type = "text/event-stream"

    def __init__(
        self,
        events: AsyncGenerator[str, None],
        status_code: int = 200,
        at_end: Callable[[], None] = lambda: None,
    ) -> None:
        # The framework describes a route by the default status of its response class.
        headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
        super().__init__(events, status_code, headers)
        self._events = events
        self._at_end = at_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with aclosing(self._events):
                await super().__call__(scope, receive, send)
        finally:
            self._at_end()


_EXAMPLE = (
    'event: acknowledged\nid: 0-4711\ndata: {"escalation_id":"esc-ticket-1~20261122-080000","seq":9,'
    '"type":"acknowledged","sentence":"Lena Brandt acknowledged", "at":"2026-11-22T08:01:00Z"}\n\n'
)
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events, named by their type; `stream_ended` says why the server ended it.",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
    }
}


@router.get(
    "/escalations/stream",
    status_code=200,
    response_class=EventStream,
    summary="Follow what happens to all escalations in reach",
    responses={**_STREAM, **errors(Code.OUT_OF_SCOPE)},
)
async def stream_all(
    request: Request,
    caller: TimelineReader,
    hub: AtHub,
    last_event_id: LastEventId = None,
    after: After = None,
) -> EventStream:
    """From now on, or from where the reader was. Events of one escalation come in their order."""
    return await _stream(hub, Reader(request, caller, None), last_event_id, after)


@router.get(
    "/escalations/{ref}/stream",
    status_code=200,
    response_class=EventStream,
    summary="Follow what happens to one escalation",
    responses={**_STREAM, **errors(Code.OUT_OF_REACH, Code.NOT_FOUND)},
)
async def stream_one(
    ref: Ref,
    request: Request,
    caller: TimelineReader,
    doors: AtDoors,
    hub: AtHub,
    last_event_id: LastEventId = None,
    after: After = None,
) -> EventStream:
    """From now on, or from where the reader was. To miss nothing, open the stream before reading the rest."""
    row = await doors.summary(ref)
    demand_readable(request, caller, row)
    return await _stream(hub, Reader(request, caller, row.id), last_event_id, after)


async def _stream(hub: Hub, reader: Reader, last_event_id: str | None, after: str | None) -> EventStream:
    if hub.is_stopping:
        raise ApiProblem(Code.SERVER_AWAY, "this server is stopping; connect again")
    caller = reader.caller.id
    if not hub.enter(caller):
        detail = "too many streams are open; close some, or read all escalations in one"
        raise ApiProblem(Code.RATE_LIMITED, detail, headers={"Retry-After": "30"})
    try:
        reader.place = await _start(hub, last_event_id, after)
    except BaseException:
        hub.leave(caller)
        raise
    return EventStream(_events(hub, reader), at_end=partial(hub.leave, caller))


async def _start(hub: Hub, last_event_id: str | None, after: str | None) -> str:
    """Where the reader goes on. Raises ApiProblem for what is no place in the feed."""
    name, cursor = ("Last-Event-ID", last_event_id) if last_event_id is not None else ("after", after)
    try:
        return await hub.start_of(cursor)
    except ValueError as error:
        what, _, mend = str(error).partition(": ")
        raise ApiProblem(Code.INVALID, what, FieldProblem(parameter=name, detail=what, mend=mend)) from None


async def _events(hub: Hub, reader: Reader) -> AsyncGenerator[str, None]:
    listener = Listener(reader)
    with hub.heard_by(listener):
        yield f"retry: {RETRY_MS}\nid: {reader.place}\n: listening\n\n"
        try:
            # Twice: what is long is read before one listens, else what comes meanwhile would pile up.
            async for text in _missed(hub, reader):
                yield text
            hub.join(listener, reader.place)
            async for text in _missed(hub, reader):
                yield text
            async for text in _live(hub, reader, listener):
                yield text
        except ApiProblem as problem:
            yield _ended(problem.code, problem.detail, "connect with credentials that count")


async def _missed(hub: Hub, reader: Reader) -> AsyncGenerator[str, None]:
    while not hub.is_stopping:
        try:
            async for events in hub.missed(reader.caller.id, reader.place, reader.of):
                await reader.asked_again()
                wanted = [Piece(event) for event in events if reader.wants(event)]
                meters.STREAMED.inc(len(wanted))
                reader.place = events[-1].cursor
                # The place goes on also over events that are not for this reader.
                yield f"{reader.text(wanted)}id: {reader.place}\n\n"
        except RecordsAway:
            yield AWAY
            await hub.pause()
        else:
            return


async def _live(hub: Hub, reader: Reader, listener: Listener) -> AsyncGenerator[str, None]:
    seen, was_away = place_of(reader.place), False
    while not hub.is_stopping:
        await _woken(listener, reader.ask_at)
        # Without a pause in between: what the hub has offered goes up to its place.
        pieces, place = listener.take(), hub.place
        fresh = [piece for piece in pieces if place_of(piece.event.cursor) > seen]
        meters.STREAMED.inc(len(fresh))
        if text := reader.text(fresh):
            yield text
        if listener.is_slow:
            meters.SLOW_STREAMS.inc()
            yield _ended(Why.TOO_SLOW, "events came faster than they were read", _RECONNECT)
            return
        if listener.is_away and not was_away:
            yield AWAY
        was_away, seen = listener.is_away, max(seen, place_of(place))
        if await reader.asked_again():
            yield f": keep-alive\nid: {seen[0]}-{seen[1]}\n\n"
    yield _ended(Why.STOPPING, "this server is stopping", _RECONNECT)


async def _woken(listener: Listener, until: float) -> None:
    try:
        async with asyncio.timeout(max(0.0, until - monotonic())):
            await listener.wake.wait()
    except TimeoutError:
        return


AWAY = ": the ledger is away; the stream goes on where it was when it is back\n\n"
_RECONNECT = "connect again with the id of the last event as Last-Event-ID; nothing is lost"


def _inside(event: FeedEvent) -> dict[str, Any]:
    return {
        "escalation_id": event.escalation_id,
        "key": event.key,
        "seq": event.seq,
        "at": _iso(event.at),
        "planned": None if event.planned is None else _iso(event.planned),
        "by": event.by,
        "role": event.role,
        "type": event.type,
        "decision_id": event.decision_id,
        "sentence": event.sentence,
        "severity": event.severity,
        "team": event.team,
        "owner": event.owner,
        "manager": event.manager,
        "customer": event.customer,
    }


def _outside(event: FeedEvent, reader: str) -> dict[str, Any] | None:
    """What the customer's side may see; None where the event is internal."""
    seen = customer_event(EVENT.validate_python(event.payload), reader)
    if seen is None:
        return None
    shown = seen.model_dump(mode="json", exclude={"event"})
    return {"escalation_id": event.escalation_id, "key": event.key, **shown}


def _iso(at: Any) -> str:
    return str(at.isoformat()).replace("+00:00", "Z")


def _message(name: str, data: dict[str, Any], cursor: str) -> str:
    """One line of data: JSON has no line breaks of its own."""
    return f"event: {name}\nid: {cursor}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _ended(code: str, detail: str, mend: str) -> str:
    return f"event: {ENDED}\ndata: {json.dumps({'code': code, 'detail': detail, 'mend': mend})}\n\n"
