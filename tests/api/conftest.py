"""One server, one worker, one ledger for all tests of the API; each test has keys of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from starter.embedded import EmbeddedServer
from tests.api.house import Api, api_on
from tests.api.own_folder import api_on_own_folder
from tests.servers import dev_server
from tests.starter.house import house_on


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def api(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Api]:
    """With a worker. Tests share it, so what they open has a key that is theirs."""
    folder: Path = tmp_path_factory.mktemp("api")
    server = EmbeddedServer(
        program=dev_server(), database=folder / "temporal.db", log=folder / "temporal.log"
    )
    await server.start()
    try:
        async with house_on(server, folder) as house, house.at_work(), api_on(house) as opened:
            yield opened
    finally:
        server.kill()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def own(api: Api, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Api]:
    """The same with files of its own, which may be written."""
    async with api_on_own_folder(api, tmp_path_factory.mktemp("own")) as opened:
        yield opened
