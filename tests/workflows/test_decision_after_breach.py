"""Settle before mutate: what was due before a decision has happened before it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.events import Acknowledged, DecisionRefused, PromiseBroken
from domain.vocabulary import PromiseKind
from tests.workflows.hasty import ACKNOWLEDGE_WITHIN, HASTY_PROMISE
from tests.workflows.house import Life, house_on_the_dev_server
from tests.workflows.outside import Outside


async def test_a_decision_cannot_erase_a_breach_that_was_due_before_it() -> None:
    async with _overdue("acknowledged") as life:
        await life.signal("acknowledge", "anna")
    (broken,) = life.all(PromiseBroken)
    (acknowledged,) = life.all(Acknowledged)
    assert broken.promise.kind is PromiseKind.ACKNOWLEDGE
    assert broken.planned == life.events()[0].at + ACKNOWLEDGE_WITHIN
    assert broken.seq < acknowledged.seq


async def test_a_refused_decision_does_not_hide_what_was_due_before_it() -> None:
    async with _overdue("decision_refused") as life:
        await life.signal("confirm", "crm")
    (broken,) = life.all(PromiseBroken)
    (refused,) = life.all(DecisionRefused)
    assert broken.seq < refused.seq


@asynccontextmanager
async def _overdue(wanted: str) -> AsyncIterator[Life]:
    """A life whose acknowledgement was due while no worker was there; afterwards one is, until `wanted`."""
    async with house_on_the_dev_server(outside=Outside(HASTY_PROMISE), max_cached_workflows=0) as home:
        life = await home.start()
        await life.has("opened")
        async with home.worker_away():
            await home.clock_reaches(life.events()[0].at + ACKNOWLEDGE_WITHIN)
            yield life
        await life.has(wanted)
