"""The API in this process, over a real server, a real worker and a ledger of its own; callers by role."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from domain.vocabulary import Role
from starter.api.app import create_app
from starter.api.doors import Doors, Temporal
from tests.eventually import eventually
from tests.starter.house import SAMPLE, House

API = "/api/v1"


@dataclass(frozen=True)
class TestKey:
    """An API key as a store knows it."""

    __test__ = False

    name: str
    role: Role
    person: str | None = None
    scopes: frozenset[str] = frozenset()
    prefix: str = "test"


@dataclass
class TestKeys:
    """A store of keys that are their own names."""

    __test__ = False

    known: dict[str, TestKey] = field(default_factory=dict)

    async def find(self, text: str) -> TestKey | None:
        return self.known.get(text)


PEOPLE = {
    "reporter": TestKey("kiosk", Role.REPORTER),
    "agent": TestKey("anna", Role.AGENT, "anna-weber"),
    "team_lead": TestKey("lena", Role.TEAM_LEAD, "lena-brandt"),
    "escalation_manager": TestKey("sofia", Role.ESCALATION_MANAGER, "sofia-lindqvist"),
    "auditor": TestKey("audit", Role.AUDITOR),
    "administrator": TestKey("root", Role.ADMINISTRATOR),
    "service": TestKey("monitoring", Role.SERVICE),
}
"""Keys of tests by what they are for; the text of a key is its name here."""


class Api:
    def __init__(self, house: House, transport: httpx2.ASGITransport) -> None:
        self.house = house
        self._transport = transport

    def as_(self, name: str | None) -> httpx2.AsyncClient:
        """A client with the key of that name, or without any."""
        headers = {"Authorization": f"Bearer {name}"} if name else {}
        return httpx2.AsyncClient(transport=self._transport, base_url="http://api", headers=headers)

    async def open(self, key: str, name: str = "service", **fields: Any) -> str:
        """Opens the sample under a key and waits until the ledger has it. Returns its path."""
        async with self.as_(name) as client:
            answer = await client.post(f"{API}/escalations", json={**a_body(key), **fields})
            assert answer.status_code in (200, 201), answer.text
            place = str(answer.headers["location"])

            async def is_read() -> bool:
                return (await client.get(place)).status_code == 200

            await eventually(is_read)
        return place


def a_body(key: str | None = None) -> dict[str, Any]:
    body = {"policy": "sample", "report": SAMPLE.report.model_dump(mode="json")}
    return body if key is None else {**body, "key": key}


@asynccontextmanager
async def api_on(house: House) -> AsyncIterator[Api]:
    keys = TestKeys(dict(PEOPLE))

    @asynccontextmanager
    async def hold() -> AsyncIterator[Doors]:
        temporal = Temporal(house.settings, house.source)
        yield Doors(house.settings, house.database, house.reader, house.source, temporal, keys)

    app = create_app(hold)
    async with app.router.lifespan_context(app):
        yield Api(house, httpx2.ASGITransport(app, raise_app_exceptions=False))
