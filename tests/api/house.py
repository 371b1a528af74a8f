"""The API in this process, over a real server, a real worker and a ledger of its own; callers by role."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from fastapi import FastAPI

from domain.rights import Scope
from domain.vocabulary import Role
from records.keys import Keys
from records.sessions import Sessions
from starter.api.app import create_app
from starter.api.doors import Doors, Temporal
from tests.eventually import eventually
from tests.starter.house import SAMPLE, House

API = "/api/v1"
POLICY = "gold-support"
"""Its promises are hours away: what one test opens does not keep the worker from the next."""


CALLERS: dict[str, tuple[str, Role, str | None]] = {
    "stranger": ("aisha", Role.EXPERT, "aisha-rahman"),
    "reading": ("reports", Role.SERVICE, None),
    "reporter": ("kiosk", Role.REPORTER, None),
    "agent": ("anna", Role.AGENT, "anna-weber"),
    "team_lead": ("lena", Role.TEAM_LEAD, "lena-brandt"),
    "escalation_manager": ("sofia", Role.ESCALATION_MANAGER, "sofia-lindqvist"),
    "auditor": ("audit", Role.AUDITOR, None),
    "administrator": ("root", Role.ADMINISTRATOR, None),
    "service": ("monitoring", Role.SERVICE, None),
}
"""Who calls in tests: the key's name, its role, and whose it is."""
SCOPES = {"reading": (Scope.ESCALATIONS_READ,)}


class Api:
    def __init__(self, house: House, app: FastAPI, keys: dict[str, str]) -> None:
        self.house = house
        self.app = app
        self.keys = keys
        """By the name in CALLERS."""
        self._transport = httpx2.ASGITransport(app, raise_app_exceptions=False)

    def as_(self, name: str | None) -> httpx2.AsyncClient:
        """A client with the key of that caller, with that text as its key, or without any."""
        headers = {"Authorization": f"Bearer {self.keys.get(name, name)}"} if name else {}
        return httpx2.AsyncClient(transport=self._transport, base_url="http://api", headers=headers)

    async def open(self, key: str, name: str = "service", **fields: Any) -> str:
        """Opens an escalation under a key and waits until the ledger has it. Returns its path."""
        async with self.as_(name) as client:
            body = {**a_body(key), **fields}
            if name == "reporter":
                body["report"]["asked_by"] = CALLERS[name][0]
            answer = await client.post(f"{API}/escalations", json=body)
            assert answer.status_code in (200, 201), answer.text
            place = str(answer.headers["location"])

            async def is_read() -> bool:
                return (await client.get(place)).status_code == 200

            await eventually(is_read)
        return place


def a_body(key: str | None = None) -> dict[str, Any]:
    report = SAMPLE.report.but(team="first-line")
    body = {"policy": POLICY, "report": report.model_dump(mode="json")}
    return body if key is None else {**body, "key": key}


@asynccontextmanager
async def api_on(
    house: House, api_rate: str = "1000000/hour", api_rate_anonymous: str = "1000000/hour"
) -> AsyncIterator[Api]:
    """Without limits that many tests at once would run into."""
    settings = house.settings.model_copy(
        update={"api_rate": api_rate, "api_rate_anonymous": api_rate_anonymous}
    )
    store = Keys(house.database)
    texts = {
        caller: (
            await store.create(name, role, created_by="tests", person=person, scopes=SCOPES.get(caller))
        )[1]
        for caller, (name, role, person) in CALLERS.items()
    }

    @asynccontextmanager
    async def hold() -> AsyncIterator[Doors]:
        temporal = Temporal(settings, house.source)
        sessions = Sessions(house.database)
        yield Doors(settings, house.database, house.reader, house.source, temporal, store, sessions)
        await store.close()
        await sessions.close()

    app = create_app(hold)
    async with app.router.lifespan_context(app):
        yield Api(house, app, texts)
