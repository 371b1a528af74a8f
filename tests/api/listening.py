"""The API behind a real server on a free port, and readers of its streams."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import httpx2
from fastapi import FastAPI

from starter.api.serving import ApiServer
from tests.eventually import eventually

PATIENCE = 30.0


class InProcess(ApiServer):
    """Leaves the signals to pytest."""

    def capture_signals(self) -> Any:
        return nullcontext()

    @property
    def address(self) -> str:
        host, port = self.servers[0].sockets[0].getsockname()
        return f"http://{host}:{port}"


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[InProcess]:
    """The application's own start and end are the caller's."""
    server = InProcess(app, "127.0.0.1", 0)
    server.config.lifespan = "off"
    serving = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await eventually(started)
    try:
        yield server
    finally:
        server.should_exit = True
        await serving


@dataclass(frozen=True)
class Said:
    """One block of a stream."""

    event: str | None
    id: str | None
    data: dict[str, Any]
    comment: str | None

    @classmethod
    def of(cls, block: list[str]) -> "Said":
        fields = dict(line.split(": ", 1) for line in block if not line.startswith(":"))
        comments = [line[2:] for line in block if line.startswith(": ")]
        return cls(
            event=fields.get("event"),
            id=fields.get("id"),
            data=json.loads(fields.get("data", "{}")),
            comment=comments[0] if comments else None,
        )


class Stream:
    def __init__(self, answer: httpx2.Response) -> None:
        self.headers = answer.headers
        self._lines = answer.aiter_lines()
        self.last_id: str | None = None

    async def block(self) -> Said | None:
        """The next block; None at the end."""
        lines: list[str] = []
        async with asyncio.timeout(PATIENCE):
            async for line in self._lines:
                if not line:
                    said = Said.of(lines)
                    self.last_id = said.id or self.last_id
                    return said
                lines.append(line)
        return None

    async def event(self) -> Said:
        """The next event."""
        while True:
            said = await self.block()
            assert said is not None, "the stream has ended"
            if said.event is not None:
                return said

    async def until(self, kind: str, **data: object) -> list[Said]:
        """Events up to the first of that type with those data."""
        events = [await self.event()]
        while events[-1].event != kind or not data.items() <= events[-1].data.items():
            events.append(await self.event())
        return events


@asynccontextmanager
async def listening(
    address: str, path: str, key: str, last_event_id: str | None = None
) -> AsyncIterator[Stream]:
    """An open stream, which has said its first word."""
    headers = {"Authorization": f"Bearer {key}"}
    if last_event_id is not None:
        headers["Last-Event-ID"] = last_event_id
    async with (
        httpx2.AsyncClient(base_url=address, timeout=PATIENCE) as client,
        client.stream("GET", path, headers=headers) as answer,
    ):
        assert answer.status_code == 200, await answer.aread()
        stream = Stream(answer)
        first = await stream.block()
        assert first is not None
        assert first.comment == "listening"
        yield stream
