"""What the routes stand on, and how they get it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, NamedTuple, cast

import httpx2
from fastapi import Depends, Request
from temporalio.client import Client

from domain.apply import fold
from domain.escalation import Escalation
from domain.refusals import Refused
from domain.summary import Summary
from organisation.model import Organisation
from organisation.source import OrganisationSource
from records.database import Database
from records.errors import RecordsAway
from records.keys import Keys
from records.reading import Reader
from records.rows import EscalationRow
from records.sessions import Sessions
from starter.api.tokens import Tokens
from starter.connection import connect
from starter.database import open_database
from starter.errors import NoAnswer, NotFound, ServerAway
from starter.gateway import Gateway
from starter.settings import Settings
from starter.tenancy import read_place

PATIENCE = timedelta(seconds=3)
"""How long a decision waits for a worker before the server holds it, and the answer is 202."""


class Temporal:
    """The way to Temporal. Connects at the first use, so that reads work while the server is away."""

    def __init__(
        self, settings: Settings, organisation: OrganisationSource, *, patience: timedelta = PATIENCE
    ) -> None:
        self._settings = settings
        self._organisation = organisation
        self._patience = patience
        self._connecting = asyncio.Lock()
        self._gateway: Gateway | None = None
        self._client: Client | None = None
        self._port: int | None = None

    async def client(self) -> Client:
        """Raises ServerAway."""
        async with self._connecting:
            port = self._embedded_port()
            if self._client is None or port != self._port:
                self._client = await connect(self._settings)
                self._gateway = Gateway(self._client, self._organisation, patience=self._patience)
                self._port = port
            return self._client

    async def gateway(self) -> Gateway:
        """Raises ServerAway."""
        await self.client()
        return cast("Gateway", self._gateway)

    def _embedded_port(self) -> int | None:
        """The embedded server may come back on another port."""
        place = read_place(self._settings.data) if self._settings.is_embedded else None
        return place.port if place else None


class Seen(NamedTuple):
    """An escalation, and when its last event was recorded."""

    escalation: Escalation
    updated_at: datetime


@dataclass(frozen=True)
class Doors:
    """One per process; all requests share it."""

    settings: Settings
    database: Database
    reader: Reader
    organisation: OrganisationSource
    temporal: Temporal
    keys: Keys
    sessions: Sessions
    tokens: Tokens | None = None
    """None: no identity provider is named."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def known(self) -> Organisation:
        """The organisation as its files say now."""
        return await asyncio.to_thread(self.organisation.current)

    async def gateway(self) -> Gateway:
        """Raises ServerAway."""
        return await self.temporal.gateway()

    async def state(self, ref: str) -> Seen:
        """From the ledger, so that reading needs no Temporal; from the workflow what the ledger has not got.

        Raises NotFound; RecordsAway, ServerAway or NoAnswer when nobody can say.
        """
        try:
            row = await self.reader.get(ref)
            if row is not None:
                return Seen(fold(await self.reader.events(row.id)), row.updated_at)
        except RecordsAway as away:
            try:
                return await self._live(ref)
            except (ServerAway, NoAnswer):
                raise away from None
        return await self._live(ref)

    async def summary(self, ref: str) -> Summary:
        """Its row, as `state`. Raises as `state` does."""
        try:
            row = await self.reader.get(ref)
            if row is not None:
                return summary_of(row)
        except RecordsAway as away:
            try:
                return await self._live_summary(ref)
            except (ServerAway, NoAnswer):
                raise away from None
        return await self._live_summary(ref)

    async def _live(self, ref: str) -> Seen:
        summary = await self._live_summary(ref)
        return Seen(await (await self.gateway()).snapshot(summary.id), summary.updated_at)

    async def _live_summary(self, ref: str) -> Summary:
        try:
            return await (await self.gateway()).summary(ref)
        except Refused:
            # Not what else its key stands for: whoever asks need not have a part in that.
            raise NotFound(f"there is no escalation {ref!r}") from None


def summary_of(row: EscalationRow) -> Summary:
    return Summary(**{name: getattr(row, name) for name in Summary.model_fields})


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Doors]:
    """What a process of the API holds while it runs. Raises OrganisationInvalid, SettingsInvalid."""
    organisation = await asyncio.to_thread(OrganisationSource, settings.policies)
    async with AsyncExitStack() as at_end:
        database = open_database(settings)
        at_end.push_async_callback(database.close)
        keys = Keys(database)
        at_end.push_async_callback(keys.close)
        sessions = Sessions(database)
        at_end.push_async_callback(sessions.close)
        tokens = None
        if settings.oidc_issuer is not None:
            tokens = Tokens(settings, await at_end.enter_async_context(httpx2.AsyncClient()))
        yield Doors(
            settings=settings,
            database=database,
            reader=Reader(database),
            organisation=organisation,
            temporal=Temporal(settings, organisation),
            keys=keys,
            sessions=sessions,
            tokens=tokens,
        )


def doors_of(request: Request) -> Doors:
    return cast("Doors", request.app.state.doors)


AtDoors = Annotated[Doors, Depends(doors_of)]
