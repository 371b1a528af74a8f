"""The thread that writes to SQLite: whole transactions, one after the other."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from records.engines import sqlite_writer

T = TypeVar("T")


class Writer:
    """Its connection belongs to its thread. Who is cancelled while it works may have been written for."""

    def __init__(self, url: URL, patience: timedelta) -> None:
        self._engine = sqlite_writer(url, patience)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")

    async def write(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._write, work)

    def _write(self, work: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)

    async def close(self) -> None:
        """After what is being written."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown(wait=False)
