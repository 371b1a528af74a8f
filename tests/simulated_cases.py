"""Random cases for comparing dry runs with reality: alone, moved to other policies, linked, and joined."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from random import Random

from domain.decisions import Author
from domain.ending import ENGINE
from domain.errands import AnyAnswer, AnyErrand, ErrandFailed, FetchPolicy, TellEscalation
from domain.events import Opened
from domain.opening import Opening
from domain.report import Link, Report
from domain.simulation.life import Played, Simulated
from domain.simulation.run import simulate
from domain.simulation.script import Actor, Cue, Script, Who
from domain.vocabulary import Grade, Reason, Relation, Role
from tests.domain.house import CALM, POLICIES
from tests.domain.house import REPORTS as HOUSE_REPORTS
from tests.domain.random_scripts import ODD, random_script
from tests.domain.stage import Stage, cue, known
from tests.domain.world import CUSTOMER, POLICY, REPORT

HOUSES = {policy.name: policy for policy in (POLICY, *POLICIES)}
NO_SUCH_POLICY = "nowhere"
REPORTS = (
    REPORT,
    REPORT.but(customer=None),
    REPORT.but(reason=Reason.ABUSE_OR_THREAT, impact=Grade.LOW),
    REPORT.but(impact=Grade.LOW, urgency=Grade.LOW, affected=(CUSTOMER.but(id="other", name="Other"),)),
    *(report for report in HOUSE_REPORTS if not report.links),
)
APART = timedelta(seconds=25)
"""People act at least so long before and after what time brings about, so that the order is certain."""
DRIFT = timedelta(seconds=90)
"""So much later than planned a life may open in reality, without any change in what happens in it."""
INSTANTS = 18
"""About so many times something happens in each life."""
LONGEST = timedelta(days=20)


class Kind(StrEnum):
    ALONE = "alone"
    MOVED = "moved"
    LINKED = "linked"
    JOINED = "joined"


KINDS = (Kind.LINKED, Kind.MOVED, Kind.ALONE, Kind.JOINED, Kind.ALONE, Kind.MOVED, Kind.ALONE, Kind.ALONE)
"""In turn, so that a few cases have all of them."""


@dataclass(frozen=True)
class Case:
    """One life, or two that have to do with each other, as they should go on from their openings."""

    lives: tuple[Simulated, ...]
    horizon: datetime

    def turns(self) -> Iterator[tuple[int, Played]]:
        """What people decide, and in which of the lives."""
        for number, life in enumerate(self.lives):
            for one in life.played:
                if one.decision and one.at <= self.horizon and one.who != ENGINE.id:
                    yield number, one


def reported(kind: Kind, chance: Random, first: str = "") -> tuple[Report, str]:
    """A report and the name of a policy; the second of two that are linked names the first as its parent."""
    report, policy = chance.choice(REPORTS), chance.choice(sorted(HOUSES))
    if kind is not Kind.LINKED:
        return report, policy
    if not first:
        # Where nothing is owed after the solution, it is soon closed.
        return REPORT, CALM.name
    return report.but(links=(Link(relation=Relation.PARENT, id=first),)), policy


def no_such_policy(name: str) -> str:
    return f"there is no policy {name}"


def rehearsed(opened: Sequence[Opened], kind: Kind, chance: Random, planned: datetime) -> Case:
    """The dry runs from these openings, by random scripts without close calls.

    The scripts are chosen as if everything opened when it was planned, so that the same chance makes the
    same case, however long openings take.
    """
    as_planned = [one.but(at=planned) for one in opened]
    while True:
        scripts = _scripts(opened, kind, chance)
        plan = _played(as_planned, scripts, APART + DRIFT)
        if plan and (case := _played(opened, scripts, APART, plan.horizon)):
            return case


def _played(
    opened: Sequence[Opened],
    scripts: Sequence[tuple[Cue, ...]],
    apart: timedelta,
    horizon: datetime | None = None,
) -> Case | None:
    """The dry runs by these scripts; None where the order of what happens in them is a close call."""
    stages = tuple(_Stage(one) for one in opened)
    lives = _together(opened, scripts, stages)
    case = Case(lives, horizon or _horizon(lives, apart))
    begun = max(one.at for one in opened)
    certain = all(_is_certain(life, case.horizon, begun, apart) for life in lives)
    return case if certain and not _too_late(stages, case) else None


class _Stage(Stage):
    """Knows all houses, and remembers what other escalations are told."""

    def __init__(self, opened: Opened) -> None:
        super().__init__(HOUSES[opened.policy.name])
        self.known = known(self.policy, opened.at)
        self.told: list[tuple[datetime, TellEscalation]] = []

    def answer(self, errand: AnyErrand, now: datetime) -> AnyAnswer:
        if isinstance(errand, FetchPolicy):
            if errand.name in HOUSES:
                return known(HOUSES[errand.name], errand.at, errand.key)
            return ErrandFailed(key=errand.key, why=f"UnknownPolicy: {no_such_policy(errand.name)}")
        if isinstance(errand, TellEscalation):
            self.told.append((now, errand))
        return super().answer(errand, now)


def _scripts(opened: Sequence[Opened], kind: Kind, chance: Random) -> tuple[tuple[Cue, ...], ...]:
    usual = tuple(random_script(chance).cues for _ in opened)
    match kind:
        case Kind.ALONE:
            return usual
        case Kind.MOVED:
            return tuple((*cues, *_moves(chance)) for cues in usual)
        case Kind.LINKED:
            return (_soon_resolved(chance), *usual[1:])
        case Kind.JOINED:
            into, minutes = opened[1].id, chance.randint(2, 90)
            fields = {"into": into, "reason": "The same outage."}
            joins = cue("level_notified", "mara", "join", nth=1, after=_after(minutes), fields=fields)
            return ((joins,), *usual[1:])


def _moves(chance: Random) -> Iterator[Cue]:
    """Soon to a policy that there is, and later perhaps to one that there is not."""
    later = chance.choice(("acknowledged", "accepted"))
    for when, policies, longest in (("opened", HOUSES, 60), (later, (*HOUSES, NO_SUCH_POLICY), 200)):
        fields = {"policy": chance.choice(tuple(policies)), "reason": "It fits better."}
        minutes = chance.randint(1, longest)
        yield cue(when, "mara", "move_policy", nth=1, after=_after(minutes), fields=fields)


def _soon_resolved(chance: Random) -> tuple[Cue, ...]:
    """A way to the solution that closes what is linked as well."""
    steps: tuple[tuple[str, str, str, dict[str, str]], ...] = (
        ("level_notified", "xena", "acknowledge", {}),
        ("acknowledged", "mara", "accept", {"reason": "ours"}),
        ("accepted", "mara", "declare_resolved", {"what_was_done": "Corrected."}),
        ("resolution_declared", "crm", "confirm", {}),
        ("confirmed", "mara", "close", {"reason": "Nothing is owed."}),
    )
    return tuple(
        cue(when, who, does, nth=1, after=_after(chance.randint(1, 40)), fields=fields)
        for when, who, does, fields in steps
    )


def _after(minutes: int) -> timedelta:
    return timedelta(minutes=minutes) + ODD


def _together(
    opened: Sequence[Opened], scripts: Sequence[tuple[Cue, ...]], stages: Sequence[_Stage]
) -> tuple[Simulated, ...]:
    """Each hears what the others tell it: run again until nobody is told anything else."""
    heard: list[tuple[Cue, ...]] = [() for _ in opened]
    while True:
        for stage in stages:
            stage.told.clear()
        lives = tuple(
            _alone(one, Script(cues=(*cues, *more)), stage)
            for one, cues, more, stage in zip(opened, scripts, heard, stages, strict=True)
        )
        told = [turn for stage in stages for turn in stage.told]
        now_heard = [tuple(_hears(one, told)) for one in opened]
        if now_heard == heard:
            return lives
        heard = now_heard


def _alone(opened: Opened, script: Script, stage: _Stage) -> Simulated:
    opening = Opening(
        id=opened.id,
        key=opened.key,
        request_id=opened.decision_id or "",
        policy=opened.policy.name,
        report=opened.report,
        author=Author(id=opened.by, role=opened.role or Role.SERVICE),
    )
    begins = opened.at
    return simulate(opening, stage.known, script, stage, begins, begins + LONGEST)


def _hears(opened: Opened, told: Sequence[tuple[datetime, TellEscalation]]) -> Iterator[Cue]:
    for at, errand in told:
        if errand.escalation_id == opened.id:
            decision = errand.decision
            yield Cue(
                when="opened",
                nth=1,
                after=at - opened.at,
                who=Who(actor=Actor.SERVICE, id=ENGINE.id),
                does=decision.type,
                fields=decision.model_dump(exclude={"type", "decision_id", "author"}),
            )


def _horizon(lives: Sequence[Simulated], apart: timedelta) -> datetime:
    """After about as many instants as are wanted in each, where nothing happens for a while."""
    instants = sorted(at for life in lives for at in {event.at for event in life.events})
    for before, after in pairwise(instants[INSTANTS * len(lives) :]):
        if after - before > 4 * apart:
            return before + (after - before) / 2
    return max(life.ended_at for life in lives) + apart


def _is_certain(life: Simulated, horizon: datetime, begun: datetime, apart: timedelta) -> bool:
    """Whether nobody acts together with others or close to what time brings about."""
    turns = [one.at for one in life.played if one.decision and begun < one.at <= horizon]
    instants = sorted({*turns, *(event.at for event in life.events)})
    certain = all(
        later - earlier >= apart
        for earlier, later in pairwise(instants)
        if earlier in turns or later in turns
    )
    clockwork = {event.at for event in life.events if event.planned == event.at}
    return certain and len(turns) == len(set(turns)) and not clockwork & set(turns)


def _too_late(stages: Sequence[_Stage], case: Case) -> bool:
    """Whether somebody tells another life something when that has ended, or does not want to hear it."""
    ends = {life.escalation.id: life.escalation.closed_at for life in case.lives}
    late = [
        ends[errand.escalation_id]
        for stage in stages
        for at, errand in stage.told
        if (ended := ends.get(errand.escalation_id)) is not None and ended < at <= case.horizon
    ]
    refused = [one for life in case.lives for one in life.played if one.who == ENGINE.id and one.refused]
    return bool(late or refused)
