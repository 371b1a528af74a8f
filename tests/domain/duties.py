"""Schedules for tests, in few words."""

from datetime import UTC, datetime, timedelta

from domain.on_call import Layer, OnCall, Schedule
from domain.on_call_changes import Change, Override, Stretch
from domain.on_call_rules import Hours, Months, Rotation, Rule
from domain.on_call_shifts import Shift

WEEK = timedelta(weeks=1)
BERLIN = "Europe/Berlin"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rotation(
    starts: str,
    shift: timedelta | Months,
    *people: str,
    zone: str = BERLIN,
    only: tuple[Hours, ...] = (),
    until: str | None = None,
) -> Rotation:
    return Rotation(
        zone=zone,
        starts=datetime.fromisoformat(starts),
        shift=shift,
        people=people or ("ann", "ben", "cyd"),
        only=only,
        until=datetime.fromisoformat(until) if until else None,
    )


def schedule(*rules: Rule | tuple[int, Rule], id: str = "duty", zone: str = BERLIN) -> Schedule:
    ranked = [rule if isinstance(rule, tuple) else (0, rule) for rule in rules]
    layers = (Layer(name=f"layer-{n}", rule=rule, priority=rank) for n, (rank, rule) in enumerate(ranked))
    return Schedule(id=id, zone=zone, layers=tuple(layers))


def book(*rules: Rule | tuple[int, Rule], overrides: tuple[Override, ...] = (), zone: str = BERLIN) -> OnCall:
    """One schedule, `duty`, with these rules as its layers."""
    return OnCall(schedules={"duty": schedule(*rules, zone=zone)}, overrides=overrides)


def override(start: str, end: str, change: Change, schedule_id: str = "duty") -> Override:
    return Override(schedule=schedule_id, start=utc(start), end=utc(end), change=change)


def stretch(start: str, end: str) -> Stretch:
    return Stretch(start=utc(start), end=utc(end))


def told(shifts: tuple[Shift, ...]) -> list[str]:
    """Shifts as text: `01-05 08:00 ann+ben`, each with its start in UTC."""
    return [f"{shift.start:%m-%d %H:%M} {'+'.join(shift.people) or '-'}" for shift in shifts]
