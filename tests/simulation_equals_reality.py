"""A simulation equals reality: random cases by random scripts, dry and in the real workflow, event by event.

`python -m tests.simulation_equals_reality [CASES] [SEED]` compares as many as wanted.
"""

import asyncio
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from temporalio import activity
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities.inputs import PrepareEscalation
from domain.ending import ENGINE
from domain.errands import FetchPolicy, PolicyFetched
from domain.events import AnyEvent, Closed, Opened
from domain.opening import Decided
from domain.simulation.life import Played
from domain.vocabulary import CloseReason
from tests.domain.stage import known
from tests.simulated_cases import HOUSES, KINDS, Case, Kind, no_such_policy, rehearsed, reported
from tests.workflows.house import BUILD, PATIENCE, QUEUE, House, Life, house
from tests.workflows.outside import Outside
from workflows.escalation import EscalationWorkflow
from workflows.sandbox import SharedSandboxRunner

TOLERANCE = timedelta(seconds=20)
"""Real work takes real time, and the server's clock goes on meanwhile."""
AT_ONCE = 8
"""So many are opened at a time."""
ON_ONE_SERVER = 25
"""Nobody acts in the first minute and a half of a life; by then the last one has to be open, too."""
_WRITTEN_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?|(?<= )\d\d:\d\d:\d\d")


class Houses(Outside):
    """The outside of workflow tests with all the policies of random lives."""

    @activity.defn(name="prepare-escalation")
    async def prepare_escalation(self, prepare: PrepareEscalation) -> PolicyFetched:
        return known(HOUSES[prepare.policy], prepare.at, "prepare")

    @activity.defn(name="fetch-policy")
    async def fetch_policy(self, errand: FetchPolicy) -> PolicyFetched:
        if errand.name not in HOUSES:
            raise ApplicationError(no_such_policy(errand.name), type="UnknownPolicy", non_retryable=True)
        return known(HOUSES[errand.name], errand.at, errand.key)


@dataclass
class Compared:
    """What was compared, and the differences in words: none when the simulation equals reality."""

    differences: list[str] = field(default_factory=list)
    kinds: Counter[Kind] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    """How often each happened in reality."""
    ends: Counter[CloseReason] = field(default_factory=Counter)


@dataclass
class Pair:
    """One case, in reality and in the simulation."""

    lives: tuple[Life, ...]
    case: Case


async def compared(cases: int, seed: int) -> Compared:
    """Compares so many cases, some of which are two lives that have to do with each other."""
    found = Compared()
    for first in range(0, cases, ON_ONE_SERVER):
        numbers = range(first, min(cases, first + ON_ONE_SERVER))
        await _compare(numbers, seed, found)
    return found


async def _compare(numbers: range, seed: int, found: Compared) -> None:
    async with _home() as home:
        planned = await _skip_to_an_hour(home, Random(f"{seed} {numbers.start}"))
        places = asyncio.Semaphore(AT_ONCE)
        kinds = [KINDS[number % len(KINDS)] for number in numbers]
        opened = (
            _pair(home, f"case-{number}", kind, Random(seed + number), planned, places)
            for kind, number in zip(kinds, numbers, strict=True)
        )
        pairs = await asyncio.gather(*opened)
        found.kinds.update(kinds)
        for at, number, turn in _plan(pairs):
            now = await home.env.get_current_time()
            await home.pass_time(max(at - now, timedelta(0)))
            if turn is None:
                await _end(pairs[number], found)
            else:
                life, played = turn
                found.differences += await _decide(pairs[number].lives[life], played)


@asynccontextmanager
async def _home() -> AsyncIterator[House]:
    outside = Houses()
    async with (
        house(outside, worker=False) as home,
        Worker(
            home.client,
            task_queue=QUEUE,
            workflows=[EscalationWorkflow],
            activities=outside.all(),
            workflow_runner=SharedSandboxRunner(),
            workflow_failure_exception_types=[Exception],
            build_id=BUILD,
        ),
    ):
        yield home


async def _skip_to_an_hour(home: House, chance: Random) -> datetime:
    """To the next time that it is a certain hour of a certain weekday, whenever the server was started.

    The calendars of random lives know hours of the week only, so nothing else depends on the date.
    """
    now = await home.env.get_current_time()
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    planned = monday + timedelta(hours=chance.randrange(7 * 24), minutes=20)
    planned += timedelta(weeks=planned <= now)
    await home.pass_time(planned - now)
    return planned


