"""Room for long calculations: few at once, so that decisions and reads go on beside them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request

from starter.api.problems import ApiProblem, Code

PLACES = 2
PATIENCE = 5.0
"""Seconds that somebody waits for a place."""


class Bench:
    def __init__(self, places: int = PLACES, patience: float = PATIENCE) -> None:
        self._free = asyncio.Semaphore(places)
        self._patience = patience

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Raises 429 when none gets free in time."""
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError:
            detail = "others have checks and simulations run; try again in a moment"
            raise ApiProblem(Code.RATE_LIMITED, detail, headers={"Retry-After": "5"}) from None
        try:
            yield
        finally:
            self._free.release()


def bench_of(request: Request) -> Bench:
    """One per application."""
    state = request.app.state
    if not hasattr(state, "bench"):
        state.bench = Bench()
    bench: Bench = state.bench
    return bench


AtBench = Annotated[Bench, Depends(bench_of)]
