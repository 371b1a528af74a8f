"""When a long-running process looks for garbage: a full look holds up everybody, so it waits for quiet."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from contextlib import suppress
from time import monotonic, process_time
from typing import Any, TypeVar

T = TypeVar("T")

YOUNG = 5_000
"""New objects between looks at the young ones, each of which takes a few milliseconds."""
NEVER = 1_000_000_000
LOOK_EVERY = 1.0
"""Seconds."""
QUIET = 0.15
"""Share of a core below which the last second counts as quiet."""
LATEST = 180.0
"""Seconds between full looks where it is never quiet: by then there is about 100 MB to be found."""


async def collecting_beside(work: Coroutine[Any, Any, T]) -> T:
    """Does the work of a whole process, and collects in its quiet moments."""
    ended = asyncio.Event()
    collecting = asyncio.create_task(Collector().run(ended))
    try:
        return await work
    finally:
        ended.set()
        await collecting


class Collector:
    """Full looks take half a second with a thousand lives in memory, and left to itself, the interpreter
    makes them when there is most to do."""

    def __init__(
        self,
        *,
        collect: Callable[[], object] = gc.collect,
        worked: Callable[[], float] = process_time,
        now: Callable[[], float] = monotonic,
    ) -> None:
        """`worked` are seconds of processor time of this process."""
        self._collect = collect
        self._worked = worked
        self._now = now
        self._worked_before, self._looked_at, self._collected_at = worked(), now(), now()

    async def run(self, ended: asyncio.Event) -> None:
        """Takes over from the interpreter, in whose eyes what is loaded by now is no garbage any more."""
        self._collect()
        gc.freeze()
        gc.set_threshold(YOUNG, 10, NEVER)
        while not ended.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), LOOK_EVERY)
            self.look(is_owed=gc.get_count()[2] > 0)

    def look(self, *, is_owed: bool) -> None:
        """Collects when something has aged since the last time, and it is quiet or late."""
        now, worked = self._now(), self._worked()
        is_quiet = worked - self._worked_before < QUIET * (now - self._looked_at)
        is_late = now - self._collected_at >= LATEST
        if is_owed and (is_quiet or is_late):
            self._collect()
            now, worked = self._now(), self._worked()
            self._collected_at = now
        self._worked_before, self._looked_at = worked, now
