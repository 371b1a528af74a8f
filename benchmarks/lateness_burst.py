"""Lateness, burst: more due times within ten seconds than the server can wake, beside bare timers."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from benchmarks.bare import QUEUE
from benchmarks.driving import Handle, all_of, all_open, due_steps, late, ledger_of, open_due, until, warm
from benchmarks.figures import Figure, Run, judged, quantile
from benchmarks.rig import Rig, running_rig
from benchmarks.stretched import BREACH, CLIMB
from records.reading import Reader

WINDOW = timedelta(seconds=10)
AIM = 1.5
PER_SECOND = 7
"""How many lives can be opened at least, also on a busy machine; what is due must not come before all are."""
DONE_WITHIN = timedelta(minutes=5)


class Burst(NamedTuple):
    """`done`: seconds from the first due time until the last step was done."""

    done: float
    lateness: list[float]

    def explained(self) -> dict[str, float]:
        late = self.lateness
        return {"done": self.done, "p50": quantile(late, 0.5), "p99": quantile(late, 0.99), "max": max(late)}


async def measure(run: Run) -> Figure:
    number = run.size(1000, 100)
    async with running_rig() as rig:
        run.say("the stack starts")
        await warm(rig)
        await rig.start_bare()
        run.say(f"{number} bare timers")
        bare = await _bare(rig, number)
        run.say(f"{number} escalations with a promise that breaks")
        breaches = await _escalations(rig, number, BREACH, "promise_broken")
        run.say(f"{number} escalations that climb and page somebody")
        climbs = await _escalations(rig, number, CLIMB, "level_reached")
    ratio, paging = breaches.done / bare.done, climbs.done / bare.done
    return Figure(
        name="lateness, burst",
        how=f"{number} promises break within {WINDOW.seconds} s: first due until last recorded, "
        f"beside {number} bare timer workflows",
        measured=f"{breaches.done:.1f} s, bare {bare.done:.1f} s: {ratio:.2f} times "
        f"(with a page each: {climbs.done:.1f} s, {paging:.2f} times)",
        aim=f"≤ {AIM} times the bare ones",
        verdict=judged(is_met=ratio <= AIM),
        explained={
            "ratio": ratio,
            "ratio_with_pages": paging,
            "bare": bare.explained(),
            "breaches": breaches.explained(),
            "climbs": climbs.explained(),
        },
    )


def _due(number: int) -> list[datetime]:
    first = datetime.now(UTC) + timedelta(seconds=number / PER_SECOND + 10)
    return [first + WINDOW * place / number for place in range(number)]


async def _bare(rig: Rig, number: int) -> Burst:
    due = _due(number)
    handles: list[Handle] = []

    async def start(place: int, at: datetime) -> None:
        handles.append(
            await rig.client.start_workflow("bare-timer", at, id=f"timer-{place}", task_queue=QUEUE)
        )

    await all_of(start(place, at) for place, at in enumerate(due))
    _assert_before(due[0])
    await asyncio.sleep((due[-1] - datetime.now(UTC)).total_seconds())
    by_id = {f"timer-{place}": at for place, at in enumerate(due)}
    woke = {handle.id: datetime.fromisoformat(await handle.result()) for handle in handles}
    lateness = [(woke[name] - at).total_seconds() for name, at in by_id.items()]
    return Burst((max(woke.values()) - due[0]).total_seconds(), lateness)


async def _escalations(rig: Rig, number: int, policy: str, event: str) -> Burst:
    due = _due(number)
    ids: list[str] = []

    async def start(place: int, at: datetime) -> None:
        ids.append(await open_due(rig, f"{policy}-{place}", policy, at))

    await all_of(start(place, at) for place, at in enumerate(due))
    async with ledger_of(rig) as reader:
        await until(lambda: all_open(reader, ids), DONE_WITHIN)
        _assert_before(due[0])
        await asyncio.sleep((due[-1] - datetime.now(UTC)).total_seconds())
        steps = []
        for one in ids:
            await until(lambda one=one: _has(reader, one, event), DONE_WITHIN)  # type: ignore[misc]
            steps += [step for step in await due_steps(reader, one) if step.type == event]
    return Burst((max(step.at for step in steps) - due[0]).total_seconds(), [late(step) for step in steps])


async def _has(reader: Reader, escalation_id: str, event: str) -> bool:
    return any(step.type == event for step in await due_steps(reader, escalation_id))


def _assert_before(due: datetime) -> None:
    if datetime.now(UTC) >= due:
        raise AssertionError("opening took so long that the first ones were due before all were open")