async def _pair(
    home: House, key: str, kind: Kind, chance: Random, planned: datetime, places: asyncio.Semaphore
) -> Pair:
    """Opens the case for real, then simulates it from there."""
    lives: list[Life] = []
    async with places:
        for which in range(2 if kind in (Kind.LINKED, Kind.JOINED) else 1):
            first = lives[0].id if lives else ""
            report, policy = reported(kind, chance, first)
            life = await home.start(report, policy=policy, key=f"{key}-{which}")
            await life.has("level_notified")
            await life.settled()
            lives.append(life)
        if kind is Kind.LINKED:
            await lives[0].has("linked")
            await lives[0].settled()
    opened = [life.all(Opened)[0] for life in lives]
    return Pair(tuple(lives), rehearsed(opened, kind, chance, planned))


def _plan(pairs: Sequence[Pair]) -> list[tuple[datetime, int, tuple[int, Played] | None]]:
    """Everybody's turns in order of time, and the end of each case."""
    turns = [(turn[1].at, number, turn) for number, pair in enumerate(pairs) for turn in pair.case.turns()]
    ends = [(pair.case.horizon, number, None) for number, pair in enumerate(pairs)]
    return sorted([*turns, *ends], key=lambda turn: turn[:2])


async def _end(pair: Pair, found: Compared) -> None:
    for life in pair.lives:
        await life.settled()
    for number, life in enumerate(pair.lives):
        found.differences += differences(pair, number)
        found.events.update(life.types())
        found.ends.update(event.reason for event in life.all(Closed))
        with suppress(RPCError):  # it may have ended by itself
            await life.handle.terminate()


def differences(pair: Pair, number: int) -> Iterator[str]:
    """The first difference of one of the case's lives, where there is one."""
    life = pair.lives[number]
    simulated = [event for event in pair.case.lives[number].events if event.at <= pair.case.horizon]
    real = life.events()
    for mine, its in zip(simulated, real, strict=False):
        if not _alike(_plain(mine), _plain(its)):
            yield f"{life.id}: simulated {mine!r}\nreal {its!r}"
            return
    if len(simulated) != len(real):
        more = (simulated if len(simulated) > len(real) else real)[min(len(simulated), len(real))]
        yield f"{life.id}: {len(simulated)} simulated and {len(real)} real events; {more!r}"


async def _decide(life: Life, played: Played) -> list[str]:
    try:
        await life.handle.execute_update("decide", played.decision, result_type=Decided, rpc_timeout=PATIENCE)
    except WorkflowUpdateFailedError as error:
        said = error.cause.message if isinstance(error.cause, ApplicationError) else repr(error.cause)
        return [] if _without_times(played.refused) == _without_times(said) else [f"{life.id}: really {said}"]
    except RPCError as error:
        return [f"{life.id}: nobody really answers to {played.does}: {error.message}"]
    return [f"{life.id}: {played.does} is really taken: {played.refused}"] if played.refused else []


def _plain(event: AnyEvent) -> dict[str, Any]:
    # Whole seconds of long windows; both come from the same function.
    fields = event.model_dump(exclude={"working_time", "policy"})
    if event.by == ENGINE.id:
        # Made by the other escalation; in a dry run by the script.
        del fields["decision_id"]
    return fields


def _alike(mine: Any, its: Any) -> bool:
    match mine, its:
        case dict(), dict():
            return mine.keys() == its.keys() and all(_alike(mine[key], its[key]) for key in mine)
        case (list() | tuple(), list() | tuple()):
            return len(mine) == len(its) and all(map(_alike, mine, its))
        case (datetime(), datetime()) | (timedelta(), timedelta()):
            return bool(abs(mine - its) <= TOLERANCE)
        case str(), str():
            return _without_times(mine) == _without_times(its)
        case _:
            return bool(mine == its)


def _without_times(text: str) -> str:
    return _WRITTEN_TIME.sub("TIME", text)


def main() -> None:
    cases, seed = (int(word) for word in (*sys.argv[1:], "50", "1")[:2])
    found = asyncio.run(compared(cases, seed))
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(found.kinds.items()))
    what = f"{cases} cases ({kinds}) with {found.events.total()} events"
    print("\n".join(found.differences) or f"{what}: the simulation equals reality")  # noqa: T201
    sys.exit(bool(found.differences))


if __name__ == "__main__":
    main()
