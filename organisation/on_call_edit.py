"""What is written into on-call.yaml: overrides, and shifts of other systems."""

from pathlib import Path
from typing import Any

from organisation.edit import Edit, edited_file, section, written
from organisation.model import Organisation

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


def dated_layer(schedule: str, zone: str, layer: str, shifts: list[dict[str, Any]]) -> Edit:
    """Puts shifts in the place of those of a layer; makes schedule (in that zone) and layer if need be."""

    def edit(data: dict[str, Any]) -> None:
        schedules = section(data, "schedules", dict)
        if schedule not in schedules:
            schedules[schedule] = written(data, {"zone": zone, "layers": {}})
        layers = section(schedules[schedule], "layers", dict)
        section(layers, layer, dict)["dated"] = written(data, shifts)

    return edit
