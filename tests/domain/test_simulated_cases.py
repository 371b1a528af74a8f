"""The random cases by which dry runs are compared with reality come out the same in every run."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest

from domain.events import Opened
from domain.simulation.run import simulate
from domain.simulation.script import Script
from tests.domain.stage import Stage, known
from tests.domain.world import START, opening
from tests.simulated_cases import DRIFT, HOUSES, KINDS, Case, Kind, rehearsed, reported

PLANNED = START + timedelta(minutes=20)


def opened(kind: Kind, chance: Random, lates: Sequence[timedelta]) -> list[Opened]:
    """The openings of a case, each so much later than planned."""
    lives: list[Opened] = []
    for number, late in enumerate(lates):
        report, name = reported(kind, chance, lives[0].id if lives else "")
        policy, at = HOUSES[name], PLANNED + late
        begun = opening(report).but(id=f"esc-case-{number}", key=f"case-{number}", policy=name)
        life = simulate(begun, known(policy, at), Script(cues=()), Stage(policy), at, at)
        lives += [event for event in life.events if isinstance(event, Opened)]
    return lives


def case(kind: Kind, seed: int, *seconds: float) -> Case:
    chance = Random(seed)
    begun = opened(kind, chance, [timedelta(seconds=each) for each in seconds])
    return rehearsed(begun, kind, chance, PLANNED)


def course(found: Case) -> list[list[str]]:
    """What happens in each life up to the end of the comparison, in order."""
    return [[event.type for event in life.events if event.at <= found.horizon] for life in found.lives]


@pytest.mark.parametrize("seed", range(16))
def test_a_case_takes_the_same_course_however_long_its_opening_takes(seed: int) -> None:
    kind = KINDS[seed % len(KINDS)]
    lives = 2 if kind in (Kind.LINKED, Kind.JOINED) else 1
    at_once = course(case(kind, seed, *(0, 0)[:lives]))
    assert course(case(kind, seed, *(3.25, 7.5)[:lives])) == at_once
    latest = DRIFT.total_seconds() - 1
    assert course(case(kind, seed, *(latest - 4, latest)[:lives])) == at_once
