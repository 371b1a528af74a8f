"""What a simulated life comes to: who is told how often and at which hours, which promises fail, the end.

Zone data is read from files, so this module is for commands.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calendars import zone
from domain.events import PromiseAtRisk, PromiseBroken
from domain.simulation.run import Simulated
from domain.vocabulary import CloseReason, Stage

NIGHT_BEGINS, NIGHT_ENDS = 22, 6
"""Local hours: a message from 22:00 on, and before 6:00, comes at night."""


@dataclass(frozen=True)
class Told:
    """How often somebody is told."""

    recipient: str
    messages: int
    nights: tuple[datetime, ...]
    """When, of those that come at night; in local time."""


@dataclass(frozen=True)
class Trouble:
    """A promise that is at risk or broken, once or again and again."""

    promise: str
    times: int
    first: datetime
    """When it first came to that, by plan."""


@dataclass(frozen=True)
class Digest:
    told: tuple[Told, ...]
    """Who is told most often comes first."""
    at_risk: tuple[Trouble, ...]
    broken: tuple[Trouble, ...]
    acknowledged_after: timedelta | None
    """From the opening until somebody acknowledges."""
    stage: Stage
    owner: str
    closed_at: datetime | None
    close_reason: CloseReason | None


def digest(simulated: Simulated, zone_name: str) -> Digest:
    """`zone_name` is where the people are whose nights count."""
    escalation = simulated.escalation
    acknowledged = next((event.at for event in simulated.events if event.type == "acknowledged"), None)
    return Digest(
        told=_told(simulated, zone_name),
        at_risk=_troubles(event for event in simulated.events if isinstance(event, PromiseAtRisk)),
        broken=_troubles(event for event in simulated.events if isinstance(event, PromiseBroken)),
        acknowledged_after=acknowledged - escalation.opened_at if acknowledged else None,
        stage=escalation.stage,
        owner=escalation.owner,
        closed_at=escalation.closed_at,
        close_reason=escalation.close_reason,
    )


def is_night(local: datetime) -> bool:
    return not NIGHT_ENDS <= local.hour < NIGHT_BEGINS


def _told(simulated: Simulated, zone_name: str) -> tuple[Told, ...]:
    here = zone(zone_name)
    times: dict[str, list[datetime]] = {}
    for message in simulated.messages:
        times.setdefault(message.recipient, []).append(message.at.astimezone(here))
    told = (Told(one, len(at), tuple(filter(is_night, at))) for one, at in times.items())
    return tuple(sorted(told, key=lambda one: (-one.messages, one.recipient)))


def _troubles(events: Iterable[PromiseAtRisk | PromiseBroken]) -> tuple[Trouble, ...]:
    """In the order in which they first came."""
    known = list(events)
    times = Counter(event.promise.key for event in known)
    first = {event.promise.key: event.planned or event.at for event in reversed(known)}
    return tuple(Trouble(key, number, first[key]) for key, number in times.items())
