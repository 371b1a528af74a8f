"""When a long-running process looks for garbage: a look holds up everybody, so it waits for quiet."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from contextlib import suppress
from time import monotonic, process_time
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

YOUNG = 5_000
"""New objects between looks at the young ones, each of which takes a few milliseconds."""
NEVER = 1_000_000_000
LOOK_EVERY = 1.0
"""Seconds."""
QUIET = 0.15
"""Share of a core below which the last second counts as quiet."""
LEAST, LATEST = 10.0, 180.0
"""Seconds between looks: at least, and where it is never quiet."""
WHOLE_EVERY = 86_400.0
"""Seconds between looks at everything, in a quiet one."""


class Heap(Protocol):
    """What the module `gc` does."""

    def collect(self) -> object: ...

    def freeze(self) -> None: ...

    def unfreeze(self) -> None: ...


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
    """Left to itself, the interpreter looks when there is most to do, for half a second with a thousand
    lives in memory. Here a look is only at what came since the last one, so that it stays short; lives
    that leave memory take themselves apart, and the little else that has aged goes once a day.
    """

    def __init__(
        self,
        *,
        heap: Heap = gc,
        worked: Callable[[], float] = process_time,
        now: Callable[[], float] = monotonic,
    ) -> None:
        """`worked` are seconds of processor time of this process."""
        self._heap = heap
        self._worked = worked
        self._now = now
        self._worked_before, self._looked_at = worked(), now()
        self._collected_at = self._all_collected_at = now()

    async def run(self, ended: asyncio.Event) -> None:
        """Takes over from the interpreter, in whose eyes what is loaded by now is no garbage any more."""
        self._collect()
        gc.set_threshold(YOUNG, 10, NEVER)
        while not ended.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), LOOK_EVERY)
                return
            self.look(is_owed=gc.get_count()[2] > 0)

    def look(self, *, is_owed: bool) -> None:
        """Collects when something has aged since the last time, and it is quiet or late."""
        now, worked = self._now(), self._worked()
        is_quiet = worked - self._worked_before < QUIET * (now - self._looked_at)
        since = now - self._collected_at
        if is_quiet and now - self._all_collected_at >= WHOLE_EVERY:
            self._heap.unfreeze()
            self._collect()
            self._all_collected_at = self._collected_at
        elif is_owed and (since >= LATEST or (is_quiet and since >= LEAST)):
            self._collect()
        self._worked_before, self._looked_at = self._worked(), self._now()

    def _collect(self) -> None:
        self._heap.collect()
        self._heap.freeze()
        self._collected_at = self._now()
