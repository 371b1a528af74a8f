"""The worker of the product, with the measurements' organisation, and a note of its database threads."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

import worker
from benchmarks.stretched import StretchedSource
from records import sqlite_threads

THREADS = "database-threads"
"""File in the data folder: native ids of the threads in which SQLite works, one a line."""


def _note(native_id: int) -> None:
    with (Path(os.environ["ESCALATIONS_DATA"]) / THREADS).open("a") as file:
        file.write(f"{native_id}\n")


def _note_thread_of(connection: Any, _: object) -> None:
    """aiosqlite does all work of a connection in one thread of its own."""
    thread = getattr(getattr(connection, "driver_connection", None), "_thread", None)
    if thread is not None:
        _note(thread.native_id)


def _note_this_thread() -> None:
    _note(threading.get_native_id())


if __name__ == "__main__":
    event.listen(Engine, "connect", _note_thread_of)
    sqlite_threads.ThreadPoolExecutor = partial(  # type: ignore[attr-defined,assignment]
        ThreadPoolExecutor, initializer=_note_this_thread
    )
    worker.OrganisationSource = StretchedSource  # type: ignore[attr-defined]
    worker.main()
