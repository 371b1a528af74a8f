"""`escalations on-call overrides` and `take-back`: what on-call.yaml overrides, and less of it."""

from typing import Annotated, Any

import typer

from domain.on_call_changes import Added, Instead, Override, Removed, Replaced
from organisation.on_call_edit import NoOverride, without_override
from starter.cli.common import AsJson, emit, say
from starter.cli.on_call_asked import (
    Asked,
    DryRun,
    Folder,
    MaybeSchedule,
    Plan,
    ScheduleId,
    add_row,
    clock,
    table_of,
)
from starter.cli.words import listed
from starter.errors import NotFound
from starter.on_call_orders import override_called, override_id


def add_to(app: typer.Typer) -> None:
    app.command("overrides")(overrides)
    app.command("take-back")(take_back)


def overrides(schedule: MaybeSchedule = None, policies: Folder = None, as_json: AsJson = False) -> None:
    """List the overrides, each with the id by which it is taken back; of several the last one counts."""
    asked = Asked(policies)
    wanted = asked.schedules(schedule)
    found = [each for each in asked.on_call.overrides if each.schedule in wanted]
    if as_json:
        emit({"overrides": [_document(asked, each) for each in found]})
        return
    table = table_of("Id", "Schedule", "From", "To", "Change", "By", "Why")
    for each in found:
        start, end = (clock(at) for at in _stretch(asked, each))
        id_, by, why = override_id(each), each.by or "-", each.reason or "-"
        add_row(table, id_, each.schedule, start, end, _change(each), by, why)
    say(table if found else "There are no overrides.")


def take_back(
    schedule: ScheduleId,
    id_: Annotated[str, typer.Argument(metavar="ID", help="Of the override, as `overrides` lists it.")],
    dry_run: DryRun = False,
    policies: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Take an override out of on-call.yaml, if the whole folder still passes the check without it."""
    asked = Asked(policies)
    asked.schedules(schedule)
    gone = override_called(asked.on_call, schedule, id_)
    unknown = f"{schedule} has no override {id_[:40]!r}; `escalations on-call overrides` lists them"
    if gone is None:
        raise NotFound(unknown)
    try:
        edit = without_override(gone, asked.zone(schedule))
        asked.change(edit, schedule, gone.start, gone.end, "Taken out of", dry=dry_run, as_json=as_json)
    except NoOverride:
        raise NotFound(unknown) from None


def _stretch(asked: Asked, override: Override) -> tuple[Any, Any]:
    plan = Plan(override.schedule, asked.zone(override.schedule), override.start, override.end, ())
    return plan.local(plan.start), plan.local(plan.end)


def _document(asked: Asked, override: Override) -> dict[str, Any]:
    start, end = _stretch(asked, override)
    about = override.model_dump(mode="json", include={"schedule", "change", "reason", "by"})
    return {"id": override_id(override), "from": start, "to": end, **about}


def _change(override: Override) -> str:
    match override.change:
        case Instead(people=()):
            return "nobody"
        case Instead(people=people):
            return f"{listed(people)} instead"
        case Added(people=people):
            return f"{listed(people)} added"
        case Removed(people=people):
            return f"{listed(people)} removed"
        case Replaced(stand_ins=stand_ins):
            return listed(tuple(f"{two} for {one}" for one, two in stand_ins.items()))
