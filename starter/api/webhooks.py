"""Subscriptions of other systems to events, and what became of every event that was sent to them."""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

import structlog
from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from domain.rights import Act, Read, may
from domain.vocabulary import Severity
from domain.webhooks import View
from records.event_webhooks import PAGE_AT_MOST, EventWebhooks, Hook
from records.rows import HookState
from starter.api.allowed import needs
from starter.api.callers import Caller
from starter.api.doors import AtDoors, Doors
from starter.api.guarded import Guarded
from starter.api.problems import ApiProblem, Code, FieldProblem, errors
from starter.webhook_orders import HookChange, HookOrder, Replay, check_team, replay, subscribe

log = structlog.get_logger("api")
router = APIRouter(route_class=Guarded, tags=["webhooks"])

Reader = Annotated[Caller, needs(Read.WEBHOOKS)]
Manager = Annotated[Caller, needs(Act.MANAGE_WEBHOOKS)]
Id = Annotated[
    str,
    Path(
        alias="id", pattern=r"^[\x21-\x7e]{1,100}$", examples=["sub_0123456789abcdef"], description="Its id."
    ),
]


class Subscription(BaseModel):
    """Who gets which events where. Never with its secret."""

    id: str = Field(examples=["sub_0123456789abcdef"])
    url: str = Field(description="Without what follows the ?, unless the caller may change it.")
    types: list[str] = Field(description="Of events; empty: all.")
    severity: Severity | None = Field(description="The least severity; null: any.")
    team: str | None
    customer: str | None
    view: View
    created_by: str
    created_at: datetime
    enabled: bool
    disabled_why: str
    waiting: int = Field(description="Events on their way to it.")
    parked: int = Field(description="Events that did not get through within a day.")


class NewSubscription(Subscription):
    secret: str = Field(description="Verifies the signatures (Standard Webhooks). It is shown this once.")


class SubscriptionList(BaseModel):
    subscriptions: list[Subscription]


class EventDelivery(BaseModel):
    """What became of one event for one subscriber, over all attempts."""

    id: str = Field(description="The `webhook-id` that the receiver saw.")
    escalation_id: str
    seq: int
    type: str
    at: datetime = Field(description="When it happened.")
    state: HookState
    attempts: int
    queued_at: datetime
    last_at: datetime | None = Field(description="When the last attempt ended.")
    answer: str = Field(description="What came back last, cut.")


class EventDeliveries(BaseModel):
    deliveries: list[EventDelivery]
    after: str | None = Field(description="Hand it in to get the next page; null when this is the last.")


class Queued(BaseModel):
    queued: int = Field(description="How many events go out again.")


class TestQueued(BaseModel):
    delivery: str = Field(description="The `webhook-id` under which it is sent and listed.")


@router.get(
    "/webhooks",
    response_model=SubscriptionList,
    summary="List the subscriptions",
    responses=errors(),
)
async def list_subscriptions(caller: Reader, doors: AtDoors) -> SubscriptionList:
    """All of the house, with how much waits for each."""
    hooks = await _webhooks(doors).all()
    return SubscriptionList(subscriptions=[_shown(hook, caller) for hook in hooks])


@router.post(
    "/webhooks",
    status_code=201,
    response_model=NewSubscription,
    summary="Subscribe to events, from now on",
    description="Each event is posted once or more under the same `webhook-id`, signed after Standard "
    "Webhooks, in order within its escalation; what is not taken is tried for a day and parked then.",
    responses=errors(),
)
async def add_subscription(
    body: HookOrder, caller: Manager, doors: AtDoors, response: Response
) -> NewSubscription:
    hook, secret = await subscribe(_webhooks(doors), await doors.known(), body, by=caller.id, now=doors.now())
    response.headers["Location"] = f"/api/v1/webhooks/{hook.row.id}"
    return NewSubscription(**_shown(hook, caller).model_dump(), secret=secret)


@router.get(
    "/webhooks/{id}",
    response_model=Subscription,
    summary="Read a subscription",
    responses=errors(Code.NOT_FOUND),
)
async def read_subscription(id_: Id, caller: Reader, doors: AtDoors) -> Subscription:
    """Never with its secret."""
    return _shown(await _hook(doors, id_), caller)


