"""What is written into on-call.yaml: overrides, and shifts of other systems."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from domain.on_call_changes import Override
from organisation.edit import Edit, LineEdit, edited_file, section, written
from organisation.list_lines import without_entry
from organisation.model import Organisation
from organisation.on_call_shapes import OverrideShape
from organisation.on_call_values import override_of

FILE = "on-call.yaml"


def edited(folder: Path, edit: Edit, *, keep: bool = True) -> Organisation:
    """As `edited_file` says, for on-call.yaml."""
    return edited_file(folder, FILE, edit, keep=keep)


def override_entry(kind: str, schedule: str, start: str, end: str, change: dict[str, Any]) -> Edit:
    """Adds an override at the end of the list. `kind` is the section that the schedule stands in."""
    entry = {kind: schedule, "from": start, "to": end, **change}

    def edit(data: dict[str, Any]) -> None:
        section(data, "overrides", list).append(written(data, entry))

    return edit


class OverrideThere(Exception):
    """The file's last override of the schedule says the same already."""


def unless_there(override: Override, zone_name: str, entry: Edit) -> Edit:
    """The edit, for whoever asks twice. Calling it raises OverrideThere instead of adding it again."""

    def edit(data: dict[str, Any]) -> None:
        written_down = [_read(each, zone_name) for each in data.get("overrides") or []]
        of_schedule = [each for each in written_down if each and each.schedule == override.schedule]
        if any(says_the_same(each, override) for each in of_schedule[-1:]):
            raise OverrideThere
        entry(data)

    return edit


def says_the_same(one: Override, other: Override) -> bool:
    """Whoever wrote them, and why."""
    return (one.start, one.end, one.change) == (other.start, other.end, other.change)


class NoOverride(Exception):
    """The file has no such override, or has it no longer."""


def without_override(override: Override, zone_name: str) -> Edit:
    """Takes out the last one that says the same, with its comments. Calling it raises NoOverride where
    none does.
    """

    def place(data: dict[str, Any]) -> int:
        entries = data.get("overrides") or []
        for place in reversed(range(len(entries))):
            if _read(entries[place], zone_name) == override:
                return place
        raise NoOverride

    def on_data(data: dict[str, Any]) -> None:
        del data["overrides"][place(data)]

    def on_text(text: str, data: dict[str, Any]) -> str | None:
        return without_entry(text, "overrides", place(data), len(data["overrides"]))

    return LineEdit(on_data, on_text)


def _read(entry: Any, zone_name: str) -> Override | None:
    try:
        return override_of(OverrideShape.model_validate(entry), zone_name)
    except ValidationError:
        # The check of the whole folder says so.
        return None


def dated_layer(schedule: str, zone: str, layer: str, shifts: list[dict[str, Any]]) -> Edit:
    """Puts shifts in the place of those of a layer; makes schedule (in that zone) and layer if need be."""

    def edit(data: dict[str, Any]) -> None:
        schedules = section(data, "schedules", dict)
        if schedule not in schedules:
            schedules[schedule] = written(data, {"zone": zone, "layers": {}})
        layers = section(schedules[schedule], "layers", dict)
        section(layers, layer, dict)["dated"] = written(data, shifts)

    return edit
