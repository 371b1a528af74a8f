"""A database with this release's tables, one that is away, and an environment that runs activities."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.testing import ActivityEnvironment

from records.database import Database

PATIENCE = timedelta(milliseconds=200)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'records.db'}", patience=PATIENCE)
    await opened.upgrade()
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
