"""A stage for dry runs: the house of the other tests, where every message arrives."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.errands import (
    AnyAnswer,
    AnyErrand,
    EscalationTold,
    FetchPolicy,
    FindPeople,
    NoticesSent,
    PeopleFound,
    PolicyFetched,
    ResolveWorkingTime,
    SendNotices,
    TellEscalation,
)
from domain.notices import Delivery
from domain.policy import Policy
from domain.report import Report
from domain.simulation.run import Simulated, simulate
from domain.simulation.script import Actor, Cue, Script, Who
from domain.vocabulary import ChannelKind, Role, TargetKind
from domain.working_time import WorkingTime
from tests.domain.hours import hours, hours_asked
from tests.domain.world import (
    ON_CALL,
    POLICY,
    REPORT,
    ROLES,
    START,
    TEAMS,
    any_verdict,
    judged,
    opening,
)


class Stage:
    """Answers at once; `unreachable` people have no channel."""

    def __init__(self, policy: Policy = POLICY, unreachable: frozenset[str] = frozenset()) -> None:
        self.policy = policy
        self.unreachable = unreachable

    def role(self, person: str) -> Role | None:
        return ROLES.get(person)

    def answer(self, errand: AnyErrand, now: datetime) -> AnyAnswer:
        match errand:
            case FindPeople():
                return found(errand)
            case SendNotices():
                deliveries = tuple(
                    Delivery(key=one.key, delivered=False)
                    if one.recipient in self.unreachable
                    else Delivery(key=one.key, delivered=True, channel=ChannelKind.EMAIL)
                    for one in errand.notices
                )
                return NoticesSent(key=errand.key, deliveries=deliveries)
            case TellEscalation():
                return EscalationTold(key=errand.key)
            case FetchPolicy():
                return known(self.policy, errand.at, errand.key)
            case ResolveWorkingTime():
                return hours_asked(errand)


def known(policy: Policy, at: datetime, key: str = "open") -> PolicyFetched:
    """The policy with the hours of its calendars around an instant."""
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    windows: dict[str, WorkingTime] = {
        name: hours(name, day - timedelta(days=1), day + timedelta(days=270)) for name in policy.calendars
    }
    return PolicyFetched(key=key, policy=policy, working_time=windows)


def found(errand: FindPeople) -> PeopleFound:
    groups: dict[TargetKind, Mapping[str, tuple[str, ...]]] = {
        TargetKind.TEAM: TEAMS,
        TargetKind.ON_CALL: ON_CALL,
        TargetKind.OWNER: {"": (errand.owner,)},
    }
    people = [groups.get(one.kind, {}).get(one.id, (one.id,)) for one in errand.targets]
    everybody = tuple(dict.fromkeys(one for some in people for one in some))
    return judged(PeopleFound(key=errand.key, people=everybody), any_verdict(errand))


def cue(when: str, who: str, does: str, **more: Any) -> Cue:
    """`who` is an actor's word or a person's name."""
    actors = {actor.value: Who(actor=actor) for actor in Actor}
    return Cue(when=when, who=actors.get(who, Who(actor=Actor.PERSON, id=who)), does=does, **more)


def dry(
    *cues: Cue,
    policy: Policy = POLICY,
    report: Report = REPORT,
    days: float = 40,
    unreachable: frozenset[str] = frozenset(),
) -> Simulated:
    """A dry run from Monday morning on."""
    until = START + timedelta(days=days)
    outside = Stage(policy, unreachable)
    script = Script(cues=cues)
    return simulate(opening(report), known(policy, START), script, outside, START, until)
