"""Tells Temporal that a long activity is alive, so that a dead worker is noticed early."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from temporalio import activity

BEAT_EVERY = 2.0
"""Seconds; an activity that takes less time beats not at all."""


@asynccontextmanager
async def beating(every: float = BEAT_EVERY) -> AsyncIterator[None]:
    """Beats from a task of its own while the body runs."""
    beats = asyncio.create_task(_beat(every))
    try:
        yield
    finally:
        beats.cancel()
        with suppress(asyncio.CancelledError):
            await beats


async def _beat(every: float) -> None:
    while True:
        await asyncio.sleep(every)
        activity.heartbeat()
