"""One whole product per test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.smoke.stack import Stack, running


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    async with running(tmp_path) as stack:
        yield stack


@pytest.fixture
async def stack_without_worker(tmp_path: Path) -> AsyncIterator[Stack]:
    """A test may start the worker later."""
    async with running(tmp_path, worker=False) as stack:
        yield stack
