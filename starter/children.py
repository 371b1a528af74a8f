"""Processes of our own beside the server: the worker and the mail sink. They come back when they die."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

import structlog

from starter import processes

WORKER_PATIENCE = 25.0
"""Seconds to drain, more than the worker takes for it."""
AGAIN_AFTER = 2.0
"""Seconds between two starts of a child that dies at once."""
LOG_KEPT = 10_000_000

log = structlog.get_logger("stack")


class Child:
    """A Python module as a process; its output goes to a file."""

    def __init__(
        self, name: str, arguments: list[str], *, logs: Path, environment: Mapping[str, str], patience: float
    ) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        self._command = [sys.executable, "-m", *arguments]
        self._environment = {**os.environ, **environment}
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    @property
    def pid(self) -> int | None:
        """Of the running process; None when it does not run."""
        return None if self._process is None or self._process.poll() is not None else self._process.pid

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_KEPT:
            self.log.unlink()
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment,
                # Ctrl-C at our terminal is for us; we then end the children in their order.
                start_new_session=True,
            )
        self._started = monotonic()

    def revive(self) -> bool:
        """Starts it again when it has ended, not more often than every AGAIN_AFTER. True when it did."""
        if self._process is None or self.pid is not None or monotonic() < self._started + AGAIN_AFTER:
            return False
        log.warning("child_died", child=self.name, code=self._process.returncode, log=str(self.log))
        self.start()
        return True

    async def stop(self) -> None:
        if self._process is not None:
            await asyncio.to_thread(processes.end, self._process, self._patience)
