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
EDIT_PATIENCE = 20.0
"""The same where one edit waits for another; each takes as long as reading all files twice."""


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
            detail = "others are at it; try again in a moment"
            raise ApiProblem(Code.RATE_LIMITED, detail, headers={"Retry-After": "5"}) from None
        try:
            yield
        finally:
            self._free.release()


def bench_of(request: Request) -> Bench:
    """One per application."""
    return _kept(request, "bench", PLACES, PATIENCE)


def desk_of(request: Request) -> Bench:
    """Where the organisation's files are edited, by one at a time."""
    return _kept(request, "desk", 1, EDIT_PATIENCE)


def _kept(request: Request, name: str, places: int, patience: float) -> Bench:
    state = request.app.state
    if not hasattr(state, name):
        setattr(state, name, Bench(places, patience))
    bench: Bench = getattr(state, name)
    return bench


AtBench = Annotated[Bench, Depends(bench_of)]
AtDesk = Annotated[Bench, Depends(desk_of)]
