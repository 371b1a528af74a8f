"""Processor time of the rig's processes, from the system's own counters (/proc)."""

import os
from pathlib import Path
from typing import NamedTuple

from benchmarks.measured_worker import THREADS
from benchmarks.rig import Rig

_TICKS = os.sysconf("SC_CLK_TCK")


class Cpu(NamedTuple):
    """Seconds of processor time. `database`: the threads of the worker in which SQLite works."""

    server: float
    worker: float
    database: float
    mail_sink: float
    driver: float

    def since(self, before: "Cpu") -> "Cpu":
        return Cpu(*(now - then for now, then in zip(self, before, strict=True)))

    def shares(self) -> dict[str, float]:
        """Of what the stack itself spent: without the mail sink, which stands in for a mail server elsewhere,
        and without the driver."""
        stack = self.server + self.worker + self.database
        return {name: getattr(self, name) / stack for name in ("server", "worker", "database")}


def spent(rig: Rig) -> Cpu:
    database = sum(_seconds(Path(f"/proc/{rig.worker.pid}/task/{thread}/stat")) for thread in _threads(rig))
    return Cpu(
        server=seconds_of(rig.server.pid),
        worker=seconds_of(rig.worker.pid) - database,
        database=database,
        mail_sink=seconds_of(rig.sink.pid),
        driver=seconds_of(os.getpid()),
    )


def seconds_of(pid: int | None) -> float:
    return _seconds(Path(f"/proc/{pid}/stat"))


def _threads(rig: Rig) -> list[str]:
    return sorted(set((rig.settings.data / THREADS).read_text().split()))


def _seconds(stat: Path) -> float:
    try:
        # The name in parentheses may itself hold spaces and parentheses.
        fields = stat.read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS
