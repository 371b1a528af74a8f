"""The API's own process: what is open does not keep it from ending, and who reads nothing is cut off."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from time import monotonic

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI

from domain.vocabulary import Role
from records.database import Database
from records.keys import Keys
from starter import ports
from starter.api import serving
from starter.api.streams import EventStream
from starter.settings import PREFIX
from tests.api.house import API
from tests.api.listening import listening, served
from tests.eventually import eventually

ALL = f"{API}/escalations/stream"
ENDS_WITHIN = serving.GRACE + 10
"""Seconds; a process of Python ends slowly on a busy machine."""


class Process:
    def __init__(self, process: asyncio.subprocess.Process, address: str, key: str) -> None:
        self.process = process
        self.address = address
        self.key = key

    async def ends(self) -> float:
        """How long it takes after SIGTERM."""
        begun = monotonic()
        self.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(self.process.wait(), ENDS_WITHIN)
        return monotonic() - begun


@pytest_asyncio.fixture
async def running(tmp_path: Path) -> AsyncIterator[Process]:
    """`escalations api` on a ledger of its own; streams need no Temporal."""
    database = Database(f"sqlite:///{tmp_path / 'ledger.db'}")
    await database.upgrade()
    keys = Keys(database)
    _, key = await keys.create("reader", Role.SERVICE, created_by="tests")
    await keys.close()
    await database.close()
    port = ports.free_port()
    command = [sys.executable, "-m", "starter.cli.main", "api", "--port", str(port)]
    environment = {**os.environ, f"{PREFIX}DATA": str(tmp_path)}
    with (tmp_path / "api.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=log, stderr=log)
    try:
        yield Process(process, await _up(port), key)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _up(port: int) -> str:
    address = f"http://127.0.0.1:{port}"

    async def answers() -> bool:
        async with httpx2.AsyncClient() as client:
            try:
                return (await client.get(f"{address}/healthz")).status_code == 200
            except httpx2.TransportError:
                return False

    await eventually(answers, "the API listens")
    return address


async def test_a_process_with_open_streams_ends_when_it_is_told_to(running: Process) -> None:
    async with (
        listening(running.address, ALL, running.key) as one,
        listening(running.address, ALL, running.key) as other,
    ):
        ending = asyncio.create_task(running.ends())
        said = [(await each.until("stream_ended"))[-1] for each in (one, other)]
        assert [await each.block() for each in (one, other)] == [None, None]
        took = await ending
    assert {each.data["code"] for each in said} == {"server_stopping"}
    assert took < ENDS_WITHIN
    assert running.process.returncode in (0, -signal.SIGTERM)


async def test_a_process_ends_though_somebody_reads_nothing_of_a_stream(running: Process) -> None:
    port = int(running.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as idle:
        head = f"GET {ALL} HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {running.key}\r\n\r\n"
        idle.sendall(head.encode())
        await asyncio.to_thread(idle.recv, 1)
        assert await running.ends() < ENDS_WITHIN


async def test_a_reader_who_takes_nothing_in_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "WRITE_PATIENCE", 0.2)
    app, ended = FastAPI(), asyncio.Event()

    async def without_end() -> AsyncGenerator[str, None]:
        while True:
            yield "x" * 1_000_000

    @app.get("/")
    async def much() -> EventStream:
        return EventStream(without_end(), at_end=ended.set)

    async with served(app) as server:
        host, port = server.servers[0].sockets[0].getsockname()
        _, sink = await asyncio.open_connection(host, port, limit=1)
        sink.write(b"GET / HTTP/1.1\r\nHost: api\r\n\r\n")
        await asyncio.wait_for(ended.wait(), 30)
        sink.close()
