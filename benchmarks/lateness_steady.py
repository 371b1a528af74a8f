"""Lateness, steady: about twenty due steps a second for a minute, one in six with a page to send."""

import asyncio
from datetime import UTC, datetime, timedelta

from benchmarks.driving import due_steps, late, ledger_of, open_life, until, warm
from benchmarks.figures import Figure, Run, judged, quantile
from benchmarks.rig import Rig, running_rig
from benchmarks.stretched import CLIMB_EVERY, RHYTHM, UPDATE_EVERY
from records.reading import Reader

PER_SECOND = 20
AIM = 1.0
LIVES = round(PER_SECOND / (1 / UPDATE_EVERY.total_seconds() + 1 / CLIMB_EVERY.total_seconds()))
SETTLING = timedelta(seconds=5)
DONE_WITHIN = timedelta(minutes=2)
"""How long after the window the last of its steps is waited for."""


async def measure(run: Run) -> Figure:
    seconds = run.size(60, 15)
    async with running_rig() as rig:
        run.say("the stack starts")
        await warm(rig)
        run.say(f"opening {LIVES} escalations")
        opened = await _open(rig)
        begin = datetime.now(UTC) + SETTLING
        end = begin + timedelta(seconds=seconds)
        run.say(f"{PER_SECOND} due steps a second for {seconds} s")
        await asyncio.sleep((SETTLING + (end - begin)).total_seconds())
        async with ledger_of(rig) as reader:
            run.say("the last ones")
            for one in opened:
                await until(lambda one=one: _is_beyond(reader, one, end), DONE_WITHIN)  # type: ignore[misc]
            steps = [step for one in opened for step in await due_steps(reader, one)]
    inside = [step for step in steps if step.planned is not None and begin <= step.planned < end]
    lateness = [late(step) for step in inside]
    p50, p99, worst = quantile(lateness, 0.5), quantile(lateness, 0.99), max(lateness)
    rate = len(lateness) / seconds
    return Figure(
        name="lateness, steady",
        how=f"{rate:.1f} due steps a second for {seconds} s by {LIVES} escalations: event minus planned",
        measured=f"p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, max {worst * 1000:.0f} ms",
        aim=f"p99 ≤ {AIM:g} s",
        verdict=judged(is_met=p99 <= AIM),
        explained={"p50": p50, "p99": p99, "max": worst, "due_steps": len(lateness), "per_second": rate},
    )


async def _open(rig: Rig) -> list[str]:
    """Spread over the longest period, so that what is due is spread as well."""
    opened = []
    for number in range(LIVES):
        opened.append(await open_life(rig, f"steady-{number}", RHYTHM))
        await asyncio.sleep(CLIMB_EVERY.total_seconds() / LIVES)
    return opened


async def _is_beyond(reader: Reader, escalation_id: str, end: datetime) -> bool:
    """Whether all that was planned before the end has been done: something later has."""
    steps = await due_steps(reader, escalation_id)
    return any(step.planned is not None and step.planned >= end for step in steps)
