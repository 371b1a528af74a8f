"""A real dev server for the doors: one per test, on a file of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from starter.embedded import EmbeddedServer, find_program


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedServer]:
    server = EmbeddedServer(
        program=find_program(None), database=tmp_path / "temporal.db", log=tmp_path / "temporal.log"
    )
    await server.start()
    yield server
    await server.stop()
