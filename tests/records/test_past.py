"""Past escalations from the ledger: what people did, whoever recorded it and however much else there is."""

from datetime import datetime, timedelta
from random import Random

import pytest

from domain.comparison.past import PastCase
from domain.comparison.recall import recall
from domain.opening import Opening
from domain.simulation.run import simulate
from domain.summary import summarise
from records.database import Database
from records.ledger import Ledger
from records.past import AT_ONCE, PastLives
from tests.domain.random_scripts import random_script
from tests.domain.stage import Stage, known
from tests.domain.world import DAY, HOUR, POLICY, START, opening
from tests.records.samples import life, opened, summary_of


async def lived(database: Database, seed: int, at: datetime = START) -> tuple[Opening, PastCase]:
    """A random life, written to the ledger, and what is to be recalled of it."""
    begun = opening().but(id=f"esc-{seed}", key=f"key-{seed}")
    script = random_script(Random(seed))
    simulated = simulate(begun, known(POLICY, at), script, Stage(), at, at + 3 * DAY)
    summary = summarise(simulated.escalation, simulated.events[-1].at)
    await Ledger(database).write(summary, simulated.events)
    return begun, recall(begun, at, simulated.events)


async def cases(database: Database, since: datetime, *policies: str) -> list[PastCase]:
    return [case async for case in PastLives(database, since, policies or None).cases()]


@pytest.mark.parametrize("seed", [1, 3, 33])
async def test_a_life_is_recalled_from_the_ledger_as_from_its_events(database: Database, seed: int) -> None:
    _, expected = await lived(database, seed)
    assert await cases(database, START) == [expected]
    assert expected.acts


async def test_they_come_in_the_order_in_which_they_opened(database: Database) -> None:
    for seed, hours in ((1, 5), (2, 3), (3, 4)):
        await lived(database, seed, START + hours * HOUR)
    assert [case.opening.id for case in await cases(database, START)] == ["esc-2", "esc-3", "esc-1"]
    assert [case.at for case in await cases(database, START + 4 * HOUR)] == [
        START + 4 * HOUR,
        START + 5 * HOUR,
    ]
    assert await PastLives(database, START).span() == (3, START + 3 * HOUR)


async def test_only_those_of_the_policies_that_are_asked_for(database: Database) -> None:
    await lived(database, 1)
    assert len(await cases(database, START, "test", "other")) == 1
    assert await cases(database, START, "other") == []
    assert await PastLives(database, START, ("other",)).span() == (0, None)


async def test_there_may_be_more_than_are_read_at_once(database: Database) -> None:
    ledger = Ledger(database)
    for number in range(AT_ONCE + 2):
        events = life(f"esc-{number:03}", at=START + timedelta(minutes=number))
        await ledger.write(summary_of(*events), events)
    assert len(await cases(database, START)) == AT_ONCE + 2


async def test_a_case_that_nobody_touched_has_nothing_to_replay(database: Database) -> None:
    first = opened("esc-alone")
    await Ledger(database).write(summary_of(first), [first])
    (case,) = await cases(database, first.at)
    assert (case.acts, case.ended_at, case.opening.policy, case.opening.report) == (
        (),
        None,
        "support",
        first.report,
    )
