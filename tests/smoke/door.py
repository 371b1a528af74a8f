"""The API over a stack, in this process, with keys for those who call."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import httpx2

from domain.vocabulary import Role
from records.keys import Keys
from starter.api.app import create_app
from starter.api.doors import Doors, opened
from tests.smoke.orders import order
from tests.smoke.organisation import CALM
from tests.smoke.stack import Stack

API = "/api/v1"


@dataclass(frozen=True)
class Door:
    doors: Doors
    client: httpx2.AsyncClient

    async def open(self, key: str, **headers: str) -> httpx2.Response:
        asked = order(key, CALM)
        body = {"policy": asked.policy, "report": asked.report.model_dump(mode="json"), "key": key}
        return await self.client.post(f"{API}/escalations", json=body, headers=headers)

    async def decide(self, place: str, kind: str, decision_id: str, **fields: str) -> httpx2.Response:
        body = {"type": kind, "decision_id": decision_id, **fields}
        return await self.client.post(f"{place}/decisions", json=body)


@asynccontextmanager
async def door_of(stack: Stack) -> AsyncIterator[Door]:
    """For an administrator, who is a person of the smoke tests' organisation."""
    app = create_app(partial(opened, stack.settings))
    async with app.router.lifespan_context(app):
        doors: Doors = app.state.doors
        _, text = await Keys(doors.database).create("root", Role.ADMINISTRATOR, created_by="tests")
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {text}"}
        async with httpx2.AsyncClient(
            transport=transport, base_url="http://api", headers=headers, timeout=30
        ) as client:
            yield Door(doors, client)
