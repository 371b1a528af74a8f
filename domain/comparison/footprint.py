"""What one life comes to, as far as two policies are compared by it: small, so that thousands can be kept."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from domain.comparison.replay import NotCome
from domain.events import Acknowledged, AnyEvent, LastResortReached, LevelReached, PromiseBroken
from domain.simulation.life import Simulated
from domain.simulation.summary import is_night
from domain.vocabulary import Audience, PromiseKind

ZoneOf = Callable[[str], tzinfo]
"""Where a person's nights are."""
_TELLING = frozenset({Acknowledged, LastResortReached, LevelReached, PromiseBroken})
"""The events that are looked into, few of many."""
LAST_RESORT = 0
"""Stands for the last resort where the level that was reached is counted."""


Detail = tuple[datetime, str, str, str]
"""When, who by which channel and about what; or which promise broke."""


@dataclass(frozen=True, slots=True)
class Undone:
    """Something that somebody did then, or is to do by script, and that is not done under a policy."""

    case: str
    after: timedelta
    """Since the opening."""
    who: str
    does: str
    why: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Footprint:
    """Messages are those that arrive: whoever has no channel is told nothing."""

    case: str

    told: Counter[str]
    """Messages by person."""
    nights: Counter[str]
    """Those of them that come at night, in the person's own time."""
    hours: Counter[int]
    """Messages to people inside by the hour of their own day."""
    customers: int
    """Messages to contacts of customers."""
    broken: Counter[PromiseKind]
    acknowledged_after: timedelta | None
    level: int
    """The highest that was reached, or LAST_RESORT."""
    closed_at: datetime | None
    refused: tuple[Undone, ...]
    not_come: tuple[Undone, ...]
    details: tuple[Detail, ...]
    """Every message and every breach to the second, which the sums above do not tell apart."""

    def differs_in_detail_only(self, other: "Footprint") -> bool:
        """Whether only the minute, the channel or the subject of a message, or the minute of a breach, do."""
        return self != other and replace(self, details=other.details) == other


def footprint(
    case: str, simulated: Simulated, zone_of: ZoneOf, not_come: tuple[NotCome, ...] = ()
) -> Footprint:
    opened_at = simulated.escalation.opened_at
    inside: list[tuple[str, datetime]] = []
    details: list[Detail] = []
    customers = 0
    for message in simulated.messages:
        if message.channel is None:
            continue
        details.append((message.at, message.recipient, message.channel, message.template))
        if message.audience is Audience.CUSTOMER:
            customers += 1
        else:
            who = message.recipient
            inside.append((who, message.at.astimezone(zone_of(who))))
    telling = [event for event in simulated.events if type(event) in _TELLING]
    broken = [event for event in telling if isinstance(event, PromiseBroken)]
    details += [(event.at, "", "", event.promise.kind) for event in broken]
    return Footprint(
        case=case,
        told=Counter([who for who, _ in inside]),
        nights=Counter([who for who, at in inside if is_night(at)]),
        hours=Counter([at.hour for _, at in inside]),
        customers=customers,
        broken=Counter([event.promise.kind for event in broken]),
        acknowledged_after=_acknowledged(telling, opened_at),
        level=_level(telling),
        closed_at=simulated.escalation.closed_at,
        refused=tuple(
            Undone(case, one.at - opened_at, one.who, one.does, one.refused)
            for one in simulated.played
            if one.refused
        ),
        not_come=tuple(Undone(case, one.act.after, one.act.who, one.act.what, one.why) for one in not_come),
        details=tuple(details),
    )


def _acknowledged(events: Iterable[AnyEvent], opened_at: datetime) -> timedelta | None:
    return next((event.at - opened_at for event in events if isinstance(event, Acknowledged)), None)


def _level(events: Iterable[AnyEvent]) -> int:
    highest = 1
    for event in events:
        if isinstance(event, LastResortReached):
            return LAST_RESORT
        if isinstance(event, LevelReached):
            highest = max(highest, event.level)
    return highest
