"""The embedded stack of one data folder: Temporal, the ledger's tables, mail sink, worker and API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog

from records.keys import Keys
from starter import ports
from starter.admin_key import ensure_admin_key
from starter.children import WORKER_PATIENCE, Child
from starter.connection import connect, register
from starter.database import open_database
from starter.embedded import EmbeddedServer, find_program
from starter.settings import Settings
from starter.tenancy import Tenancy, write_place

API_PATIENCE = 10.0
"""Seconds to end, more than requests under way are given."""
LOOK_EVERY = 0.5
"""Seconds between two looks whether all still run."""

log = structlog.get_logger("stack")


@dataclass
class Stack:
    """What runs. Without a server of its own it uses the cluster that the settings name."""

    settings: Settings
    tenancy: Tenancy
    server: EmbeddedServer | None
    mail_port: int | None
    api_port: int | None
    children: list[Child]
    new_key: str | None = None
    """The administrator's key, where it was made at this start."""

    async def keep_alive(self) -> None:
        """Starts again what dies; runs until it is cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if self.server is not None and self.server.pid is None:
                log.warning("server_died", log=str(self.server.log))
                await self.server.start()
                self._note()
            revived = [child for child in self.children if child.revive()]
            if revived:
                self._note()

    def _note(self) -> None:
        """Writes down what runs, for commands in other terminals and for whoever cleans up after a kill."""
        if self.server is not None and self.server.pid is not None:
            write_place(self.settings.data, self.server.pid, self.server.port, self.server.ui_port)
        self.tenancy.note([child.pid for child in self.children if child.pid is not None])


@asynccontextmanager
async def running_stack(settings: Settings) -> AsyncIterator[Stack]:
    """Starts everything, in order; at the end the worker drains first and the server goes last.

    Raises FolderTaken, ServerFailed, ServerAway, NotRegistered, RecordsAway, SettingsInvalid.
    """
    async with AsyncExitStack() as at_end:
        tenancy = await asyncio.to_thread(Tenancy.take, settings.data)
        at_end.callback(tenancy.leave)
        stack = Stack(settings, tenancy, server=None, mail_port=None, api_port=None, children=[])
        if settings.is_embedded:
            stack.server = _server(settings)
            await stack.server.start()
            at_end.push_async_callback(stack.server.stop)
            stack._note()
        await register(await connect(settings))
        stack.new_key = await _prepare(settings)
        for child in _children(stack):
            child.start()
            at_end.push_async_callback(child.stop)
            stack.children.append(child)
            stack._note()
        yield stack


def _server(settings: Settings) -> EmbeddedServer:
    return EmbeddedServer(
        program=find_program(settings.temporal_cli),
        database=settings.data / "temporal.db",
        log=settings.log_folder / "temporal.log",
        port=ports.preferred(settings.temporal_port),
        ui_port=ports.preferred(settings.temporal_ui_port),
    )


async def _prepare(settings: Settings) -> str | None:
    """The ledger's tables and the administrator's key; its text where it is new."""
    database = open_database(settings)
    try:
        await database.upgrade()
        return await ensure_admin_key(Keys(database), settings.data) if settings.is_embedded else None
    finally:
        await database.close()


def _children(stack: Stack) -> list[Child]:
    """The mail sink stands in unless a mail server is named."""
    settings = stack.settings
    environment: dict[str, str] = {}
    children = []
    if "smtp_host" not in settings.model_fields_set:
        stack.mail_port = ports.preferred(settings.smtp_port)
        environment["ESCALATIONS_SMTP_PORT"] = str(stack.mail_port)
        arguments = ["--folder", str(settings.mail_folder), "--port", str(stack.mail_port)]
        children.append(_child(settings, "mail", ["starter.mail_sink", *arguments], {}, 5.0))
    children.append(_child(settings, "worker", ["worker"], environment, WORKER_PATIENCE))
    stack.api_port = ports.preferred(settings.api_port)
    serve = ["starter.cli.main", "api", "--port", str(stack.api_port)]
    children.append(_child(settings, "api", serve, {}, API_PATIENCE))
    return children


def _child(
    settings: Settings, name: str, arguments: list[str], environment: dict[str, str], patience: float
) -> Child:
    return Child(name, arguments, logs=settings.log_folder, environment=environment, patience=patience)
