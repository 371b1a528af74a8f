"""Past cases for tests: lives that were played by cues, recalled, and replayed under policies."""

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from domain.comparison.difference import Comparison, Difference
from domain.comparison.footprint import Footprint, footprint
from domain.comparison.past import PastCase
from domain.comparison.recall import recall
from domain.comparison.replay import Replayed, replay
from domain.policy import Policy
from domain.report import Report
from domain.simulation.run import simulate
from domain.simulation.script import Cue, Script
from tests.domain.stage import Stage, known
from tests.domain.world import DAY, POLICY, REPORT, START, opening

NOW = START + 60 * DAY


def past(*cues: Cue, policy: Policy = POLICY, report: Report = REPORT, days: float = 40) -> PastCase:
    """What is recalled of a life that opened on Monday morning."""
    until = START + timedelta(days=days)
    begun = opening(report)
    lived = simulate(begun, known(policy, START), Script(cues=cues), Stage(policy), START, until)
    return recall(begun, START, lived.events)


def again(case: PastCase, policy: Policy = POLICY, now: datetime = NOW) -> Replayed:
    return replay(case, known(policy, START), Stage(policy), now)


def left(case: PastCase, policy: Policy, zone: tzinfo) -> Footprint:
    lived = again(case, policy)
    return footprint(case.opening.key, lived.simulated, lambda _: zone, lived.not_come)


def difference(case: PastCase, old: Policy, new: Policy, zone: str = "UTC") -> Difference:
    """Of one case; everybody is in the same zone, and in the team of their first letter."""
    compared = Comparison(lambda person: person[0])
    compared.add(left(case, old, ZoneInfo(zone)), left(case, new, ZoneInfo(zone)))
    return compared.difference()


def minutes(replayed: Replayed, kind: str) -> list[float]:
    """How long after the opening events of a type come."""
    events = replayed.simulated.events
    return [(event.at - START) / timedelta(minutes=1) for event in events if event.type == kind]
