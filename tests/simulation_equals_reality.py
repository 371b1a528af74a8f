"""A simulation equals reality: random cases by random scripts, dry and in the real workflow, event by event.

`python -m tests.simulation_equals_reality [LIVES] [SEED]` compares as many as wanted, the tests a few.
"""

import asyncio
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from temporalio import activity
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from activities.inputs import PrepareEscalation
from domain.decisions import Author
from domain.errands import PolicyFetched
from domain.events import AnyEvent, Opened
from domain.opening import Decided, Opening
from domain.simulation.run import Played, Simulated, simulate
from domain.vocabulary import Grade, Reason, Role
from tests.domain.house import POLICIES
from tests.domain.random_scripts import random_script
from tests.domain.stage import Stage, known
from tests.domain.world import CUSTOMER, POLICY, REPORT
from tests.workflows.house import PATIENCE, House, Life, house
from tests.workflows.outside import Outside

HOUSES = {policy.name: policy for policy in (POLICY, *POLICIES)}
REPORTS = (
    REPORT,
    REPORT.but(customer=None),
    REPORT.but(reason=Reason.ABUSE_OR_THREAT, impact=Grade.LOW),
    REPORT.but(impact=Grade.LOW, urgency=Grade.LOW, affected=(CUSTOMER.but(id="other", name="Other"),)),
)
APART = timedelta(seconds=25)
"""People act at least so long before and after what time brings about, so that the order is certain."""
TOLERANCE = timedelta(seconds=20)
"""Real work takes real time, and the server's clock goes on meanwhile."""
INSTANTS = 18
"""About so many times something happens in each life."""
AT_ONCE = 8
"""So many are opened at a time."""
LONGEST = timedelta(days=20)
_WRITTEN_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?|(?<= )\d\d:\d\d:\d\d")


class Houses(Outside):
    """The outside of workflow tests with all the policies of random lives."""

    @activity.defn(name="prepare-escalation")
    async def prepare_escalation(self, prepare: PrepareEscalation) -> PolicyFetched:
        return known(HOUSES[prepare.policy], prepare.at, "prepare")


@dataclass
class Pair:
    """One case, in reality and in the simulation."""

    life: Life
    simulated: Simulated
    horizon: datetime

    def turns(self) -> list[Played]:
        return [one for one in self.simulated.played if one.decision and one.at <= self.horizon]


async def compared(lives: int, seed: int) -> list[str]:
    """Differences, in words; none when the simulation equals reality."""
    outside = Houses()
    async with house(outside) as home:
        places = asyncio.Semaphore(AT_ONCE)
        pairs = await asyncio.gather(*(_pair(home, Random(seed + n), places) for n in range(lives)))
        found: list[str] = []
        for at, number, played in _plan(pairs):
            now = await home.env.get_current_time()
            await home.pass_time(max(at - now, timedelta(0)))
            if played is not None:
                found += await _decide(pairs[number].life, played)
                continue
            await pairs[number].life.settled()
            found += differences(pairs[number])
            with suppress(RPCError):  # it may have ended by itself
                await pairs[number].life.handle.terminate()
    return found


def differences(pair: Pair) -> Iterator[str]:
    simulated = [event for event in pair.simulated.events if event.at <= pair.horizon]
    real = pair.life.events()
    for mine, its in zip(simulated, real, strict=False):
        if not _alike(_plain(mine), _plain(its)):
            yield f"{pair.life.id}: simulated {mine!r}\nreal {its!r}"
            return
    if len(simulated) != len(real):
        more = (simulated if len(simulated) > len(real) else real)[min(len(simulated), len(real))]
        yield f"{pair.life.id}: {len(simulated)} simulated and {len(real)} real events; {more!r}"


def _plan(pairs: Sequence[Pair]) -> list[tuple[datetime, int, Played | None]]:
    """Everybody's turns in order of time, and the end of each life."""
    turns = [(one.at, number, one) for number, pair in enumerate(pairs) for one in pair.turns()]
    ends = [(pair.horizon, number, None) for number, pair in enumerate(pairs)]
    return sorted([*turns, *ends], key=lambda turn: turn[:2])


async def _pair(home: House, chance: Random, places: asyncio.Semaphore) -> Pair:
    """Opens the case for real, then simulates it from that instant, by a script without close calls."""
    policy = chance.choice(list(HOUSES.values()))
    async with places:
        life = await home.start(chance.choice(REPORTS), policy=policy.name)
        await life.has("level_notified")
        await life.settled()
    opened = life.all(Opened)[0]
    while True:
        simulated = simulate(
            _opening(opened),
            known(policy, opened.at),
            random_script(chance),
            Stage(policy),
            opened.at,
            opened.at + LONGEST,
        )
        horizon = _horizon(simulated)
        pair = Pair(life, simulated, horizon)
        if _is_certain(pair):
            return pair


def _opening(opened: Opened) -> Opening:
    return Opening(
        id=opened.id,
        key=opened.key,
        request_id=opened.decision_id or "",
        policy=opened.policy.name,
        report=opened.report,
        author=Author(id=opened.by, role=opened.role or Role.SERVICE),
    )


def _horizon(simulated: Simulated) -> datetime:
    """After about as many instants as are wanted, where nothing happens for a while."""
    instants = sorted({event.at for event in simulated.events})
    for before, after in pairwise(instants[INSTANTS:]):
        if after - before > 4 * APART:
            return before + (after - before) / 2
    return simulated.ended_at + APART


def _is_certain(pair: Pair) -> bool:
    """Whether people act neither together nor close to what time brings about."""
    turns = [one.at for one in pair.turns()]
    instants = sorted({*turns, *(event.at for event in pair.simulated.events)})
    apart = all(
        later - earlier >= APART
        for earlier, later in pairwise(instants)
        if earlier in turns or later in turns
    )
    clockwork = {event.at for event in pair.simulated.events if event.planned == event.at}
    return apart and len(turns) == len(set(turns)) and not clockwork & set(turns)


async def _decide(life: Life, played: Played) -> list[str]:
    try:
        await life.handle.execute_update("decide", played.decision, result_type=Decided, rpc_timeout=PATIENCE)
    except WorkflowUpdateFailedError as error:
        said = error.cause.message if isinstance(error.cause, ApplicationError) else repr(error.cause)
        return [] if _without_times(played.refused) == _without_times(said) else [f"{life.id}: really {said}"]
    return [f"{life.id}: {played.does} is really taken: {played.refused}"] if played.refused else []


def _plain(event: AnyEvent) -> dict[str, Any]:
    # Whole seconds of long windows; both come from the same function.
    return event.model_dump(exclude={"working_time", "policy"})


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
    lives, seed = (int(word) for word in (*sys.argv[1:], "50", "1")[:2])
    found = asyncio.run(compared(lives, seed))
    print("\n".join(found) or f"{lives} lives: the simulation equals reality")  # noqa: T201
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
