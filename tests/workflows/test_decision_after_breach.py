"""Settle before mutate: what was due before a decision has happened before it."""

from domain.events import Acknowledged, DecisionRefused, PromiseBroken
from domain.vocabulary import PromiseKind
from tests.workflows.hasty import ACKNOWLEDGE_WITHIN, HASTY
from tests.workflows.house import House, Life, house
from tests.workflows.outside import Outside


async def test_a_decision_cannot_erase_a_breach_that_was_due_before_it() -> None:
    async with house(Outside(HASTY), max_cached_workflows=0, worker=False) as home:
        life = await _overdue(home)
        await life.signal("acknowledge", "anna")
        home.hire_worker()
        await life.has("acknowledged")
    (broken,) = life.all(PromiseBroken)
    (acknowledged,) = life.all(Acknowledged)
    assert broken.promise.kind is PromiseKind.ACKNOWLEDGE
    assert broken.planned == life.events()[0].at + ACKNOWLEDGE_WITHIN
    assert broken.seq < acknowledged.seq


async def test_a_refused_decision_does_not_hide_what_was_due_before_it() -> None:
    async with house(Outside(HASTY), max_cached_workflows=0, worker=False) as home:
        life = await _overdue(home)
        await life.signal("confirm", "crm")
        home.hire_worker()
        await life.has("decision_refused")
    (broken,) = life.all(PromiseBroken)
    (refused,) = life.all(DecisionRefused)
    assert broken.seq < refused.seq


async def _overdue(home: House) -> Life:
    """A life whose acknowledgement was due while no worker was there."""
    home.hire_worker()
    life = await home.start()
    await life.has("level_notified")
    await home.send_worker_away()
    await home.clock_reaches(life.events()[0].at + ACKNOWLEDGE_WITHIN)
    return life
