"""Waiting for what is about to happen, with an end. The only place where tests let real time pass."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TypeVar

PATIENCE = 90.0
STEP = 0.05

Answer = TypeVar("Answer")


async def eventually(
    ask: Callable[[], Awaitable[Answer]], wanted: str | Callable[[], str] = "", within: float = PATIENCE
) -> Answer:
    """The first answer that counts as true. Fails, naming what was wanted and the last answer."""
    deadline = monotonic() + within
    while True:
        answer = await ask()
        if answer:
            return answer
        if monotonic() > deadline:
            said = wanted if isinstance(wanted, str) else wanted()
            raise AssertionError(f"not within {within:g} s: {said or ask}; the last answer: {answer!r}")
        await asyncio.sleep(STEP)
