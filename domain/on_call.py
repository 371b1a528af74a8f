"""Who is on call: schedules of layers, what people changed in them, and the questions that are asked.

Zone data is read from files, so this module is for activities, commands and simulations.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from pydantic import Field, model_validator

from domain.on_call_changes import (
    Added,
    Instead,
    Override,
    Removed,
    Replaced,
    Swap,
    Temporary,
    goes_round,
    overridden,
    put_in,
    swapped,
)
from domain.on_call_rules import Rule, ZoneName, people_of, shifts_by
from domain.on_call_shifts import Claim, Shift, each_once, merged, stacked
from domain.value import Value

AN_INSTANT = timedelta(seconds=1)
LOOK_AHEAD = timedelta(days=400)
"""How far a next handover is looked for: one that comes once a year is found."""


class Layer(Value):
    """One rule of a schedule. Where several layers have somebody, the highest priority is on call."""

    name: str
    rule: Rule
    priority: int = Field(default=0, ge=0, le=99)


class Schedule(Value):
    """Layers; those of the same priority are on call together, in their order."""

    id: str
    zone: ZoneName
    """The zone in which its times are written and shown; a rule may have its own."""
    layers: tuple[Layer, ...] = Field(min_length=1)


class OnCall(Value):
    """All schedules of an organisation, by id, and their changes."""

    schedules: dict[str, Schedule] = {}
    overrides: tuple[Override, ...] = ()
    swaps: tuple[Swap, ...] = ()
    temporary: tuple[Temporary, ...] = ()

    @model_validator(mode="after")
    def _ends_somewhere(self) -> Self:
        if goes_round(self.temporary) is not None:
            raise ValueError("temporary schedules go round in a circle; let one name another schedule")
        return self


@dataclass(frozen=True, slots=True)
class Handover:
    """The instant at which who is on call changes, and who is on call from then on."""

    at: datetime
    people: tuple[str, ...]


def final_schedule(on_call: OnCall, schedule_id: str, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """A stretch of time (aware, `end` after `start`) without a hole, as shifts and gaps in UTC.

    Raises KeyError for a schedule that is not there.
    """
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    shifts = planned(on_call.schedules[schedule_id], start, end)
    for each in on_call.temporary:
        since, until = max(start, each.start), min(end, each.end)
        if each.schedule == schedule_id and since < until:
            shifts = put_in(shifts, final_schedule(on_call, each.use, since, until))
    shifts = swapped(shifts, [each for each in on_call.swaps if each.schedule == schedule_id])
    overrides = [each for each in on_call.overrides if each.schedule == schedule_id]
    return merged(overridden(shifts, [each for each in overrides if each.start < end and start < each.end]))


def planned(schedule: Schedule, start: datetime, end: datetime) -> list[Shift]:
    """What the layers say, without any change."""
    claims = [
        Claim(shift, layer.priority)
        for layer in schedule.layers
        for shift in shifts_by(layer.rule, start, end)
    ]
    return stacked(claims, start, end)


def people_at(on_call: OnCall, schedule_id: str, at: datetime) -> tuple[str, ...]:
    """The ids of those on call at an aware instant. Raises KeyError for an unknown schedule."""
    return final_schedule(on_call, schedule_id, at, at + AN_INSTANT)[0].people


def next_handover(on_call: OnCall, schedule_id: str, after: datetime) -> Handover | None:
    """The first instant after `after` at which somebody else is on call; None for none in LOOK_AHEAD."""
    ahead = timedelta(days=2)
    while True:
        ahead = min(ahead, LOOK_AHEAD)
        shifts = final_schedule(on_call, schedule_id, after, after + ahead)
        if len(shifts) > 1:
            return Handover(shifts[1].start, shifts[1].people)
        if ahead == LOOK_AHEAD:
            return None
        ahead *= 4


def on_call_since(on_call: OnCall, schedule_id: str, at: datetime) -> datetime | None:
    """When those who are on call at an instant came on call; None for longer ago than LOOK_AHEAD."""
    behind = timedelta(days=2)
    while True:
        behind = min(behind, LOOK_AHEAD)
        shifts = final_schedule(on_call, schedule_id, at - behind, at + AN_INSTANT)
        if len(shifts) > 1:
            return shifts[-1].start
        if behind == LOOK_AHEAD:
            return None
        behind *= 4


def gaps(on_call: OnCall, schedule_id: str, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """The stretches in which nobody is on call."""
    return tuple(shift for shift in final_schedule(on_call, schedule_id, start, end) if not shift.people)


def shifts_of(
    on_call: OnCall, person: str, schedule_id: str, start: datetime, end: datetime
) -> tuple[Shift, ...]:
    """The shifts of a person in a schedule; they tell who else is on call then."""
    final = final_schedule(on_call, schedule_id, start, end)
    return tuple(shift for shift in final if person in shift.people)


def ever_on_call(on_call: OnCall, schedule_id: str) -> tuple[str, ...]:
    """Everybody whom a schedule can come to mean; nobody for an unknown one."""
    return each_once(_ever(on_call, schedule_id, frozenset()))


def _ever(on_call: OnCall, schedule_id: str, seen: frozenset[str]) -> Iterator[str]:
    if schedule_id in seen or schedule_id not in on_call.schedules:
        return
    for layer in on_call.schedules[schedule_id].layers:
        yield from people_of(layer.rule)
    for temporary in on_call.temporary:
        if temporary.schedule == schedule_id:
            yield from _ever(on_call, temporary.use, seen | {schedule_id})
    for swap in on_call.swaps:
        if swap.schedule == schedule_id:
            yield from (swap.first, swap.second)
    for override in on_call.overrides:
        if override.schedule == schedule_id:
            yield from _brought(override)


def _brought(override: Override) -> tuple[str, ...]:
    match override.change:
        case Instead() | Added():
            return override.change.people
        case Removed():
            return ()
        case Replaced():
            return tuple(override.change.stand_ins.values())
