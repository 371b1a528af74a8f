"""Who runs the embedded stack of a data folder, and which server is left of somebody who was killed.

One process holds the folder at a time: two servers on one database file would ruin it.
"""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Self

from starter import processes
from starter.embedded import STOP_PATIENCE
from starter.errors import FolderTaken


@dataclass(frozen=True)
class Place:
    """Where the embedded server of a data folder listens, and by what its process is recognised."""

    pid: int
    fingerprint: str
    port: int
    ui_port: int | None

    @property
    def is_running(self) -> bool:
        return processes.fingerprint(self.pid) == self.fingerprint


def read_place(data: Path) -> Place | None:
    """What the folder knows of its server; the server may have ended since."""
    try:
        return Place(**json.loads(_place_file(data).read_text()))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None


def write_place(data: Path, pid: int, port: int, ui_port: int | None) -> None:
    """Notes the server down for commands in other processes."""
    known_as = processes.fingerprint(pid)
    if known_as is not None:
        _replace(_place_file(data), asdict(Place(pid, known_as, port, ui_port)))


class Tenancy:
    """Holds a data folder for the life of this process; the system lets go of it when the process dies."""

    def __init__(self, data: Path, lock: IO[str]) -> None:
        self.data = data
        self._lock = lock

    @classmethod
    def take(cls, data: Path) -> Self:
        """Takes the folder and ends a server that its former holder left. Raises FolderTaken."""
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "up.lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip()
            lock.close()
            raise FolderTaken(
                f"the stack of {data.resolve()} is already run by process {holder}; "
                "use it from here, end it first, or set ESCALATIONS_DATA to another folder"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        tenancy = cls(data, lock)
        tenancy.end_leftover()
        return tenancy

    def end_leftover(self) -> None:
        """A server survives a parent that was killed. Its data are on file, so it is ended."""
        for pid, known_as in _read_children(self.data).items():
            processes.end_stranger(int(pid), known_as, STOP_PATIENCE)
        place = read_place(self.data)
        if place is not None and place.is_running:
            processes.end_stranger(place.pid, place.fingerprint, STOP_PATIENCE)
        self._forget()

    def note(self, children: list[int]) -> None:
        """Writes down the other processes that would be left after a kill."""
        prints = {pid: processes.fingerprint(pid) for pid in children}
        _replace(
            _children_file(self.data), {pid: known for pid, known in prints.items() if known is not None}
        )

    def leave(self) -> None:
        self._forget()
        self._lock.close()

    def _forget(self) -> None:
        _children_file(self.data).unlink(missing_ok=True)
        _place_file(self.data).unlink(missing_ok=True)


def _place_file(data: Path) -> Path:
    return data / "temporal.json"


def _children_file(data: Path) -> Path:
    return data / "children.json"


def _read_children(data: Path) -> dict[str, str]:
    """Fingerprints by process id."""
    try:
        return dict(json.loads(_children_file(data).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return {}


def _replace(file: Path, document: object) -> None:
    """In one step: readers see the old note or the new one."""
    note = file.with_suffix(".new")
    note.write_text(json.dumps(document))
    note.replace(file)
