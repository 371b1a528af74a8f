"""What somebody asks to be changed in a schedule, and how it is written into on-call.yaml."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from domain.calendars import zone
from domain.on_call import OnCall, Schedule
from domain.on_call_changes import Override
from starter.errors import OrderInvalid, Problem

ONE_OF = "--person, --nobody, --add, --remove, --replace"


def one_change(
    person: str | None, nobody: bool, add: list[str], remove: list[str], replace: list[str]
) -> dict[str, Any]:
    """The one change of an override, as on-call.yaml has it. Raises OrderInvalid for none or several."""
    asked = (person is not None, nobody, bool(add), bool(remove), bool(replace))
    if sum(asked) != 1:
        what = "nothing is to change" if sum(asked) == 0 else "several things are to change"
        raise OrderInvalid(Problem("CHANGE", what, f"give one of {ONE_OF}"))
    if person is not None:
        return {"person": person}
    if add:
        return {"add": add}
    if remove:
        return {"remove": remove}
    return {"replace": dict(_pair(each) for each in replace)} if replace else {}


def override_id(override: Override) -> str:
    """Names an override by what it says; of several that say the same, all."""
    said = override.but(start=override.start.astimezone(UTC), end=override.end.astimezone(UTC))
    return sha256(said.model_dump_json().encode()).hexdigest()[:12]


def override_called(on_call: OnCall, schedule: str, id_: str) -> Override | None:
    """The last one of the schedule that is named so."""
    found = [each for each in on_call.overrides if each.schedule == schedule and override_id(each) == id_]
    return found[-1] if found else None


def section_of(schedule: Schedule) -> str:
    """By which name an entry of the file belongs to a schedule."""
    (first, *others) = schedule.layers
    alone = not others and first.name == schedule.id
    return "rotation" if alone else "schedule"


def as_written(at: datetime, schedule: Schedule) -> str:
    """A time as it stands in the file: local where it is given so, else with the zone's offset."""
    local = at if at.tzinfo is None else at.astimezone(zone(schedule.zone))
    return local.isoformat(timespec="minutes" if local.second == 0 else "seconds")


def _pair(written: str) -> tuple[str, str]:
    person, equals, stand_in = written.partition("=")
    if not (person and equals and stand_in):
        what = f"{written[:60]!r} is no pair"
        raise OrderInvalid(Problem("--replace", what, "write --replace anna-weber=jonas-keller"))
    return person, stand_in
