"""Stops the tests' PostgreSQL and starts it again on its files, as an administrator would."""

import asyncio
import os
import subprocess
from pathlib import Path

from tests.postgres import PostgresServer, _programs


class Outage:
    def __init__(self, server: PostgresServer) -> None:
        self.server = server
        self._control = _programs() / "pg_ctl"
        self._data = server.sockets / "data"

    async def stop(self) -> None:
        """Cuts every connection."""
        await asyncio.to_thread(self._run, "stop", "--mode=fast")

    async def start(self) -> None:
        options = f"-k {self.server.sockets} -c listen_addresses= -c fsync=off"
        await asyncio.to_thread(
            self._run, "start", f"--options={options}", f"--log={self.server.sockets / 'log-again'}"
        )

    def _run(self, order: str, *options: str) -> None:
        subprocess.run(
            [self._control, order, "--wait", f"--pgdata={self._data}", *options],
            user="postgres" if os.geteuid() == 0 else None,
            cwd=Path("/"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=order == "start",
        )
