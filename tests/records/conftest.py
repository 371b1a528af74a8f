"""Every test that asks for `database` runs on SQLite and on PostgreSQL, on empty tables of this release."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from records.database import Database
from records.rows import METADATA
from tests.postgres import PostgresServer, postgres_server
from tests.records.clock import Clock

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as running:
        yield running


@pytest.fixture(scope="session")
def postgresql_template(server: PostgresServer) -> str:
    server.execute("CREATE DATABASE upgraded")
    _upgrade(server.url("upgraded"))
    return "upgraded"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "upgraded.db"
    _upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'records.db')}"


@pytest.fixture(scope="session")
def shared_postgresql_url(server: PostgresServer, postgresql_template: str) -> str:
    return server.create(postgresql_template)


@pytest.fixture
def postgresql_url(server: PostgresServer, shared_postgresql_url: str) -> str:
    """Emptied, not made anew: ten times faster. Tests that touch tables ask for `disposable_database`."""
    server.execute(f"TRUNCATE {', '.join(METADATA.tables)}", shared_postgresql_url)
    return shared_postgresql_url


@pytest.fixture
def disposable_postgresql_url(server: PostgresServer, postgresql_template: str) -> Iterator[str]:
    url = server.create(postgresql_template)
    yield url
    server.drop(url)


@pytest.fixture
def disposable_sqlite_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest) -> str:
    """A database with this release's tables."""
    address: str = request.getfixturevalue(f"{request.param}_url")
    return address


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database(url)
    yield opened
    await opened.close()


@pytest.fixture
async def other_database(url: str) -> AsyncIterator[Database]:
    """The same tables, as another process would hold them."""
    opened = Database(url)
    yield opened
    await opened.close()


@pytest.fixture
async def impatient_database(url: str) -> AsyncIterator[Database]:
    """The same tables, held by somebody who does not wait long for a lock."""
    opened = Database(url, patience=timedelta(milliseconds=100))
    yield opened
    await opened.close()


@pytest.fixture(params=BACKENDS)
async def disposable_database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A database whose tables a test may spoil."""
    opened = Database(request.getfixturevalue(f"disposable_{request.param}_url"))
    yield opened
    await opened.close()


@pytest.fixture
def empty_postgresql_url(server: PostgresServer) -> Iterator[str]:
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'made' / 'on' / 'demand.db'}"


@pytest.fixture(params=BACKENDS)
async def empty_database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A database without tables."""
    opened = Database(request.getfixturevalue(f"empty_{request.param}_url"))
    yield opened
    await opened.close()


def _upgrade(url: str) -> None:
    async def upgrade() -> None:
        database = Database(url)
        await database.upgrade()
        await database.close()

    # In a thread, for the main thread's loop belongs to pytest-asyncio.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, upgrade()).result()


@pytest.fixture
def clock() -> Clock:
    return Clock()
