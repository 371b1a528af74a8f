"""Drives lives on the rig: opens them, decides when the straight life says, waits for their ends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from temporalio.client import (
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.service import RPCError

from benchmarks import straight_life
from benchmarks.bare import QUEUE, Plan
from benchmarks.rig import Rig
from benchmarks.stretched import STRAIGHT
from domain.events import CLOCK
from domain.opening import Begin
from records.database import Database
from records.reading import Reader
from records.rows import TimelineRow
from starter.lives import DECIDE, WORKFLOW
from workflows.names import TASK_QUEUE

OPENING_AT_ONCE = 20
"""Calls in flight while many lives are opened; more would only queue in the server."""
NO_LIMIT = 1_000_000
AGAIN_AFTER = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before a decision is asked for again that the server could not take."""
STARTED_WITHIN = timedelta(minutes=2)
Handle = WorkflowHandle[Any, Any]


async def open_life(rig: Rig, key: str, policy: str) -> str:
    """Starts a life and returns its escalation id; it opens when the worker comes to it."""
    opening = straight_life.opening(key, datetime.now(UTC), policy)
    await rig.client.start_workflow(WORKFLOW, Begin(opening=opening), id=f"esc-{key}", task_queue=TASK_QUEUE)
    return opening.id


async def open_due(rig: Rig, key: str, kind: str, at: datetime) -> str:
    """Starts a life that has something due at that time; its clocks count from now, when it is accepted."""
    return await open_life(rig, key, f"{kind}@{(at - datetime.now(UTC)).total_seconds():.3f}")


async def live(rig: Rig, reader: Reader, key: str, speed: float) -> None:
    """One straight life, from the opening to the close; its people act by the time since it opened."""
    escalation_id = await open_life(rig, key, f"{STRAIGHT}@{speed:g}")
    handle: Handle = rig.client.get_workflow_handle(f"esc-{key}")
    opened = await _opened(reader, escalation_id)
    for number, step in enumerate(straight_life.DECISIONS):
        await _until(opened + step.after / speed)
        decision = straight_life.decision(step, number)
        await _ask(handle, decision, decision.decision_id)
    await handle.result()


async def _opened(reader: Reader, escalation_id: str) -> datetime:
    """When it opened; under load that is long after it was started."""
    found: list[datetime] = []

    async def look() -> bool:
        known = await reader.get(escalation_id)
        found.extend([known.opened_at] if known else [])
        return known is not None

    await until(look, STARTED_WITHIN)
    return found[0]


async def _ask(handle: Handle, said: object, decision_id: str) -> None:
    """Again when the server could not take it at the moment; the same id is the same decision."""
    for again in (*AGAIN_AFTER, None):
        try:
            await handle.execute_update(DECIDE, said, id=decision_id)
        except (RPCError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                # The client says the same when we ourselves are cancelled.
                raise asyncio.CancelledError from error
            if again is None:
                raise
            await asyncio.sleep(again)
        else:
            return


async def paced(work: Iterable[Awaitable[Any]], per_second: float, at_once: int = NO_LIMIT) -> list[float]:
    """Begins so many a second, and has so many under way at most; the first failure ends it.

    Returns how many seconds each took.
    """
    places = asyncio.Semaphore(at_once)
    took: list[float] = []

    async def one(each: Awaitable[Any]) -> None:
        began = monotonic()
        await each
        took.append(monotonic() - began)
        places.release()

    async with asyncio.TaskGroup() as tasks:
        for each in work:
            await places.acquire()
            tasks.create_task(one(each))
            await asyncio.sleep(1 / per_second)
    return took


async def live_bare(rig: Rig, key: str, plan: Plan, speed: float) -> None:
    """The same calls at the same times to a bare life."""
    handle: Handle = await rig.client.start_workflow("bare-life", plan, id=key, task_queue=QUEUE)
    began = datetime.now(UTC)
    for number, step in enumerate(straight_life.DECISIONS):
        await _until(began + step.after / speed)
        await _ask(handle, number, f"d-{number}")
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


async def _until(moment: datetime) -> None:
    await asyncio.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()))
