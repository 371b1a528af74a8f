"""Open streams: what 500 readers of all events cost the API's process, in memory and in processor time."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path
from time import monotonic

import httpx2

from benchmarks.core_speed import Play
from benchmarks.cpu import seconds_of
from benchmarks.figures import Figure, Run, judged, quantile
from domain.apply import fold
from domain.events import AnyEvent, Noted
from domain.summary import summarise
from domain.vocabulary import Role
from records.database import Database
from records.keys import Keys
from records.ledger import Ledger
from starter import ports
from starter.api.hub import OPEN_AT_MOST_FOR_ONE
from starter.settings import PREFIX

STREAMS = 500
PER_SECOND = 25
LENGTH = 20
"""Events of a life."""
AIM_MB = 100
PATH = "/api/v1/escalations/stream"
PATIENCE = 60.0
SETTLES = 6.0


class Reader:
    """Counts events without looking into them, so that it costs the machine little."""

    def __init__(self) -> None:
        self.events = 0
        self.heard_at: list[float] = []

    async def read(self, port: int, key: str) -> None:
        source, sink = await asyncio.open_connection("127.0.0.1", port)
        sink.write(f"GET {PATH} HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
        rest = b""
        try:
            while chunk := await source.read(65536):
                # A word may be cut in two.
                text = rest + chunk
                new = text.count(b"\ndata: ")
                rest = text[-6:]
                self.events += new
                self.heard_at.extend([monotonic()] * new)
        finally:
            sink.close()


class Writer:
    """Writes lives of an opening and notes into the ledger, event by event, as the worker does."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._opened = Play().events[0]
        self.written_at: list[float] = []

    async def write(self, seconds: float) -> None:
        start = monotonic()
        for number in range(int(seconds * PER_SECOND)):
            await asyncio.sleep(max(0.0, start + number / PER_SECOND - monotonic()))
            events = self._events(number)
            await self._ledger.write(summarise(fold(events), datetime.now(UTC)), events[-1:])
            self.written_at.append(monotonic())

    def _events(self, number: int) -> tuple[AnyEvent, ...]:
        life, notes = divmod(number, LENGTH)
        opened = self._opened.but(id=f"esc-bench-{life}~1", key=f"bench-{life}")
        text = "Called back; they see it again since the morning, on two of their five sites."
        at = datetime.now(UTC)
        return (opened, *(Noted(seq=seq, at=at, by="agent", text=text) for seq in range(2, notes + 2)))


@asynccontextmanager
async def _api(folder: Path) -> AsyncIterator[tuple[int, int, list[str], Database]]:
    """Pid, port and keys of a process of the API on a ledger of its own; it needs no Temporal for streams."""
    database = Database(f"sqlite:///{folder / 'ledger.db'}")
    await database.upgrade()
    keys = Keys(database)
    names = [f"bench-{number}" for number in range(STREAMS // OPEN_AT_MOST_FOR_ONE)]
    made = [(await keys.create(name, Role.SERVICE, created_by="bench"))[1] for name in names]
    await keys.close()
    port = ports.free_port()
    given = {"DATA": str(folder), "LOG_LEVEL": "warning", "API_RATE_ANONYMOUS": "1000000/minute"}
    environment = {**os.environ, **{PREFIX + name: value for name, value in given.items()}}
    command = [sys.executable, "-m", "starter.cli.main", "api", "--port", str(port)]
    with (folder / "api.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=log, stderr=log)
    try:
        await _alive(port)
        yield process.pid, port, made, database
    finally:
        process.terminate()
        await process.wait()
        await database.close()


async def _alive(port: int) -> None:
    async with asyncio.timeout(PATIENCE), httpx2.AsyncClient() as client:
        while True:
            try:
                if (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200:
                    return
            except httpx2.HTTPError:
                pass
            await asyncio.sleep(0.2)


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


async def measure(run: Run) -> Figure:
    with tempfile.TemporaryDirectory() as folder:
        async with _api(Path(folder)) as (pid, port, keys, database):
            return await _measured(run, pid, port, keys, database)


async def _measured(run: Run, pid: int, port: int, keys: list[str], database: Database) -> Figure:
    streams, seconds = run.size(STREAMS, 50), run.size(60, 5)
    writer = Writer(Ledger(database))
    readers = [Reader() for _ in range(streams)]
    before = _megabytes(pid)
    async with AsyncExitStack() as at_end:
        reading = [asyncio.create_task(each.read(port, key)) for each, key in zip(readers, cycle(keys))]
        at_end.callback(lambda: [task.cancel() for task in reading])
        await _open(port, keys[0], streams)
        opened = _megabytes(pid)
        run.say(f"{streams} streams open")
        # Asking for the count has the API look for Temporal, which is not there, for some seconds more.
        await asyncio.sleep(SETTLES)
        idle = await _share(pid, asyncio.sleep(seconds / 4))
        busy = await _share(pid, writer.write(seconds))
        run.say("all events written")
        wanted = len(writer.written_at)
        await _all_heard(readers, wanted)
        after = _megabytes(pid)
    too_many = sum(each.events - wanted for each in readers)
    late = [heard - at for at, heard in zip(writer.written_at, readers[0].heard_at, strict=True)]
    grown = max(opened, after) - before
    return Figure(
        name="open streams",
        how=f"{streams} readers of all events on one process; {PER_SECOND} events/s for {seconds} s",
        measured=f"{grown:.0f} MB more ({before:.0f} → {max(opened, after):.0f}), CPU of one core: "
        f"{idle:.0%} at rest, {busy:.0%} with events; heard after {quantile(late, 0.5) * 1000:.0f} ms, "
        f"p99 {quantile(late, 0.99) * 1000:.0f} ms; lost 0, twice {too_many}",
        aim=f"< {AIM_MB} MB",
        verdict=judged(is_met=grown < AIM_MB and too_many == 0),
        explained={
            "streams": streams,
            "megabytes": {"before": before, "opened": opened, "after_events": after},
            "share_of_a_core": {"at_rest": idle, "with_events": busy},
            "seconds_until_heard": {"p50": quantile(late, 0.5), "p99": quantile(late, 0.99)},
            "events_per_stream": wanted,
        },
    )


async def _all_heard(readers: list[Reader], wanted: int) -> None:
    async with asyncio.timeout(PATIENCE):
        for _ in count():
            if all(each.events >= wanted for each in readers):
                return
            await asyncio.sleep(0.1)


async def _open(port: int, key: str, streams: int) -> None:
    """Until all are open, by the API's own count."""
    headers = {"Authorization": f"Bearer {key}"}
    async with asyncio.timeout(PATIENCE), httpx2.AsyncClient(headers=headers, timeout=PATIENCE) as client:
        for _ in count():
            answer = await client.get(f"http://127.0.0.1:{port}/metrics")
            if f"escalations_api_open_streams {float(streams)}" in answer.text:
                return
            await asyncio.sleep(0.5)


async def _share(pid: int, work: Awaitable[None]) -> float:
    """The share of one core that the process takes meanwhile."""
    begun, spent = monotonic(), seconds_of(pid)
    await work
    return (seconds_of(pid) - spent) / (monotonic() - begun)
