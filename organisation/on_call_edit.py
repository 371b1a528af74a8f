"""What is written into on-call.yaml: overrides, and shifts of other systems."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from domain.on_call_changes import Override
from organisation.edit import Edit, edited_file, section, written
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


class NoOverride(Exception):
    """The file has no such override, or has it no longer."""


def without_override(override: Override, zone_name: str) -> Edit:
    """Takes out the last one that says the same. Calling it raises NoOverride where none does."""

    def edit(data: dict[str, Any]) -> None:
        entries = data.get("overrides") or []
        for place in reversed(range(len(entries))):
            if _is(override, entries[place], zone_name):
                del entries[place]
                return
        raise NoOverride

    return edit


def _is(override: Override, entry: Any, zone_name: str) -> bool:
    try:
        return override_of(OverrideShape.model_validate(entry), zone_name) == override
    except ValidationError:
        # The check of the whole folder says so.
        return False


def dated_layer(schedule: str, zone: str, layer: str, shifts: list[dict[str, Any]]) -> Edit:
    """Puts shifts in the place of those of a layer; makes schedule (in that zone) and layer if need be."""

    def edit(data: dict[str, Any]) -> None:
        schedules = section(data, "schedules", dict)
        if schedule not in schedules:
            schedules[schedule] = written(data, {"zone": zone, "layers": {}})
        layers = section(schedules[schedule], "layers", dict)
        section(layers, layer, dict)["dated"] = written(data, shifts)

    return edit
