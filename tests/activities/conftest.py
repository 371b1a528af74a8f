"""A database with this release's tables, one that is away, and an environment that runs activities."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.testing import ActivityEnvironment

from records.database import Database

PATIENCE = timedelta(milliseconds=200)


@pytest.fixture(scope="session")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the tables, to be copied: that is quicker than the migrations."""
    file = tmp_path_factory.mktemp("template") / "records.db"

    async def upgrade() -> None:
        made = Database(f"sqlite:///{file}")
        await made.upgrade()
        await made.close()

    # In a thread, for the main thread's loop belongs to pytest-asyncio.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, upgrade()).result()
    return file


@pytest.fixture
async def database(tmp_path: Path, upgraded: Path) -> AsyncIterator[Database]:
    file = shutil.copy(upgraded, tmp_path / "records.db")
    opened = Database(f"sqlite:///{file}", patience=PATIENCE)
    yield opened
    await opened.close()


@pytest.fixture
async def database_away(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'nowhere' / 'records.db'}", patience=PATIENCE)
    yield opened
    await opened.close()


@pytest.fixture
def environment() -> ActivityEnvironment:
    return ActivityEnvironment()
