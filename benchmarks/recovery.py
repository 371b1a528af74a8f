"""Recovery: the worker dies with many lives open, and some are overdue when it comes back."""

import asyncio
from datetime import UTC, datetime, timedelta
from time import monotonic

from benchmarks.driving import all_of, all_open, due_steps, late, ledger_of, open_due, until, warm
from benchmarks.figures import Figure, Run, judged
from benchmarks.rig import Rig, running_rig
from benchmarks.stretched import BREACH
from records.reading import Reader

AIM = 15.0
OVERDUE = 50
PER_SECOND = 6
"""How many lives can be opened at least."""
AWAY = timedelta(seconds=5)
"""From the kill to the next start; all that is due comes due in the middle of it."""
DONE_WITHIN = timedelta(minutes=3)


async def measure(run: Run) -> Figure:
    number = run.size(500, 100)
    async with running_rig() as rig:
        run.say("the stack starts")
        await warm(rig)
        run.say(f"opening {number} lives")
        due = datetime.now(UTC) + timedelta(seconds=number / PER_SECOND + 10)
        overdue, others = await _open(rig, number, due)
        async with ledger_of(rig) as reader:
            await until(lambda: all_open(reader, (*overdue, *others)), DONE_WITHIN)
            kill_at = due - AWAY / 2
            if datetime.now(UTC) >= kill_at:
                raise AssertionError("opening took so long that the lives were due before the kill")
            await asyncio.sleep((kill_at - datetime.now(UTC)).total_seconds())
            run.say("the worker is killed")
            rig.kill_worker()
            await asyncio.sleep(AWAY.total_seconds())
            before = await _broken(reader, overdue)
            rig.start_worker()
            started = monotonic()
            await until(lambda: _is_done(reader, overdue), DONE_WITHIN, every=0.1)
            took = monotonic() - started
            lateness = [late(step) for one in overdue for step in await due_steps(reader, one)]
    if before:
        raise AssertionError(f"{before} steps were done before the worker came back")
    return Figure(
        name="recovery",
        how=f"SIGKILL with {number} open lives, {OVERDUE} overdue when the worker is started again "
        f"{AWAY.seconds} s later: from that start until the last overdue step is in the ledger",
        measured=f"{took:.1f} s",
        aim=f"≤ {AIM:g} s",
        verdict=judged(is_met=took <= AIM),
        explained={"seconds": took, "open": number, "overdue": OVERDUE, "latest": max(lateness)},
    )


async def _open(rig: Rig, number: int, due: datetime) -> tuple[list[str], list[str]]:
    """The ids of those that will be overdue, spread among the others, and of the others."""
    far = due + timedelta(days=1)
    overdue: list[str] = []
    others: list[str] = []

    async def start(place: int) -> None:
        is_due = place % (number // OVERDUE) == 0
        at = due if is_due else far
        escalation_id = await open_due(rig, f"life-{place}", BREACH, at)
        (overdue if is_due else others).append(escalation_id)

    await all_of(start(place) for place in range(number))
    return overdue, others


async def _broken(reader: Reader, ids: list[str]) -> int:
    return sum([bool(await due_steps(reader, one)) for one in ids])


async def _is_done(reader: Reader, ids: list[str]) -> bool:
    return await _broken(reader, ids) == len(ids)
