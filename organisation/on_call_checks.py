"""What is wrong with on-call.yaml although it has the right shape, and what somebody should look at."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from domain.calendars import zone
from domain.on_call import OnCall, final_schedule, gaps
from domain.on_call_changes import Stretch, goes_round
from domain.on_call_rules import Months
from domain.on_call_shifts import Shift
from organisation.explain import split
from organisation.findings import Finding, Weight
from organisation.names import Names, Thing
from organisation.on_call_shapes import (
    DatedShape,
    OnCallFile,
    OverrideShape,
    RotationShape,
    ScheduleShape,
    StretchShape,
    TemporaryShape,
)
from organisation.on_call_values import instant, temporary_of
from organisation.yaml_source import Location, Source

SHORTEST_SHIFT = timedelta(hours=1)
GAPS_AHEAD = timedelta(days=90)

Written = DatedShape | OverrideShape | StretchShape | TemporaryShape


def wrong_on_call(source: Source, file: OnCallFile, names: Names) -> Iterator[Finding]:
    """Everything that keeps schedules from being made of the file."""
    for key, rotation in file.rotations.items():
        yield from _wrong_zone(source, ("rotations", key, "zone"), rotation.zone)
        yield from _wrong_rotation(source, ("rotations", key), rotation, names)
    for key, schedule in file.schedules.items():
        if key in file.rotations:
            what, mend = f"there is a rotation {key!r} too", "give one of the two another name"
            yield source.finding(("schedules", key), what, mend)
        yield from _wrong_schedule(source, ("schedules", key), schedule, names)
    yield from _wrong_changes(source, file, names)


def _wrong_schedule(source: Source, at: Location, schedule: ScheduleShape, names: Names) -> Iterator[Finding]:
    yield from _wrong_zone(source, (*at, "zone"), schedule.zone)
    for name, layer in schedule.layers.items():
        here = (*at, "layers", name)
        yield from _wrong_zone(source, (*here, "zone"), layer.zone)
        if layer.rotation is not None:
            yield from _wrong_rotation(source, (*here, "rotation"), layer.rotation, names)
        for number, rule in enumerate(layer.weekly or ()):
            yield from _strangers(source, (*here, "weekly", number, "people"), rule.people, names)
        for number, shift in enumerate(layer.dated or ()):
            yield from _strangers(source, (*here, "dated", number, "people"), shift.people, names)


def _wrong_changes(source: Source, file: OnCallFile, names: Names) -> Iterator[Finding]:
    for section in ("overrides", "swaps", "temporary"):
        for number, change in enumerate(getattr(file, section)):
            field = "rotation" if change.schedule is None else "schedule"
            yield from names.unknown(source, (section, number, field), Thing.ROTATION, change.of)
    for number, override in enumerate(file.overrides):
        at = ("overrides", number)
        yield from names.unknown(source, (*at, "person"), Thing.PERSON, override.person)
        yield from _strangers(source, (*at, "add"), override.add or (), names)
        yield from _strangers(source, (*at, "remove"), override.remove or (), names)
        for person, stand_in in (override.replace or {}).items():
            for who in (person, stand_in):
                yield from names.unknown(source, (*at, "replace", person), Thing.PERSON, who)
    for number, swap in enumerate(file.swaps):
        for person in swap.shifts:
            yield from names.unknown(source, ("swaps", number, "shifts", person), Thing.PERSON, person)
    for number, temporary in enumerate(file.temporary):
        yield from names.unknown(source, ("temporary", number, "use"), Thing.ROTATION, temporary.use)


def _wrong_rotation(source: Source, at: Location, rotation: RotationShape, names: Names) -> Iterator[Finding]:
    if rotation.starts.tzinfo is not None:
        yield source.finding(
            (*at, "starts"),
            "the first handover has an offset",
            "leave the offset out; the time is local in the rotation's zone",
        )
    if rotation.until is not None and rotation.until.tzinfo is not None:
        mend = "leave the offset out; the time is local in the rotation's zone"
        yield source.finding((*at, "until"), "the last turn's end has an offset", mend)
    elif rotation.until is not None and rotation.until <= rotation.starts.replace(tzinfo=None):
        no_time = rotation.until == rotation.starts.replace(tzinfo=None)
        said = _too_early("swap starts and until", lasts_no_time=no_time)
        yield source.finding((*at, "until"), *said)
    if not isinstance(rotation.shift, Months) and rotation.shift < SHORTEST_SHIFT:
        yield source.finding((*at, "shift"), "a turn of less than an hour", "write at least 1h")
    yield from _strangers(source, (*at, "people"), rotation.people, names)


def _strangers(source: Source, at: Location, people: Iterable[str], names: Names) -> Iterator[Finding]:
    for number, person in enumerate(people):
        yield from names.unknown(source, (*at, number), Thing.PERSON, person)


def _wrong_zone(source: Source, at: Location, name: str | None) -> Iterator[Finding]:
    try:
        zone("UTC" if name is None else name)
    except ValueError as error:
        yield source.finding(at, *split(str(error)))


def wrong_order(source: Source, file: OnCallFile) -> list[Finding]:
    """What ends before it starts, and schedules that lead to themselves; for right names and zones."""
    zones = file.zones()
    backward = []
    for location, called, zone_name, shape in _stretches(file, zones):
        start, end = instant(shape.start, zone_name), instant(shape.end, zone_name)
        if end <= start:
            what, mend = _too_early("swap its times", lasts_no_time=end == start)
            backward.append(source.finding(location, f"{called} {what}", mend))
    if backward:
        return backward
    number = goes_round(tuple(temporary_of(each, zones[each.of]) for each in file.temporary))
    if number is None:
        return []
    what, mend = "leads back to its own schedule", "use another schedule, or other times"
    return [source.finding(("temporary", number, "use"), what, mend)]


def _too_early(mend: str, *, lasts_no_time: bool) -> tuple[str, str]:
    """What is said of an end that does not come after its start, and the mend."""
    return ("ends when it starts", "let it end later") if lasts_no_time else ("ends before it starts", mend)


def _stretches(file: OnCallFile, zones: dict[str, str]) -> Iterator[tuple[Location, str, str, Written]]:
    for key, schedule in file.schedules.items():
        for name, layer in schedule.layers.items():
            for number, shift in enumerate(layer.dated or ()):
                at = ("schedules", key, "layers", name, "dated", number)
                yield at, "a shift", layer.zone or schedule.zone, shift
    for number, override in enumerate(file.overrides):
        yield ("overrides", number), "an override", zones[override.of], override
    for number, swap in enumerate(file.swaps):
        for person, stretch in swap.shifts.items():
            yield ("swaps", number, "shifts", person), "a shift", zones[swap.of], stretch
    for number, temporary in enumerate(file.temporary):
        yield ("temporary", number), "a temporary schedule", zones[temporary.of], temporary


def doubtful_on_call(source: Source, file: OnCallFile, on_call: OnCall, today: date) -> Iterator[Finding]:
    """Warnings: gaps in the days to come, and swaps of shifts that are not there."""
    start = datetime.combine(today, time(), UTC)
    expected = {key for key, rotation in file.rotations.items() if rotation.expects_gaps}
    expected |= {key for key, schedule in file.schedules.items() if schedule.expects_gaps}
    for schedule_id in on_call.schedules.keys() - expected:
        open_ends = gaps(on_call, schedule_id, start, start + GAPS_AHEAD)
        section = "rotations" if schedule_id in file.rotations else "schedules"
        if open_ends:
            zone_name = on_call.schedules[schedule_id].zone
            yield _warning(
                source, (section, schedule_id), _told(open_ends, zone_name),
                "fill it with a layer or an override, or write expects_gaps: true",
            )  # fmt: skip
    for number, swap in enumerate(on_call.swaps):
        for person, stretch in ((swap.first, swap.first_shift), (swap.second, swap.second_shift)):
            if stretch.end > start and not _is_on_call(on_call, number, person, stretch):
                yield _warning(
                    source, ("swaps", number, "shifts", person), f"{person} is not on call then",
                    "correct the times, or leave the swap out",
                )  # fmt: skip


def _is_on_call(on_call: OnCall, number: int, person: str, stretch: Stretch) -> bool:
    """Whether there is a shift to give away, by what the earlier swaps leave."""
    before = on_call.but(swaps=on_call.swaps[:number], overrides=())
    schedule_id = on_call.swaps[number].schedule
    shifts = final_schedule(before, schedule_id, stretch.start, stretch.end)
    return any(person in shift.people for shift in shifts)


def _told(open_ends: tuple[Shift, ...], zone_name: str) -> str:
    first, more = open_ends[0], len(open_ends) - 1
    start, end = (edge.astimezone(zone(zone_name)) for edge in (first.start, first.end))
    rest = f", and {more} more times" if more > 1 else ", and once more" if more else ""
    return (
        f"nobody is on call from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} {zone_name}{rest}"
        f" in the next {GAPS_AHEAD.days} days"
    )


def _warning(source: Source, at: Location, what: str, mend: str) -> Finding:
    return replace(source.finding(at, what, mend), severity=Weight.WARNING)
