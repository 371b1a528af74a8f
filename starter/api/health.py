"""For probes: whether this process lives, and whether what it stands on answers. Nothing secret, no key."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from enum import StrEnum
from time import monotonic
from typing import Annotated, cast

import structlog
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest

from starter.api.doors import Doors, doors_of
from starter.api.guarded import Guarded
from starter.connection import worker_polls

router = APIRouter(route_class=Guarded, tags=["health"])
log = structlog.get_logger("api")

PATIENCE = 1.5
"""Seconds; what has not answered by then counts as away, and goes on being waited for."""
FRESH = 1.0
"""Seconds for which an answer serves all who ask."""
POLLED_WITHIN = timedelta(seconds=90)
"""A worker's request for work is held by the server for a minute, so a live one is heard of this often."""


class Part(StrEnum):
    DATABASE = "database"
    TEMPORAL = "temporal"
    WORKER = "worker"


class State(StrEnum):
    OK = "ok"
    AWAY = "away"


class PartState(BaseModel):
    state: State
    ms: float = Field(description="How long the answer took, or was waited for.")


class Readiness(BaseModel):
    """Ready when all parts are there. Reads need the database alone; decisions are taken without workers."""

    ready: bool
    parts: dict[Part, PartState]


class Alive(BaseModel):
    alive: bool = True


class Probe:
    """One question, asked once at a time however many want to know."""

    def __init__(self, ask: Callable[[], Awaitable[object]]) -> None:
        self._ask = ask
        self._asking: asyncio.Task[PartState] | None = None
        self._begun = 0.0
        self._known: tuple[float, PartState] | None = None

    async def state(self) -> PartState:
        """Within PATIENCE."""
        if self._known is not None and monotonic() - self._known[0] < FRESH:
            return self._known[1]
        if self._asking is None:
            self._begun = monotonic()
            self._asking = asyncio.create_task(self._asked())
        # Not cancelled: a driver that hangs would not hear of it, and the next probe would hang as well.
        asking = self._asking
        await asyncio.wait({asking}, timeout=PATIENCE)
        if not asking.done():
            return self._remember(State.AWAY)
        if self._asking is asking:
            self._asking = None
        return asking.result()

    async def _asked(self) -> PartState:
        try:
            state = State.OK if await self._ask() is not False else State.AWAY
        except Exception as error:
            # Whatever it is, the part is of no use; the driver's words may name hosts.
            log.warning("part_away", error=type(error).__name__, exc_info=error)
            state = State.AWAY
        return self._remember(state)

    def _remember(self, state: State) -> PartState:
        answer = PartState(state=state, ms=round((monotonic() - self._begun) * 1000, 1))
        self._known = (monotonic(), answer)
        return answer


class Health:
    """The probes of one process."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._probes = {
            Part.DATABASE: Probe(doors.database.check),
            Part.TEMPORAL: Probe(self._temporal),
            Part.WORKER: Probe(self._worker),
        }

    async def readiness(self) -> Readiness:
        states = await asyncio.gather(*(probe.state() for probe in self._probes.values()))
        parts = dict(zip(self._probes, states, strict=True))
        return Readiness(ready=all(each.state is State.OK for each in states), parts=parts)

    async def _temporal(self) -> None:
        client = await self._doors.temporal.client()
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))

    async def _worker(self) -> bool:
        client = await self._doors.temporal.client()
        return await worker_polls(client, self._doors.now() - POLLED_WITHIN)


def health_of(request: Request) -> Health:
    state = request.app.state
    if not hasattr(state, "health"):
        state.health = Health(doors_of(request))
    return cast("Health", state.health)


AtHealth = Annotated[Health, Depends(health_of)]


@router.get("/healthz", summary="Whether the process lives")
async def alive() -> Alive:
    """Asks nothing else; a process that does not answer has to be started again."""
    return Alive()


@router.get(
    "/readyz",
    summary="Whether the database, Temporal and a worker answer",
    responses={503: {"model": Readiness, "description": "Something that the product needs is away."}},
)
async def ready(health: AtHealth, response: Response) -> Readiness:
    """Each part with how it is; 503 while one that is needed is away."""
    readiness = await health.readiness()
    if not readiness.ready:
        response.status_code = 503
    return readiness
