"""`/metrics` for Prometheus: what this process counted, and what stands in the ledger now."""

import asyncio
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from domain.rights import Read
from records.counts import Counts, OpenCount
from records.errors import RecordsAway
from starter.api import meters
from starter.api.allowed import needs
from starter.api.callers import Caller
from starter.api.doors import Doors, doors_of
from starter.api.guarded import Guarded
from starter.api.health import AtHealth, Readiness, State
from starter.api.problems import Code, errors

router = APIRouter(route_class=Guarded, tags=["health"])

FRESH = 15.0
"""Seconds for which the numbers of the ledger are good enough."""


class LedgerNumbers:
    """Of one process. While the database is away there are none, rather than old ones."""

    def __init__(self, doors: Doors) -> None:
        self._counts = Counts(doors.database)
        self._now = doors.now
        self._reading = asyncio.Lock()
        self._read_at = -FRESH
        self._open: list[OpenCount] | None = None
        self._parked: int | None = None

    async def families(self) -> list[Metric]:
        async with self._reading:
            if monotonic() - self._read_at >= FRESH:
                await self._read()
                self._read_at = monotonic()
        return list(_of_ledger(self._open, self._parked))

    async def _read(self) -> None:
        try:
            self._open, self._parked = await self._counts.open(self._now()), await self._counts.parked()
        except RecordsAway:
            self._open = self._parked = None


class _Given(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families


def ledger_numbers_of(request: Request) -> LedgerNumbers:
    state = request.app.state
    if not hasattr(state, "ledger_numbers"):
        state.ledger_numbers = LedgerNumbers(doors_of(request))
    return cast("LedgerNumbers", state.ledger_numbers)


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    summary="Numbers for Prometheus",
    description="Of this process, and of the ledger at most 15 seconds ago.",
    responses={
        200: {"description": "Prometheus' text format.", "content": {"text/plain": {}}},
        **errors(Code.OUT_OF_SCOPE),
    },
)
async def metrics(
    caller: Annotated[Caller, needs(Read.METRICS)],
    health: AtHealth,
    numbers: Annotated[LedgerNumbers, Depends(ledger_numbers_of)],
) -> Response:
    del caller
    readiness, families = await asyncio.gather(health.readiness(), numbers.families())
    now = CollectorRegistry()
    now.register(_Given([_ready(readiness), *families]))
    return Response(generate_latest(meters.REGISTRY) + generate_latest(now), media_type=CONTENT_TYPE_LATEST)


def _ready(readiness: Readiness) -> Metric:
    family = GaugeMetricFamily(
        "escalations_ready", "1 for what answers, 0 for what is away.", labels=["part"]
    )
    for part, state in readiness.parts.items():
        family.add_metric([part], float(state.state is State.OK))
    return family


_OPEN: tuple[tuple[str, str, Callable[[OpenCount], int]], ...] = (
    ("escalations_open", "Escalations that are open.", lambda each: each.open),
    ("escalations_open_broken", "Open ones with a promise that was broken.", lambda each: each.broken),
    ("escalations_overdue", "Open ones of which a due time passed unseen.", lambda each: each.overdue),
)


def _of_ledger(counts: list[OpenCount] | None, parked: int | None) -> Iterator[Metric]:
    if counts is None or parked is None:
        return
    for name, text, number in _OPEN:
        family = GaugeMetricFamily(name, text, labels=["stage", "severity"])
        for each in counts:
            family.add_metric([each.stage, each.severity], number(each))
        yield family
    yield GaugeMetricFamily("escalations_webhooks_parked", "Events that no subscriber took.", value=parked)
