"""The API without Temporal, over a ledger of its own: for who may read what, and for who is refused."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx2
from fastapi import FastAPI

from domain.summary import summarise
from domain.vocabulary import Role
from organisation.source import OrganisationSource
from records.database import Database
from records.keys import Keys
from records.ledger import Ledger
from records.reading import Reader
from records.sessions import Sessions
from starter.api.app import create_app
from starter.api.doors import Doors, Temporal
from starter.api.tokens import Tokens
from starter.settings import Settings
from tests.domain.world import POLICY, REPORT, World

API = "/api/v1"
NUMBERS = count(1)
REPORTER = "kiosk"
CALLERS: dict[str, tuple[Role, str | None]] = {
    REPORTER: (Role.REPORTER, None),
    "another-kiosk": (Role.REPORTER, None),
    "anna-weber": (Role.AGENT, "anna-weber"),
    "mei-tanaka": (Role.EXPERT, "mei-tanaka"),
    "lena-brandt": (Role.TEAM_LEAD, "lena-brandt"),
    "omar-haddad": (Role.TEAM_LEAD, "omar-haddad"),
    "sofia-lindqvist": (Role.ESCALATION_MANAGER, "sofia-lindqvist"),
    "ravi-menon": (Role.PROBLEM_COORDINATOR, "ravi-menon"),
    "julia-costa": (Role.CUSTOMER_ENGAGEMENT_MANAGER, "julia-costa"),
    "henrik-larsen": (Role.EXECUTIVE, "henrik-larsen"),
    "ursula-stein": (Role.AUDITOR, "ursula-stein"),
    "root": (Role.ADMINISTRATOR, None),
    "shop": (Role.SERVICE, None),
}


@dataclass
class Alone:
    app: FastAPI
    database: Database
    keys: Keys
    texts: dict[str, str]
    """Texts of keys, by caller."""

    def client(self, scheme: str = "https") -> httpx2.AsyncClient:
        """Nobody yet; it keeps its cookies."""
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx2.AsyncClient(transport=transport, base_url=f"{scheme}://escalations.example")

    def as_(self, name: str) -> httpx2.AsyncClient:
        """With the key of that caller."""
        client = self.client()
        client.headers["Authorization"] = f"Bearer {self.texts[name]}"
        return client

    async def has(self, team: str = "first-line", asked_by: str = REPORTER, key: str | None = None) -> str:
        """An escalation in the ledger, with an internal note and one for both sides. Returns its path."""
        world = World(policy=POLICY.but(team=team), report=REPORT.but(asked_by=asked_by))
        world.decide("note", "olga", text="hush")
        world.decide("note", "olga", text="for both", audience="customer")
        id_ = f"{world.escalation.id}-{next(NUMBERS)}"
        named = {"id": id_, "key": key or id_}
        events = [world.events[0].but(**named), *world.events[1:]]
        await Ledger(self.database).write(summarise(world.escalation.but(**named), world.now), events)
        return f"{API}/escalations/{id_}"


@asynccontextmanager
async def api_alone(folder: Path, settings: Settings | None = None) -> AsyncIterator[Alone]:
    settings = settings or Settings(data=folder)
    database = Database(f"sqlite:///{folder / 'ledger.db'}")
    await database.upgrade()
    keys, sessions = Keys(database), Sessions(database)
    texts = {
        name: (await keys.create(name, role, created_by="tests", person=person))[1]
        for name, (role, person) in CALLERS.items()
    }
    source = OrganisationSource(settings.policies)

    @asynccontextmanager
    async def hold() -> AsyncIterator[Doors]:
        async with httpx2.AsyncClient() as http:
            tokens = Tokens(settings, http) if settings.oidc_issuer else None
            temporal, reader = Temporal(settings, source), Reader(database)
            yield Doors(settings, database, reader, source, temporal, keys, sessions, tokens)
        await keys.close()
        await sessions.close()

    app = create_app(hold)
    async with app.router.lifespan_context(app):
        yield Alone(app, database, keys, texts)
    await database.close()
