"""The whole product in a folder: a real Temporal server, a worker process, mail, a ledger, the doors."""

import asyncio
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from pydantic import SecretStr
from temporalio.client import Client

from domain.apply import fold
from domain.events import AnyEvent, MessageDelivered
from organisation.source import OrganisationSource
from records.database import Database
from records.reading import Reader
from starter import ids, processes
from starter.cli import main as cli
from starter.connection import connect, register
from starter.database import open_database
from starter.embedded import EmbeddedServer
from starter.errors import NoAnswer
from starter.gateway import Gateway
from starter.mail_sink import Mail
from starter.settings import PROJECT, Settings
from starter.tenancy import write_place
from tests.eventually import PATIENCE, eventually
from tests.servers import dev_server
from tests.smoke import organisation, story
from tests.smoke.mailbox import Mailbox

WORKER_STARTS_WITHIN = 80.0
CLI = Path(sys.executable).with_name("escalations")


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


class Stack:
    def __init__(self, folder: Path, settings: Settings, server: EmbeddedServer, mail: Mailbox) -> None:
        self.folder = folder
        self.settings = settings
        self.mail = mail
        self.client: Client
        self.gateway: Gateway
        self._server = server
        self._worker: subprocess.Popen[bytes] | None = None
        self._database: Database = open_database(settings)
        self._lock: sqlite3.Connection | None = None
        self._launched = 0
        self.reader = Reader(self._database)

    async def start(self) -> None:
        self.settings.data.mkdir(exist_ok=True)
        await self.start_server()
        self.client = await connect(self.settings)
        await register(self.client)
        self.gateway = Gateway(self.client, OrganisationSource(self.settings.policies))
        await self._database.upgrade()

    async def end(self) -> None:
        self.unlock_database()
        self.kill_worker()
        self.kill_server()
        await self.mail.stop()
        await self._database.close()

    async def start_server(self) -> None:
        await self._server.start()
        assert self._server.pid is not None
        write_place(self.settings.data, self._server.pid, self._server.port, None)

    def kill_server(self) -> None:
        self._server.kill()

    async def start_worker(self, *program: str) -> None:
        """And waits until it works, which says nothing about the product on a busy machine."""
        self.launch_worker(*program)
        await self.worker_works()

    async def worker_works(self) -> None:
        async def said_so() -> bool:
            log = await asyncio.to_thread((self.folder / "worker.log").read_text)
            assert self._worker is not None
            assert self._worker.poll() is None, log
            return log.count('"worker_runs"') == self._launched

        await eventually(said_so, "the worker at work", within=WORKER_STARTS_WITHIN)

    def launch_worker(self, *program: str) -> None:
        self._launched += 1
        with (self.folder / "worker.log").open("ab") as log:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", *(program or ("worker",))],
                cwd=PROJECT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill_worker(self) -> None:
        """SIGKILL."""
        if self._worker is not None:
            self._worker.kill()
            self._worker.wait()
            self._worker = None

    async def worker_died(self) -> None:
        """By its own hand."""
        assert self._worker is not None
        await asyncio.to_thread(self._worker.wait, PATIENCE)
        assert self._worker.returncode == -signal.SIGKILL

    async def stop_worker(self) -> int:
        """As at a release: it drains. Returns its exit code."""
        assert self._worker is not None
        return await asyncio.to_thread(processes.end, self._worker, 30)

    def lock_database(self) -> None:
        """Nobody else can write until it is unlocked."""
        self._lock = sqlite3.connect(self.settings.data / "ledger.db", isolation_level=None)
        self._lock.execute("BEGIN EXCLUSIVE")

    def unlock_database(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def environment(self) -> Mapping[str, str]:
        """Of our processes; nothing that happens to be set on this machine."""
        plain = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ESCALATIONS_", "TEMPORAL_"))
        }
        given = {
            "ESCALATIONS_DATA": str(self.settings.data),
            "ESCALATIONS_POLICIES": str(self.settings.policies),
            "ESCALATIONS_SMTP_PORT": str(self.settings.smtp_port),
        }
        if self.settings.database_url is not None:
            given["ESCALATIONS_DATABASE_URL"] = self.settings.database_url.get_secret_value()
        return {**plain, **given, "PYTHONTZPATH": "", "COLUMNS": "200"}

    async def run_here(self, *arguments: str | Path) -> Said:
        """A command within this process, which spares its start."""

        def work() -> Said:
            out, err = io.StringIO(), io.StringIO()
            with (
                mock.patch.dict(os.environ, self.environment(), clear=True),
                redirect_stdout(out),
                redirect_stderr(err),
            ):
                code = cli.run(list(map(str, arguments)))
            return Said(code, out.getvalue(), err.getvalue())

        return await asyncio.to_thread(work)

    async def run(self, *arguments: str | Path) -> Said:
        """A command as people type it, in a process of its own."""
        process = await asyncio.create_subprocess_exec(
            CLI,
            *map(str, arguments),
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode is not None
        return Said(process.returncode, out.decode(), err.decode())

    async def expect_mail(self, to: str, subject: str, within: float = PATIENCE) -> Mail:
        return await self.mail.expect(to, subject, within)

    async def events(self, escalation_id: str) -> tuple[AnyEvent, ...]:
        """As the ledger has them."""
        return await self.reader.events(escalation_id)

    async def expect_event(self, escalation_id: str, kind: str, nth: int = 1) -> AnyEvent:
        """The event once the ledger has it."""

        async def found() -> list[AnyEvent]:
            events = [event for event in await self.events(escalation_id) if event.type == kind]
            return events[nth - 1 :]

        return (await eventually(found, f"{kind} number {nth} of {escalation_id}"))[0]

    async def expect_closed(self, escalation_id: str) -> None:
        """The ledger has the end, and nothing is left to be sent."""
        await self.expect_event(escalation_id, "closed")
        await self.client.get_workflow_handle(ids.workflow_of(escalation_id)).result()

    async def ledger_agrees(self, escalation_id: str) -> tuple[AnyEvent, ...]:
        """The ledger's events fold to the live state, once it has caught up. Returns them."""

        async def agrees() -> Sequence[AnyEvent]:
            events = await self.events(escalation_id)
            try:
                live = await self.gateway.snapshot(escalation_id)
            except NoAnswer:
                # A task that a killed worker took along is given to another one after ten seconds.
                return ()
            return events if events and fold(events) == live else ()

        return tuple(await eventually(agrees, f"the ledger of {escalation_id} in step with its life"))

    async def no_other_mail(self) -> None:
        """What arrived is what the timelines call delivered, once unless announced, and all was expected."""

        async def on_record() -> bool:
            delivered = [e for e in await self._all_events() if isinstance(e, MessageDelivered)]
            recorded = sorted(event.message_id for event in delivered)
            return recorded == sorted({mail.message_id for mail in self.mail.mails()})

        await eventually(on_record, "every arrived message on a timeline, each once")
        self.mail.claim_repeats(story.announced_twice(await self._all_events()))
        assert [(mail.to, mail.subject, mail.message_id) for mail in self.mail.unclaimed()] == []

    async def _all_events(self) -> list[AnyEvent]:
        page = await self.reader.list_escalations()
        return [event for row in page.rows for event in await self.events(row.id)]


@asynccontextmanager
async def running(
    folder: Path, *, worker: bool = True, database_url: str | None = None
) -> AsyncIterator[Stack]:
    """Everything, with or without the worker. At the end nothing unexpected may be in the mailbox."""
    mail = Mailbox(folder / "mail")
    await mail.start()
    settings = Settings(
        data=folder / "data",
        policies=organisation.make(folder / "policies"),
        smtp_port=mail.port,
        database_url=SecretStr(database_url) if database_url else None,
    )
    server = EmbeddedServer(
        program=dev_server(), database=folder / "data" / "temporal.db", log=folder / "temporal.log"
    )
    stack = Stack(folder, settings, server, mail)
    try:
        if worker:
            # First, for it takes longest to start; it waits for the server.
            stack.launch_worker()
        await stack.start()
        if worker:
            await stack.worker_works()
        yield stack
        await stack.no_other_mail()
    finally:
        await stack.end()