@router.patch(
    "/webhooks/{id}",
    response_model=Subscription,
    summary="Change a subscription, stop it or let it go on",
    responses=errors(Code.NOT_FOUND),
)
async def change_subscription(id_: Id, body: HookChange, caller: Manager, doors: AtDoors) -> Subscription:
    """What is left out stays as it is."""
    check_team(await doors.known(), body.team)
    changed = await _webhooks(doors).change(id_, body.given())
    if changed is None:
        raise _unknown(id_)
    log.info("subscription_changed", subscription=id_, by=caller.id, fields=sorted(body.given()))
    return _shown(changed, caller)


@router.delete(
    "/webhooks/{id}",
    status_code=204,
    response_class=Response,
    summary="Remove a subscription, and what waits for it",
    responses=errors(Code.NOT_FOUND),
)
async def remove_subscription(id_: Id, caller: Manager, doors: AtDoors) -> None:
    """Nothing more is sent to it."""
    if not await _webhooks(doors).remove(id_):
        raise _unknown(id_)
    # The row, with who made it, is gone.
    log.info("subscription_removed", subscription=id_, by=caller.id)


@router.get(
    "/webhooks/{id}/deliveries",
    response_model=EventDeliveries,
    summary="Read what became of every event, the latest first",
    description="Delivered ones are kept for 7 days, parked ones for 30.",
    responses=errors(Code.NOT_FOUND),
)
async def list_deliveries(
    id_: Id,
    caller: Reader,
    doors: AtDoors,
    state: Annotated[HookState | None, Query(description="Only those.")] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_AT_MOST, description="How many at most.")] = 100,
    after: Annotated[str | None, Query(max_length=200, description="`after` of the page before.")] = None,
) -> EventDeliveries:
    del caller
    await _hook(doors, id_)
    try:
        page = await _webhooks(doors).deliveries(id_, state=state, limit=limit, after=after)
    except ValueError as error:
        what, _, mend = str(error).partition("; ")
        raise ApiProblem(
            Code.INVALID, what, FieldProblem(parameter="after", detail=what, mend=mend)
        ) from None
    shown = [EventDelivery.model_validate(row, from_attributes=True) for row in page.rows]
    return EventDeliveries(deliveries=shown, after=page.after)


@router.post(
    "/webhooks/{id}/replay",
    status_code=202,
    response_model=Queued,
    summary="Send parked events again, in their order",
    responses=errors(Code.NOT_FOUND),
)
async def replay_deliveries(id_: Id, body: Replay, caller: Manager, doors: AtDoors) -> Queued:
    """Those of a time or of an escalation, or all that are parked."""
    await _hook(doors, id_)
    queued = await replay(_webhooks(doors), doors.reader, body, id_, doors.now())
    log.info("events_replayed", subscription=id_, by=caller.id, number=queued)
    return Queued(queued=queued)


@router.post(
    "/webhooks/{id}/test",
    status_code=202,
    response_model=TestQueued,
    summary="Send an event of the type `escalation.test`",
    description="Like any event; the deliveries say what came back.",
    responses=errors(Code.NOT_FOUND),
)
async def test_subscription(id_: Id, caller: Manager, doors: AtDoors) -> TestQueued:
    del caller
    await _hook(doors, id_)
    delivery = await _webhooks(doors).test(id_, doors.now())
    if delivery is None:
        raise _unknown(id_)
    return TestQueued(delivery=delivery)


def _webhooks(doors: Doors) -> EventWebhooks:
    return EventWebhooks(doors.database)


async def _hook(doors: Doors, id_: str) -> Hook:
    hook = await _webhooks(doors).get(id_)
    if hook is None:
        raise _unknown(id_)
    return hook


def _unknown(id_: str) -> ApiProblem:
    detail = f"there is no subscription {id_[:40]!r}; GET /api/v1/webhooks lists them"
    return ApiProblem(Code.NOT_FOUND, detail)


def _shown(hook: Hook, caller: Caller) -> Subscription:
    row = hook.row.model_dump()
    if not may(caller.role, caller.scopes, Act.MANAGE_WEBHOOKS):
        # Some receivers are known by a token in their address.
        row["url"] = urlunsplit(urlsplit(hook.row.url)._replace(query=""))
    return Subscription(**row, waiting=hook.waiting, parked=hook.parked)
