"""A real dev server for the doors: one per test, on a file of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from starter.embedded import EmbeddedServer
from tests.servers import dev_server
from tests.starter.house import House, house_on

PATIENCE = 15.0
STEP = 0.05

Eventually = Callable[[Callable[[], Awaitable[bool]]], Awaitable[None]]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedServer]:
    server = EmbeddedServer(
        program=dev_server(), database=tmp_path / "temporal.db", log=tmp_path / "temporal.log"
    )
    await server.start()
    yield server
    server.kill()


@pytest.fixture
async def house(server: EmbeddedServer, tmp_path: Path) -> AsyncIterator[House]:
    async with house_on(server, tmp_path) as house:
        yield house


@pytest.fixture
def eventually() -> Eventually:
    async def wait(holds: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                if await holds():
                    return
                await asyncio.sleep(STEP)

    return wait
