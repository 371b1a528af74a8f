"""The on-call schedules of a file in which everything has been found right."""

from datetime import datetime

from domain.calendars import local_instant
from domain.on_call import Layer, OnCall, Schedule
from domain.on_call_changes import (
    Added,
    Change,
    Instead,
    Override,
    Removed,
    Replaced,
    Stretch,
    Swap,
    Temporary,
)
from domain.on_call_rules import Dated, DatedShift, Hours, Rotation, Rule, Weekly, WeeklyRule
from organisation.on_call_shapes import (
    LayerShape,
    OnCallFile,
    OverrideShape,
    RotationShape,
    StretchShape,
    SwapShape,
    TemporaryShape,
)


def on_call_of(file: OnCallFile) -> OnCall:
    """The value of a file whose names, zones and times are right."""
    schedules = {}
    for key, rotation in file.rotations.items():
        layer = Layer(name=key, rule=_rotation(rotation, rotation.zone))
        schedules[key] = Schedule(id=key, zone=rotation.zone, layers=(layer,))
    for key, schedule in file.schedules.items():
        layers = (_layer(name, layer, layer.zone or schedule.zone) for name, layer in schedule.layers.items())
        schedules[key] = Schedule(id=key, zone=schedule.zone, layers=tuple(layers))
    zones = file.zones()
    return OnCall(
        schedules=schedules,
        overrides=tuple(override_of(each, zones[each.of]) for each in file.overrides),
        swaps=tuple(_swap(each, zones[each.of]) for each in file.swaps),
        temporary=tuple(temporary_of(each, zones[each.of]) for each in file.temporary),
    )


def instant(written: datetime, zone_name: str) -> datetime:
    """A time as it is written: with an offset it is that instant, without one it is local."""
    return local_instant(written, zone_name) if written.tzinfo is None else written


def _layer(name: str, shape: LayerShape, zone_name: str) -> Layer:
    return Layer(name=name, rule=_rule(shape, zone_name), priority=shape.priority)


def _rule(shape: LayerShape, zone_name: str) -> Rule:
    if shape.rotation is not None:
        return _rotation(shape.rotation, zone_name)
    if shape.weekly is not None:
        rules = (WeeklyRule(hours=each.hours, days=each.days, people=each.people) for each in shape.weekly)
        return Weekly(zone=zone_name, rules=tuple(rules))
    return Dated(
        shifts=tuple(
            DatedShift(
                start=instant(each.start, zone_name), end=instant(each.end, zone_name), people=each.people
            )
            for each in shape.dated or ()
        )
    )


def _rotation(shape: RotationShape, zone_name: str) -> Rotation:
    return Rotation(
        zone=zone_name,
        starts=shape.starts,
        shift=shape.shift,
        people=shape.people,
        until=shape.until,
        only=tuple(Hours(hours=each.hours, days=each.days) for each in shape.only),
    )


def override_of(shape: OverrideShape, zone_name: str) -> Override:
    return Override(
        schedule=shape.of,
        start=instant(shape.start, zone_name),
        end=instant(shape.end, zone_name),
        change=_change(shape),
        reason=shape.reason or "",
        by=shape.by or "",
    )


def _change(shape: OverrideShape) -> Change:
    if shape.add is not None:
        return Added(people=shape.add)
    if shape.remove is not None:
        return Removed(people=shape.remove)
    if shape.replace is not None:
        return Replaced(stand_ins=shape.replace)
    return Instead(people=() if shape.person is None else (shape.person,))


def _swap(shape: SwapShape, zone_name: str) -> Swap:
    (first, its), (second, other) = shape.shifts.items()
    return Swap(
        schedule=shape.of,
        first=first,
        first_shift=_stretch(its, zone_name),
        second=second,
        second_shift=_stretch(other, zone_name),
    )


def _stretch(shape: StretchShape, zone_name: str) -> Stretch:
    return Stretch(start=instant(shape.start, zone_name), end=instant(shape.end, zone_name))


def temporary_of(shape: TemporaryShape, zone_name: str) -> Temporary:
    return Temporary(
        schedule=shape.of,
        use=shape.use,
        start=instant(shape.start, zone_name),
        end=instant(shape.end, zone_name),
    )
