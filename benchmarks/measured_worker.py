"""The worker of the product, with the measurements' organisation, and a note of its database threads."""

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

import worker
from benchmarks.stretched import StretchedSource

THREADS = "database-threads"
"""File in the data folder: native ids of the threads in which SQLite works, one a line."""


def _note_thread(connection: Any, _: object) -> None:
    """aiosqlite does all work of a connection in one thread of its own."""
    thread = connection.driver_connection._thread
    with (Path(os.environ["ESCALATIONS_DATA"]) / THREADS).open("a") as file:
        file.write(f"{thread.native_id}\n")


if __name__ == "__main__":
    event.listen(Engine, "connect", _note_thread)
    worker.OrganisationSource = StretchedSource  # type: ignore[attr-defined]
    worker.main()
