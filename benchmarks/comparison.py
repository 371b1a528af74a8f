"""Comparing: past cases from a ledger, each replayed under two policies, on one core."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from benchmarks.figures import Figure, Run, judged
from domain.policy import Policy
from domain.simulation.run import Simulated, simulate
from domain.simulation.script import Script
from domain.summary import summarise
from organisation.load import load
from organisation.model import Organisation
from organisation.scripts import read_script
from records.database import Database
from records.ledger import Ledger
from records.past import PastLives
from starter.comparison import Begins, Contest, House, Which
from starter.dry_run import opening_of
from starter.order_file import read_order
from starter.settings import PROJECT

AIM = 60.0
"""Seconds."""
FIRST = datetime(2026, 8, 24, tzinfo=UTC)
NOW = FIRST + timedelta(days=120)
OPENED_WITHIN = timedelta(days=80)
LONGEST_LIFE = timedelta(days=30)
USUAL = ("billing-ticket", "purchase-order", "threat")
RARE, ONE_IN = "outage", 20
"""One case in so many is a major outage, with forty customers who are written to."""
POLICIES = PROJECT / "policies"


def edited(organisation: Organisation) -> Organisation:
    """Every policy with other waits, so that every case takes another course."""
    return replace(organisation, policies={name: _slower(one) for name, one in organisation.policies.items()})


def _slower(policy: Policy) -> Policy:
    levels = tuple(level.but(wait=level.wait * 1.5) for level in policy.levels)
    return policy.but(levels=levels, version=f"{policy.version}-edited")


def script(organisation: Organisation) -> Script:
    """Whoever is told answers after 20 minutes, and all goes its way to the end."""
    written = read_script(PROJECT / "examples" / "scripts" / "answers-after-20-minutes.yaml", organisation)
    if isinstance(written, list):
        raise AssertionError(written)
    return written


def lives(house: House, number: int) -> Iterator[Simulated]:
    """Lives of the examples, opened at any time of day and week."""
    orders = {name: read_order(PROJECT / "examples" / f"{name}.yaml") for name in (*USUAL, RARE)}
    played = script(house.organisation)
    for one in range(number):
        order = orders[USUAL[one % len(USUAL)] if one % ONE_IN else RARE]
        at = FIRST + OPENED_WITHIN * (one / number)
        known = house.known_to(Begins(order.policy, order.report, f"case-{one}", at))
        if known is None:
            raise AssertionError(f"there is no policy {order.policy}")
        opening = opening_of(order.model_copy(update={"key": f"case-{one}"}), order.policy, house.outside, at)
        yield simulate(opening, known, played, house.outside, at, at + LONGEST_LIFE)


async def measure(run: Run) -> Figure:
    wanted, distinct = run.size(10_000, 400), run.size(1_000, 200)
    before = load(POLICIES, FIRST.date())
    old = House(Which("as shipped", POLICIES, None), before, FIRST, NOW)
    new = House(Which("edited", POLICIES, None), edited(before), FIRST, NOW)
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'ledger.db'}")
        await database.upgrade()
        events = await _write(database, lives(old, distinct), run)
        run.say(f"{wanted} cases")
        contest = Contest(old, new, NOW)
        start, at_work = perf_counter(), process_time()
        for _ in range(wanted // distinct):
            async for case in PastLives(database, FIRST).cases():
                contest.replay(case)
        took, worked = perf_counter() - start, process_time() - at_work
        await database.close()
    found = contest.difference()
    return Figure(
        name="comparison",
        how=f"{found.cases} past cases of the examples, every {ONE_IN}th a major outage with 40 customers "
        f"({events / distinct:.0f} events each), read from SQLite ({distinct} lives, over and over) and "
        "replayed under the shipped policies and under ones with other waits; "
        f"{len(found.changed)} come out differently",
        measured=f"{worked:.1f} s of one core, {took:.1f} s by the clock "
        f"({worked / found.cases * 1000:.2f} ms a case)",
        aim=f"≤ {AIM:.0f} s for 10,000",
        verdict=judged(is_met=worked / found.cases * 10_000 <= AIM),
        explained={"cases": found.cases, "seconds_of_core": worked, "seconds": took, "events": events},
    )


async def _write(database: Database, written: Iterator[Simulated], run: Run) -> int:
    ledger, events = Ledger(database), 0
    for number, life in enumerate(written):
        run.say(f"writing life {number}")
        await ledger.write(summarise(life.escalation, life.events[-1].at), life.events)
        events += len(life.events)
    return events
