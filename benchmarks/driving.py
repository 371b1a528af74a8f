"""Drives lives on the rig: opens them, decides when the straight life says, waits for their ends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from temporalio.client import WorkflowHandle

from benchmarks import straight_life
from benchmarks.bare import QUEUE, Plan
from benchmarks.rig import Rig
from benchmarks.stretched import STRAIGHT
from domain.events import CLOCK
from domain.opening import Begin
from records.database import Database
from records.reading import Reader
from records.tables import TimelineRow
from starter.lives import DECIDE, WORKFLOW
from workflows.names import TASK_QUEUE

OPENING_AT_ONCE = 20
"""Calls in flight while many lives are opened; more would only queue in the server."""
STARTED_WITHIN = timedelta(minutes=2)
Handle = WorkflowHandle[Any, Any]


async def open_life(rig: Rig, key: str, policy: str) -> str:
    """Starts a life and returns its escalation id; it opens when the worker comes to it."""
    opening = straight_life.opening(key, datetime.now(UTC), policy)
    await rig.client.start_workflow(WORKFLOW, Begin(opening=opening), id=f"esc-{key}", task_queue=TASK_QUEUE)
    return opening.id


async def live(rig: Rig, key: str, speed: float) -> None:
    """One straight life, from the opening to the close."""
    began = monotonic()
    await open_life(rig, key, f"{STRAIGHT}@{speed:g}")
    handle = rig.client.get_workflow_handle(f"esc-{key}")
    for number, step in enumerate(straight_life.DECISIONS):
        await _until(began + step.after.total_seconds() / speed)
        decision = straight_life.decision(step, number)
        await handle.execute_update(DECIDE, decision, id=decision.decision_id)
    await handle.result()


async def live_bare(rig: Rig, key: str, plan: Callable[[datetime], Plan], speed: float) -> None:
    """The same calls at the same times to a bare life."""
    began = monotonic()
    handle: Handle = await rig.client.start_workflow(
        "bare-life", plan(datetime.now(UTC)), id=key, task_queue=QUEUE
    )
    for number, step in enumerate(straight_life.DECISIONS):
        await _until(began + step.after.total_seconds() / speed)
        await handle.execute_update(DECIDE, number, id=f"d-{number}")
    await handle.result()


async def all_of(work: Iterable[Awaitable[Any]], at_once: int = OPENING_AT_ONCE) -> None:
    """Runs everything, so many at once; the first failure ends it."""
    places = asyncio.Semaphore(at_once)

    async def one(each: Awaitable[Any]) -> None:
        async with places:
            await each

    async with asyncio.TaskGroup() as tasks:
        for each in work:
            tasks.create_task(one(each))


async def warm(rig: Rig) -> None:
    """Opens a life and throws it away: the worker has started then, and has read everything once."""
    escalation_id = await open_life(rig, "warm", f"{STRAIGHT}@1")
    async with ledger_of(rig) as reader:
        await until(lambda: _is_told(reader, escalation_id), STARTED_WITHIN)
    await rig.client.get_workflow_handle("esc-warm").terminate()


async def _is_told(reader: Reader, escalation_id: str) -> bool:
    return any(row.type == "message_delivered" for row in await reader.timeline(escalation_id))


@asynccontextmanager
async def ledger_of(rig: Rig) -> AsyncIterator[Reader]:
    database = Database(rig.settings.ledger_url)
    try:
        yield Reader(database)
    finally:
        await database.close()


async def all_open(reader: Reader, ids: Sequence[str]) -> bool:
    """Whether the worker has come to all of them; the last ones that were started are looked at first."""
    for one in reversed(ids):
        if not await reader.timeline(one):
            return False
    return True


async def due_steps(reader: Reader, escalation_id: str) -> list[TimelineRow]:
    """What time brought about, with when it was planned."""
    rows = await reader.timeline(escalation_id)
    return [row for row in rows if row.by == CLOCK and row.planned is not None]


def late(step: TimelineRow) -> float:
    """Seconds between the planned time and the event."""
    assert step.planned is not None
    return (step.at - step.planned).total_seconds()


async def until(condition: Callable[[], Awaitable[bool]], within: timedelta, every: float = 0.2) -> None:
    """Raises TimeoutError when the condition does not come true in time."""
    async with asyncio.timeout(within.total_seconds()):
        while True:
            if await condition():
                return
            await asyncio.sleep(every)


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - monotonic()))
