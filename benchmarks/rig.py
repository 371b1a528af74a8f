"""The stack that is measured: server, worker and mail sink as real processes, in a folder of their own."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from temporalio.client import Client

from benchmarks.bare_worker import ADDRESS
from starter import ports
from starter.children import Child
from starter.connection import connect, register
from starter.database import open_database
from starter.embedded import EmbeddedServer, find_program
from starter.settings import PREFIX, Settings
from starter.tenancy import write_place

PATIENCE = 20.0
MEASURED = "benchmarks.measured_worker"
"""The product's worker with the measurements' own policies."""
PLAIN = "worker"
"""As it is, with the shipped policies."""


class Rig:
    """Everything is on the loopback and in a temporary folder; the processes end with the rig."""

    def __init__(self, folder: Path, program: str) -> None:
        self.settings = Settings(data=folder)
        self._program = program
        self.server = EmbeddedServer(
            program=find_program(None), database=folder / "temporal.db", log=folder / "log" / "temporal.log"
        )
        mail_port = ports.free_port()
        self.sink = _child(
            folder,
            "mail",
            ["starter.mail_sink", "--folder", str(folder / "mail"), "--port", str(mail_port)],
            {},
        )
        given = {"DATA": str(folder), "SMTP_PORT": str(mail_port), "LOG_LEVEL": "warning"}
        self._environment = {PREFIX + name: value for name, value in given.items()}
        self.worker = self._worker()
        self.bare: Child | None = None
        self.client: Client

    async def start(self) -> None:
        await self.server.start()
        assert self.server.pid is not None
        write_place(self.settings.data, self.server.pid, self.server.port, None)
        self.client = await connect(self.settings)
        await register(self.client)
        database = open_database(self.settings)
        await database.upgrade()
        await database.close()
        self.sink.start()
        self.worker.start()

    async def start_bare(self) -> None:
        """The worker of the bare workflows, beside the product's."""
        address = {ADDRESS: self.server.address}
        self.bare = _child(self.settings.data, "bare", ["benchmarks.bare_worker"], address)
        self.bare.start()

    async def stop(self) -> None:
        """Kills: nothing of it is wanted any more, and a worker under load would drain for long."""
        for child in (self.worker, self.bare, self.sink):
            if child is not None:
                await asyncio.to_thread(child_killed, child)
        await asyncio.to_thread(self.server.kill)

    def kill_worker(self) -> None:
        child_killed(self.worker)

    def start_worker(self) -> None:
        """Another one in the place of the one that was killed."""
        self.worker = self._worker()
        self.worker.start()

    def troubles(self) -> str:
        """How the logs of the worker and of the server end, as long as there are any."""
        logs = (self.worker.log, self.server.log)
        ends = ((log.name, log.read_text(errors="replace").splitlines()) for log in logs if log.exists())
        said = {name: [line for line in lines if not line.startswith("to ")][-15:] for name, lines in ends}
        return "\n".join(line for name, lines in said.items() for line in (f"{name}:", *lines))

    def _worker(self) -> Child:
        return _child(self.settings.data, "worker", [self._program], self._environment)


def child_killed(child: Child) -> None:
    """SIGKILL, as a crash would."""
    if child._process is not None:
        child._process.kill()
        child._process.wait()


def _child(folder: Path, name: str, arguments: list[str], environment: dict[str, str]) -> Child:
    # Settings of whoever measures must not reach what is measured.
    clean = {variable: "" for variable in os.environ if variable.startswith((PREFIX, "TEMPORAL_"))}
    return Child(
        name, arguments, logs=folder / "log", environment={**clean, **environment}, patience=PATIENCE
    )


@asynccontextmanager
async def running_rig(program: str = MEASURED) -> AsyncIterator[Rig]:
    """`program` is the worker's module."""
    async with AsyncExitStack() as at_end:
        temporary = tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True)
        folder = Path(at_end.enter_context(temporary))
        rig = Rig(folder, program)
        at_end.push_async_callback(rig.stop)
        await rig.start()
        try:
            yield rig
        except Exception as error:
            error.add_note(rig.troubles())
            raise
