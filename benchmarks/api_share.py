"""API share: what a decision costs in the API itself, with a workflow that answers at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import cast

import httpx2

from benchmarks.comparison import FIRST, NOW, edited, lives
from benchmarks.figures import Figure, Run, judged, quantile
from domain.decisions import AnyDecision
from domain.opening import Decided
from domain.summary import summarise
from domain.vocabulary import Role, Stage
from organisation.load import load
from records.keys import Keys
from records.ledger import Ledger
from starter.api.app import create_app
from starter.api.doors import Doors, Temporal, opened
from starter.comparison import House, Which
from starter.gateway import Gateway
from starter.orders import DecisionOutcome, DecisionStatus
from starter.settings import PROJECT, Settings

AIM = 0.015
"""Seconds."""


class Instant:
    """Stands in for the gateway: every decision is done at once."""

    async def decide(
        self, ref: str, decision: AnyDecision, patience: timedelta | None = None
    ) -> DecisionOutcome:
        del decision, patience
        done = Decided(escalation_id=ref, seq=1, stage=Stage.ESCALATE, changed=True, recorded=True)
        return DecisionOutcome(escalation_id=ref, status=DecisionStatus.DONE, decided=done)


class NoTemporal:
    async def gateway(self) -> Gateway:
        return cast("Gateway", Instant())


async def measure(run: Run) -> Figure:
    with TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), api_rate="1000000/minute", log_level="warning")
        app = create_app(partial(_without_temporal, settings))
        async with app.router.lifespan_context(app):
            doors: Doors = app.state.doors
            await doors.database.upgrade()
            ids, events = await _fill(doors, run)
            took = {}
            for role, person in ((Role.ADMINISTRATOR, None), (Role.TEAM_LEAD, "omar-haddad")):
                _, text = await Keys(doors.database).create(
                    f"bench-{role}", role, created_by="bench", person=person
                )
                run.say(f"decisions of one who is {role}")
                took[str(role)] = await _decide(app, text, ids, run.size(1_000, 100))
    worst = max(took, key=lambda role: quantile(took[role], 0.99))
    return Figure(
        name="api share",
        how=f"decisions in this process over a ledger with lives of {events / len(ids):.0f} events, each "
        "answered with the escalation as it stands; the workflow answers at once",
        measured=f"median {quantile(took[worst], 0.5) * 1000:.1f} ms, "
        f"p99 {quantile(took[worst], 0.99) * 1000:.1f} ms ({worst})",
        aim=f"median ≤ {AIM * 1000:.0f} ms",
        verdict=judged(is_met=quantile(took[worst], 0.5) <= AIM),
        explained={
            role: {"median": quantile(all_, 0.5), "p99": quantile(all_, 0.99)} for role, all_ in took.items()
        },
    )


@asynccontextmanager
async def _without_temporal(settings: Settings) -> AsyncIterator[Doors]:
    async with opened(settings) as doors:
        yield replace(doors, temporal=cast("Temporal", NoTemporal()))


async def _fill(doors: Doors, run: Run) -> tuple[list[str], int]:
    policies = PROJECT / "policies"
    house = House(Which("as shipped", policies, None), edited(load(policies, FIRST.date())), FIRST, NOW)
    ledger, ids, events = Ledger(doors.database), [], 0
    for life in lives(house, run.size(100, 20)):
        await ledger.write(summarise(life.escalation, life.events[-1].at), life.events)
        ids.append(life.escalation.id)
        events += len(life.events)
    return ids, events


async def _decide(app: object, key: str, ids: list[str], number: int) -> list[float]:
    took = []
    transport = httpx2.ASGITransport(app)  # type: ignore[arg-type]
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://api", headers=headers) as client:
        for one in range(number):
            place = f"/api/v1/escalations/{ids[one % len(ids)]}/decisions"
            start = perf_counter()
            answer = await client.post(place, json={"type": "note", "text": f"Note {one}."})
            took.append(perf_counter() - start)
            if answer.status_code not in (200, 403):
                raise AssertionError(answer.text)
    return took
