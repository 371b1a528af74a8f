"""Throughput: many straight lives at once, beside bare workflows that issue as many commands."""

import asyncio
from datetime import timedelta
from statistics import mean
from time import monotonic

from benchmarks import straight_life
from benchmarks.bare import Plan
from benchmarks.driving import ledger_of, live, live_bare, paced, warm
from benchmarks.figures import Figure, Run, judged
from benchmarks.prices import cost
from benchmarks.rig import Rig, running_rig

AIM = 0.7
SPEED = 2000.0
LENGTH = 30.0
"""Seconds that a life takes which nothing slows down."""
BEGUN_PER_SECOND = 8.0
"""More than can be carried, but no storm of first tasks, which would only time out and come again."""
AT_ONCE = 100
"""More than two cores can keep in time. With all at once decisions come so late that lives end without."""
BUSY = 1.2
"""So many times longer a bare life must take on average, or it is not the machine that limits them."""
SAMPLE = 20
DUE = (15, 30, 45, 60, 120, 210, 270, 360, 420, 480, 510, 570, 660, 1000)
"""Minutes after the opening at which something is due in the straight life."""
COMMANDS = {
    "updates": "WORKFLOW_EXECUTION_UPDATE_ACCEPTED",
    "timers": "TIMER_STARTED",
    "timers cancelled": "TIMER_CANCELED",
    "local activities": "MARKER_RECORDED",
    "activities": "ACTIVITY_TASK_SCHEDULED",
    "upserts": "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
}
Commands = dict[str, float]


async def measure(run: Run) -> Figure:
    number = run.size(300, 150)
    async with running_rig() as rig:
        run.say("the stack starts")
        await warm(rig)
        await rig.start_bare()
        run.say(f"{number} full lives")
        first = await _per_minute(rig, "first", number)
        ours = await _commands(rig, [f"esc-first-{place}" for place in range(number)])
        run.say(f"{number} bare lives")
        bare, bare_took = await _bare_per_minute(rig, number, ours)
        theirs = await _commands(rig, [f"bare-{place}" for place in range(number)])
        run.say(f"{number} full lives again")
        second = await _per_minute(rig, "second", number)
    full = mean((first, second))
    ratio = full / bare
    is_busy = bare_took >= BUSY * LENGTH
    return Figure(
        name="throughput",
        how=f"{number} straight lives, {AT_ONCE} at once, as many bare ones, full ones again",
        measured=f"{full:.0f} lives a minute ({first:.0f}, {second:.0f}), bare {bare:.0f}: ratio {ratio:.2f}"
        + ("" if is_busy else " (the machine was not busy: more lives are needed for a true ratio)"),
        aim=f"≥ {AIM} of the bare one",
        verdict=judged(is_met=ratio >= AIM and is_busy),
        explained={
            "ratio": ratio,
            "was_busy": is_busy,
            "seconds_of_a_bare_life": bare_took,
            "full": [first, second],
            "bare": bare,
            "commands": [ours, theirs],
        },
        breakdown=(
            ("commands per life", "full", "bare"),
            *((name, f"{ours[name]:.1f}", f"{theirs[name]:.1f}") for name in COMMANDS),
        ),
    )


async def _per_minute(rig: Rig, name: str, number: int) -> float:
    began = monotonic()
    async with ledger_of(rig) as reader:
        lives = (live(rig, reader, f"{name}-{place}", SPEED) for place in range(number))
        await paced(lives, BEGUN_PER_SECOND, AT_ONCE)
    return number / (monotonic() - began) * 60


async def _bare_per_minute(rig: Rig, number: int, like: Commands) -> tuple[float, float]:
    """And how many seconds one took on average."""
    plan = Plan(
        due=[timedelta(minutes=minute) / SPEED for minute in DUE],
        re_armed=round(like["timers cancelled"]),
        local_activities=round(like["local activities"]),
        activities=round(like["activities"]),
        upserts=round(like["upserts"]),
        wake_ups=len(DUE) + len(straight_life.DECISIONS),
    )
    began = monotonic()
    lives = (live_bare(rig, f"bare-{place}", plan, SPEED) for place in range(number))
    took = await paced(lives, BEGUN_PER_SECOND, AT_ONCE)
    return number / (monotonic() - began) * 60, mean(took)


async def _commands(rig: Rig, ids: list[str]) -> Commands:
    """The mean numbers of commands in the histories of a sample."""
    step = max(1, len(ids) // SAMPLE)
    handles = [rig.client.get_workflow_handle(one) for one in ids[::step]]
    costs = [cost(history) for history in await asyncio.gather(*(one.fetch_history() for one in handles))]
    return {name: mean(one.events.get(event, 0) for one in costs) for name, event in COMMANDS.items()}
