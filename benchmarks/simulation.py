"""Simulation: a life of 30 days under a shipped policy, dry, over and over in this one process."""

from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

from benchmarks.figures import Figure, Run, judged
from domain.errands import PolicyFetched
from domain.opening import Opening
from domain.simulation.run import Simulated, simulate
from domain.simulation.script import NOBODY_ANSWERS, Actor, Cue, Script, Who
from organisation.load import load
from organisation.prepared import prepared
from organisation.rehearsal import Rehearsal
from starter.dry_run import opening_of
from starter.order_file import read_order
from starter.settings import PROJECT

AIM = 20.0
"""Milliseconds."""
START = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
LENGTH = timedelta(days=30)
TOLD, OWNER = Who(actor=Actor.TOLD), Who(actor=Actor.OWNER)
MANAGER, CUSTOMER = Who(actor=Actor.MANAGER), Who(actor=Actor.CUSTOMER)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PEOPLE_WORK = Script(
    title="people work on it for weeks",
    cues=(
        Cue(when="level_notified", after=20 * MINUTE, until="acknowledged", who=TOLD, does="acknowledge"),
        Cue(when="opened", after=60 * MINUTE, who=MANAGER, does="accept", fields={"reason": "Ours."}),
        Cue(
            when="accepted",
            after=30 * MINUTE,
            every=DAY,
            until="resolution_declared",
            who=OWNER,
            does="send_update",
            fields={"text": "We work on it."},
        ),
        Cue(
            when="accepted",
            after=18 * DAY,
            who=MANAGER,
            does="declare_resolved",
            fields={"what_was_done": "It was put right."},
        ),
        Cue(when="resolution_declared", after=2 * DAY, who=CUSTOMER, does="confirm"),
        Cue(
            when="rca_writer_told",
            after=2 * DAY,
            who=TOLD,
            does="submit_rca",
            fields={"root_cause": "A step was missing.", "customer_version": "We added the step."},
        ),
        Cue(when="rca_submitted", after=DAY, who=MANAGER, does="approve_rca"),
        Cue(when="rca_approved", after=DAY, who=MANAGER, does="share_rca"),
    ),
)


class Rehearsed:
    """A case of the examples under its policy, ready to be run again and again."""

    def __init__(self, example: str) -> None:
        organisation = load(PROJECT / "policies", START.date())
        order = read_order(PROJECT / "examples" / example)
        self._outside = Rehearsal(organisation)
        self._opening: Opening = opening_of(order, order.policy, self._outside, START)
        self._known: PolicyFetched = prepared(organisation, "simulate", order.policy, None, START, START)

    def run(self, script: Script) -> Simulated:
        return simulate(self._opening, self._known, script, self._outside, START, START + LENGTH)

    def milliseconds(self, script: Script, times: int) -> list[float]:
        took = []
        for _ in range(times):
            start = perf_counter()
            self.run(script)
            took.append((perf_counter() - start) * 1000)
        return took


async def measure(run: Run) -> Figure:
    times = run.size(50, 10)
    project = Rehearsed("purchase-order.yaml")
    life = project.run(PEOPLE_WORK)
    if life.escalation.closed_at is None or life.ended_at - START < LENGTH - 2 * DAY:
        raise AssertionError(f"the life is not one of 30 days: it ended {life.ended_at}")
    working = project.milliseconds(PEOPLE_WORK, times)
    run.say(f"{median(working):.1f} ms")
    ticket = Rehearsed("billing-ticket.yaml")
    unrest = ticket.run(NOBODY_ANSWERS)
    idle = ticket.milliseconds(NOBODY_ANSWERS, times)
    return Figure(
        name="simulation",
        how=f"a project's risk of 30 days from report to close ({len(life.events)} events), {times} times; "
        f"beside it a gold customer's ticket that nobody ever answers ({len(unrest.events)} events)",
        measured=f"{median(working):.1f} ms ({min(working):.1f} to {max(working):.1f}); "
        f"nobody answers: {median(idle):.1f} ms",
        aim=f"≤ {AIM:.0f} ms",
        verdict=judged(is_met=median(working) <= AIM),
        explained={
            "milliseconds": working,
            "events": len(life.events),
            "nobody_answers_milliseconds": idle,
            "nobody_answers_events": len(unrest.events),
        },
    )
