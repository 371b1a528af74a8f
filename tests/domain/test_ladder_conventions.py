"""Ladders where other systems disagree, case by case, worked out by hand: which level is up at which minute.

Three levels wait for 10, 20 and 30 minutes. `L2' 70` is level 2 in the second round, after 70 minutes; `-`
says that nobody was on call there, `last` that the last resort was told.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from domain.errands import AnyAnswer, AnyErrand, FindPeople, PeopleFound
from domain.events import (
    Acknowledged,
    AcknowledgementExpired,
    AnyEvent,
    LastResortReached,
    LevelReached,
    NobodyOnCall,
)
from domain.policy import Level, Policy
from domain.simulation.run import simulate
from domain.simulation.script import Cue, Script
from domain.vocabulary import PromiseKind, Severity
from tests.domain.stage import Stage, cue, known
from tests.domain.world import DAY, HOUR, MINUTE, POLICY, START, changed, opening, person

ROUND = "'"
WAITS = {"anna": 10, "ben": 20, "mara": 30}


def policy(repeats: int = 0, expires: timedelta | None = None) -> Policy:
    """Without promises, whose breaches would climb as well."""
    levels = (Level(name=who, targets=(person(who),), wait=wait * MINUTE) for who, wait in WAITS.items())
    closing = {
        severity: tuple(rule for rule in POLICY.promises[severity] if rule.kind is PromiseKind.CLOSE)
        for severity in Severity
    }
    rules = changed(POLICY, levels=tuple(levels), repeats=repeats, promises=closing)
    return changed(rules, acknowledgement_expires=expires)


class Off(Stage):
    """Some people are not there."""

    def __init__(self, rules: Policy, off: frozenset[str]) -> None:
        super().__init__(rules)
        self._off = off

    def answer(self, errand: AnyErrand, now: datetime) -> AnyAnswer:
        if isinstance(errand, FindPeople) and {target.id for target in errand.targets} <= self._off:
            return PeopleFound(key=errand.key, people=())
        return super().answer(errand, now)


def course(rules: Policy, cues: tuple[Cue, ...], off: str) -> list[str]:
    stage = Off(rules, frozenset(off.split()))
    lived = simulate(opening(), known(rules, START), Script(cues=cues), stage, START, START + DAY)
    return list(_told(lived.events))


def _told(events: Sequence[AnyEvent]) -> Iterator[str]:
    for event in events:
        minute = f"{(event.at - START) / MINUTE:g}"
        match event:
            case LevelReached():
                yield f"L{event.level}{ROUND * event.round} {minute}"
            case NobodyOnCall():
                yield f"- {minute}"
            case LastResortReached():
                yield f"last {minute}"
            case Acknowledged():
                yield f"yes {minute}"
            case AcknowledgementExpired():
                yield f"silent {minute}"
            case _:
                pass


def climbs(level: int) -> Cue:
    return cue(
        "level_notified", "mara", "climb", level=level, nth=1, after=5 * MINUTE, fields={"reason": "worse"}
    )


def answers(who: str, level: int) -> Cue:
    return cue("level_notified", who, "acknowledge", level=level, nth=1, after=5 * MINUTE)


SNOOZES = cue(
    "opened", "mara", "snooze", nth=1, after=5 * MINUTE, fields={"reason": "wait"}, moments={"until": HOUR}
)


class Ladder(NamedTuple):
    rules: Policy
    cues: tuple[Cue, ...]
    off: str
    """Who is not on call."""
    expected: str


CASES = {
    "without repeats the last resort follows the last level": Ladder(
        policy(), (), "", "L1 0, L2 10, L3 30, last 60"
    ),
    "two repeats are three rounds": Ladder(
        policy(2),
        (),
        "",
        "L1 0, L2 10, L3 30, L1' 60, L2' 70, L3' 90, L1'' 120, L2'' 130, L3'' 150, last 180",
    ),
    "nobody on call at the first level: the second at once, and its wait counts from then": Ladder(
        policy(), (), "anna", "L1 0, - 0, L2 0, L3 20, last 50"
    ),
    "nobody on call in between": Ladder(policy(), (), "ben", "L1 0, L2 10, - 10, L3 10, last 40"),
    "nobody on call at the last level: the last resort at once": Ladder(
        policy(), (), "mara", "L1 0, L2 10, L3 30, - 30, last 30"
    ),
    "nobody on call at the last level, and a repeat is left: the first level at once": Ladder(
        policy(1), (), "mara", "L1 0, L2 10, L3 30, - 30, L1' 30, L2' 40, L3' 60, - 60, last 60"
    ),
    "nobody on call at all": Ladder(policy(), (), "anna ben mara", "L1 0, - 0, L2 0, - 0, L3 0, - 0, last 0"),
    "an acknowledgement stops the climb for good where it does not expire": Ladder(
        policy(2), (answers("ben", 2),), "", "L1 0, L2 10, yes 15"
    ),
    "an acknowledgement that expires lets the next level follow at once": Ladder(
        policy(expires=HOUR), (answers("anna", 1),), "", "L1 0, yes 5, silent 65, L2 65, L3 85, last 115"
    ),
    "one that expires at the last level begins the next round": Ladder(
        policy(1, expires=HOUR),
        (answers("mara", 3),),
        "",
        "L1 0, L2 10, L3 30, yes 35, silent 95, L1' 95, L2' 105, L3' 125, last 155",
    ),
    "one that expires at the last level of the last round leads to the last resort": Ladder(
        policy(expires=HOUR), (answers("mara", 3),), "", "L1 0, L2 10, L3 30, yes 35, silent 95, last 95"
    ),
    "climbing by hand shortens a wait, and the next counts from then": Ladder(
        policy(), (climbs(1),), "", "L1 0, L2 5, L3 25, last 55"
    ),
    "climbing by hand past the last level wraps round and uses up a repeat": Ladder(
        policy(1), (climbs(3),), "", "L1 0, L2 10, L3 30, L1' 35, L2' 45, L3' 65, last 95"
    ),
    "climbing by hand past the last level without a repeat left leads to the last resort": Ladder(
        policy(), (climbs(3),), "", "L1 0, L2 10, L3 30, last 35"
    ),
    "a snooze puts off the climb to its end, and no further": Ladder(
        policy(), (SNOOZES,), "", "L1 0, L2 65, L3 85, last 115"
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_ladder(case: str) -> None:
    ladder = CASES[case]
    assert ", ".join(course(ladder.rules, ladder.cues, ladder.off)) == ladder.expected
