"""The rows of a picture: one for each level and for each promise, with its bars and marks over time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.escalation import Promise
from domain.events import (
    Acknowledged,
    AnyEvent,
    EarlierLevelNotified,
    LastResortReached,
    LastResortTold,
    LevelNotified,
    LevelReached,
    PromiseAtRisk,
    PromiseBroken,
    PromiseKept,
)
from domain.events.promises import PromiseEvent, named
from domain.simulation.run import Simulated
from domain.vocabulary import PromiseStatus


class Mark(StrEnum):
    """What happened, as the legend calls it."""

    TOLD = "told"
    ACKNOWLEDGED = "acknowledged"
    AT_RISK = "at risk"
    BROKEN = "broken"
    KEPT = "kept"


class Bar(StrEnum):
    UP = "level is up"
    RUNNING = "clock runs"
    PAUSED = "clock stands"
    LATE = "overdue"


@dataclass
class Row:
    label: str
    bars: list[tuple[Bar, datetime, datetime]] = field(default_factory=list)
    marks: list[tuple[Mark, datetime, str]] = field(default_factory=list)
    """What, when, and in words."""


def level_rows(simulated: Simulated) -> list[Row]:
    """The levels of the policy in their order, and last the last resort."""
    levels = simulated.escalation.policy.levels
    rows = [Row(f"{number} {level.name}") for number, level in enumerate(levels, 1)] + [Row("Last resort")]
    present, since = -1, simulated.escalation.opened_at
    for event in simulated.events:
        match event:
            case LevelReached() | LastResortReached():
                _close(rows, present, since, event.at)
                present = event.level - 1 if isinstance(event, LevelReached) else len(levels)
                since = event.at
            case LevelNotified() | EarlierLevelNotified():
                rows[event.level - 1].marks.append((Mark.TOLD, event.at, event.sentence()))
            case LastResortTold():
                rows[-1].marks.append((Mark.TOLD, event.at, event.sentence()))
            case Acknowledged():
                said = f"{event.by}: {event.sentence()}"
                rows[present].marks.append((Mark.ACKNOWLEDGED, event.at, said))
            case _:
                pass
        if _stops(event):
            _close(rows, present, since, event.at)
            since = simulated.ended_at
    _close(rows, present, since, simulated.ended_at)
    return rows


def promise_rows(simulated: Simulated) -> list[Row]:
    """Each promise that was made, in that order."""
    rows: dict[str, Row] = {}
    running: dict[str, tuple[Bar, datetime]] = {}
    for event in simulated.events:
        if not isinstance(event, PromiseEvent):
            continue
        key = event.promise.key
        row = rows.setdefault(key, Row(named(event.promise)))
        if key in running:
            row.bars.append((*running.pop(key), event.at))
        if (bar := _bar(event.promise)) is not None:
            running[key] = bar, event.at
        row.marks.extend(_marks(event))
    for key, (bar, since) in running.items():
        rows[key].bars.append((bar, since, simulated.ended_at))
    return list(rows.values())


def _close(rows: list[Row], present: int, since: datetime, at: datetime) -> None:
    if present >= 0 and at > since:
        rows[present].bars.append((Bar.UP, since, at))


def _stops(event: AnyEvent) -> bool:
    """Whether the level that is up no longer waits for anybody."""
    return event.type in ("resolution_declared", "closed") or (
        isinstance(event, Acknowledged) and event.stops
    )


def _bar(promise: Promise) -> Bar | None:
    if promise.settled_at is not None:
        return None
    match promise.status:
        case PromiseStatus.RUNNING:
            return Bar.RUNNING
        case PromiseStatus.PAUSED:
            return Bar.PAUSED
        case PromiseStatus.BROKEN:
            return Bar.LATE
        case PromiseStatus.KEPT | PromiseStatus.DROPPED:
            return None


def _marks(event: PromiseEvent) -> Iterator[tuple[Mark, datetime, str]]:
    match event:
        case PromiseAtRisk():
            yield Mark.AT_RISK, event.at, event.sentence()
        case PromiseBroken():
            yield Mark.BROKEN, event.at, event.sentence()
        case PromiseKept():
            yield Mark.KEPT, event.at, event.sentence()
        case _:
            pass
