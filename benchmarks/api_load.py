"""API load: decisions and openings over HTTP at a steady pace, beside many open escalations."""

import asyncio
from datetime import timedelta
from random import Random
from time import monotonic
from typing import NamedTuple

import httpx2

from benchmarks.api_door import Heard, decide, open_one, paced, running_api
from benchmarks.driving import all_open, ledger_of, until
from benchmarks.figures import Figure, Run, judged, quantile
from benchmarks.rig import PLAIN, running_rig

DECISIONS, OPENINGS = 20.0, 5.0
"""A second."""
AIM = 0.25
"""Seconds in which 99 of 100 decisions are answered."""
LIMIT = 1.0
"""Seconds in which they must be at the highest rate that counts as carried."""
RATES = (30.0, 40.0, 60.0, 80.0, 100.0)
OPENED_AT_ONCE = 10
OPEN_WITHIN = timedelta(minutes=15)


class Trial(NamedTuple):
    decisions: Heard
    openings: Heard

    @property
    def p99(self) -> float:
        return quantile(self.decisions.seconds, 0.99)

    @property
    def failures(self) -> int:
        return self.decisions.failures + self.openings.failures


class Load:
    def __init__(self, client: httpx2.AsyncClient, ids: list[str]) -> None:
        self._client = client
        self._ids = ids
        self._chance = Random(4711)
        self._number = 0

    async def of(self, decisions: float, openings: float, seconds: float) -> Trial:
        heard = await asyncio.gather(
            paced(self._decide, decisions, seconds), paced(self._open, openings, seconds)
        )
        return Trial(*heard)

    async def _decide(self, number: int) -> httpx2.Response:
        return await decide(self._client, self._chance.choice(self._ids), number)

    async def _open(self, number: int) -> httpx2.Response:
        del number
        self._number += 1
        return await open_one(self._client, f"load-{self._number}")


async def measure(run: Run) -> Figure:
    wanted, seconds = run.size(2_000, 50), run.size(300, 20)
    async with running_rig(PLAIN) as rig:
        run.say("the stack starts")
        async with running_api(rig) as client, ledger_of(rig) as reader:
            began = monotonic()
            ids = await _open_many(client, wanted, run)
            await until(lambda: all_open(reader, ids), OPEN_WITHIN)
            opened_in = monotonic() - began
            load = Load(client, ids)
            run.say(f"{DECISIONS:g} decisions and {OPENINGS:g} openings a second for {seconds} s")
            steady = await load.of(DECISIONS, OPENINGS, seconds)
            highest, tried = await _search(load, run)
    return _figure(wanted, seconds, opened_in, steady, highest, tried)


async def _open_many(client: httpx2.AsyncClient, wanted: int, run: Run) -> list[str]:
    places = asyncio.Semaphore(OPENED_AT_ONCE)
    ids: list[str] = []

    async def one(number: int) -> None:
        async with places:
            answer = await open_one(client, f"open-{number}")
            answer.raise_for_status()
            ids.append(answer.json()["escalation_id"])
            if len(ids) % 50 == 0:
                run.say(f"{len(ids)} of {wanted} opened")

    async with asyncio.TaskGroup() as tasks:
        for number in range(wanted):
            tasks.create_task(one(number))
    return ids


async def _search(load: Load, run: Run) -> tuple[float, dict[float, Trial]]:
    """Upwards, half a minute each, with a quarter as many openings, until 99 of 100 take too long."""
    tried: dict[float, Trial] = {}
    highest = 0.0
    for rate in RATES:
        run.say(f"{rate:g} decisions a second")
        tried[rate] = await load.of(rate, rate / 4, run.size(30, 5))
        if tried[rate].p99 > LIMIT or tried[rate].failures:
            break
        highest = rate
    return highest, tried


def _figure(
    wanted: int, seconds: int, opened_in: float, steady: Trial, highest: float, tried: dict[float, Trial]
) -> Figure:
    decisions = steady.decisions
    is_met = steady.p99 <= AIM and not steady.failures
    return Figure(
        name="api load",
        how=f"{DECISIONS:g} decisions and {OPENINGS:g} openings a second over HTTP for {seconds} s beside "
        f"{wanted} open escalations ({wanted / opened_in:.1f} a second were opened before), from when each "
        "was to be sent; then faster and faster",
        measured=f"p99 {steady.p99 * 1000:.0f} ms, median {quantile(decisions.seconds, 0.5) * 1000:.0f} ms, "
        f"{steady.failures} failures; up to {highest:g} decisions a second with p99 ≤ {LIMIT:g} s",
        aim=f"p99 ≤ {AIM * 1000:.0f} ms, no 5xx",
        verdict=judged(is_met=is_met),
        explained={
            "decisions": _said(decisions),
            "openings": _said(steady.openings),
            "tried": {f"{rate:g}": _said(trial.decisions) for rate, trial in tried.items()},
            "highest": highest,
        },
        breakdown=(
            ("decisions a second", "median ms", "p99 ms", "answers"),
            (f"{DECISIONS:g}", *_row(decisions)),
            *((f"{rate:g}", *_row(trial.decisions)) for rate, trial in tried.items()),
        ),
    )


def _row(heard: Heard) -> tuple[str, str, str]:
    answers = ", ".join(f"{count} of {status}" for status, count in sorted(heard.statuses.items()))
    return (
        f"{quantile(heard.seconds, 0.5) * 1000:.0f}",
        f"{quantile(heard.seconds, 0.99) * 1000:.0f}",
        answers,
    )


def _said(heard: Heard) -> dict[str, object]:
    shares = {f"p{share * 100:g}": quantile(heard.seconds, share) for share in (0.5, 0.9, 0.99, 0.999)}
    return {**shares, "statuses": {str(status): count for status, count in heard.statuses.items()}}
