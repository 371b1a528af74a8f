"""The product around the gateway for tests: a real server, real activities, a ledger and mail in a folder."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

import worker
from domain.decisions import DECISION, AnyDecision
from domain.decisions.base import Author
from domain.report import Report
from domain.vocabulary import Role
from organisation.source import OrganisationSource
from records.database import Database
from records.reading import Reader
from starter import ids
from starter.connection import connect, register
from starter.database import open_database
from starter.embedded import EmbeddedServer
from starter.gateway import Gateway
from starter.mail_sink import MailSink
from starter.order_file import read_order
from starter.orders import OpenOrder
from starter.settings import PROJECT, Settings

SAMPLE = read_order(PROJECT / "examples" / "sample.yaml")
LENA = Author(id="lena-brandt", role=Role.TEAM_LEAD)
ANNA = Author(id="anna-weber", role=Role.AGENT)
IMPATIENT = timedelta(seconds=1)
PATIENT = timedelta(seconds=30)
"""Other tests share the cores."""


def order(
    key: str | None = "trouble-1", report: Report = SAMPLE.report, request_id: str | None = None
) -> OpenOrder:
    return OpenOrder(policy="sample", report=report, author=ANNA, key=key, request_id=request_id)


def another_report(text: str = "It happened to us too.") -> Report:
    return SAMPLE.report.but(what_happened=text)


def decision(kind: str, decision_id: str, author: Author = LENA, **fields: object) -> AnyDecision:
    return DECISION.validate_python({"type": kind, "decision_id": decision_id, "author": author, **fields})


class House:
    def __init__(
        self, client: Client, settings: Settings, source: OrganisationSource, database: Database
    ) -> None:
        self.client = client
        self.settings = settings
        self.source = source
        self.database = database
        self.gateway = Gateway(client, source, patience=PATIENT)
        self.reader = Reader(database)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """A worker runs meanwhile."""
        ways = worker.channels(self.settings)
        acts = worker.activities(self.source, self.database, ways)
        async with worker.build(self.client, acts, self.settings.cached_escalations):
            yield

    async def has_workflow(self, key: str) -> bool:
        """Asked by its id: lists and counts follow later."""
        try:
            await self.client.get_workflow_handle(ids.workflow_id_of(key)).describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return False
        return True

    async def one_has_ended(self) -> bool:
        return (await self.client.count_workflows("ExecutionStatus = 'Completed'")).count == 1


@asynccontextmanager
async def house_on(server: EmbeddedServer, folder: Path) -> AsyncIterator[House]:
    async with AsyncExitStack() as at_end:
        sink = await at_end.enter_async_context(MailSink(folder / "mail"))
        settings = Settings(
            data=folder,
            temporal_address=server.address,
            smtp_port=sink.port,
            webhook_secret=SecretStr("whsec_dGVzdHMgc2lnbiB3aXRoIHRoaXM="),
            database_url=SecretStr(f"sqlite:///{folder / 'ledger.db'}"),
        )
        database = open_database(settings)
        at_end.push_async_callback(database.close)
        await database.upgrade()
        client = await connect(settings)
        await register(client)
        yield House(client, settings, OrganisationSource(settings.policies), database)
