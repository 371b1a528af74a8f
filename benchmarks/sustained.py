"""Sustained: the rate of whole lives that the embedded stack carries, and who spends the processor on it."""

import asyncio
from collections.abc import Coroutine
from statistics import mean
from time import monotonic
from typing import Any, NamedTuple

from benchmarks.cpu import Cpu, spent
from benchmarks.driving import ledger_of, live, paced, warm
from benchmarks.figures import Figure, Run, judged
from benchmarks.rig import Rig, running_rig
from records.reading import Reader

AIM = 0.6
SPEED = 2000.0
"""A life that nothing slows down takes 30 seconds."""
SHARES = (1.25, 1.1, 0.95, 0.85, 0.75, 0.65, 0.55, 0.45, 0.35)
"""Of the rate at which many lives at once get through; tried from the top."""
BEGUN_PER_SECOND = 8.0
GROWTH = 1.15
"""So many times more open lives at the end than in the middle are a growing backlog."""
SLOWEST = 1.5
"""So many times its undisturbed length a life may take; else the stack lives on a queue."""
LENGTH = 30.0


class Trial(NamedTuple):
    rate: float
    middle: float
    """Open lives, the mean over the middle third of the time; then over the last third."""
    end: float
    ended: int
    """Lives that ended in the time that counts."""
    cpu: Cpu
    seconds: float

    @property
    def is_carried(self) -> bool:
        return self.end <= self.middle * GROWTH and self.end <= self.rate * LENGTH * SLOWEST


async def measure(run: Run) -> Figure:
    async with running_rig() as rig:
        run.say("the stack starts")
        await warm(rig)
        async with ledger_of(rig) as reader:
            carried, tried = await _search(run, rig, reader)
    share = carried.cpu.shares()
    per_life = {name: value / carried.ended * 1000 for name, value in carried.cpu._asdict().items()}
    return Figure(
        name="sustained",
        how=f"straight lives of {LENGTH:.0f} s begun at an even rate for {carried.seconds:.0f} s, "
        "no more of them open in the last third than in the middle one",
        measured=f"{carried.rate:g} lives a second; CPU: server {share['server']:.0%}, "
        f"worker {share['worker']:.0%}, database {share['database']:.0%}",
        aim=f"the server's share ≥ {AIM:.0%}",
        verdict=judged(is_met=share["server"] >= AIM),
        explained={"carried": _said(carried), "shares": share, "tried": [_said(one) for one in tried]},
        breakdown=(
            ("CPU per life", "ms", "what it is"),
            ("server", f"{per_life['server']:.0f}", "the Temporal server with its own database"),
            ("worker", f"{per_life['worker']:.0f}", "the worker without its database threads"),
            ("database", f"{per_life['database']:.0f}", "the worker's threads in which SQLite works"),
            ("mail sink", f"{per_life['mail_sink']:.0f}", "not counted: elsewhere, a mail server"),
            ("driver", f"{per_life['driver']:.0f}", "not counted: plays the people"),
        ),
    )


async def _search(run: Run, rig: Rig, reader: Reader) -> tuple[Trial, list[Trial]]:
    """Short trials from the highest rate down; the first that is carried is held for the whole time."""
    run.say("finding out where the limit may be")
    limit = await _limit(rig, reader, run.size(150, 40))
    tried: list[Trial] = []
    for share in SHARES:
        rate = round(limit * share, 2)
        run.say(f"trying {rate:g} lives a second")
        tried.append(await _try(rig, reader, f"try-{share:g}", rate, run.size(60, 30)))
        if not tried[-1].is_carried:
            continue
        run.say(f"holding {rate:g} lives a second")
        tried.append(await _try(rig, reader, f"hold-{share:g}", rate, run.size(180, 30)))
        if tried[-1].is_carried:
            return tried[-1], tried
    raise AssertionError(f"not even {SHARES[-1]:.0%} of {limit:.2f} lives a second are carried: {tried}")


async def _limit(rig: Rig, reader: Reader, number: int) -> float:
    """Lives a second when many are begun, faster than they end."""
    began = monotonic()
    lives = (live(rig, reader, f"limit-{place}", SPEED) for place in range(number))
    await paced(lives, BEGUN_PER_SECOND)
    return number / (monotonic() - began)


class Lives:
    """Those under way, and what became of the others."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[None]] = set()
        self.ended = 0
        self._failed: list[BaseException] = []

    def __len__(self) -> int:
        return len(self._under_way)

    def begin(self, life: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(life)
        self._under_way.add(task)
        task.add_done_callback(self._over)

    async def all_over(self) -> None:
        """Raises what went wrong with any of them."""
        if self._under_way:
            await asyncio.wait(self._under_way)
        if self._failed:
            raise ExceptionGroup("lives failed", [one for one in self._failed if isinstance(one, Exception)])

    def _over(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self.ended += 1
        if not task.cancelled() and (failed := task.exception()) is not None:
            self._failed.append(failed)


async def _try(rig: Rig, reader: Reader, name: str, rate: float, seconds: float) -> Trial:
    """Begins lives at the rate; those left at the end are waited for, so that none disturbs the next trial.

    The time that counts begins when the first lives end, LENGTH after the beginning.
    """
    lives = Lives()
    warming, counted = round(rate * LENGTH), round(rate * seconds)
    began = monotonic()

    async def begin(number: int) -> None:
        await asyncio.sleep(max(0.0, began + number / rate - monotonic()))
        lives.begin(live(rig, reader, f"{name}-{number}", SPEED))

    for number in range(warming):
        await begin(number)
    before, ended_before, since = spent(rig), lives.ended, monotonic()
    open_: list[int] = []
    for number in range(warming, warming + counted):
        await begin(number)
        open_.append(len(lives))
    cpu, ended, took = spent(rig).since(before), lives.ended - ended_before, monotonic() - since
    await lives.all_over()
    third = len(open_) // 3
    return Trial(rate, mean(open_[third : 2 * third]), mean(open_[2 * third :]), ended, cpu, took)


def _said(trial: Trial) -> dict[str, object]:
    return {**trial._asdict(), "cpu": trial.cpu._asdict(), "is_carried": trial.is_carried}
