"""`escalations on-call export` and `import`: schedules to and from other calendars."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from domain.calendars import zone
from domain.on_call import final_schedule
from organisation.on_call_edit import FILE, dated_layer, edited
from starter.calendars import NOW
from starter.cli.common import AsJson, emit, say
from starter.cli.on_call_asked import Asked, Days, DryRun, Folder, From, Plan, ScheduleId, document
from starter.errors import OrderInvalid, Problem


def add_to(app: typer.Typer) -> None:
    app.command("export")(export)
    app.command("import")(take_over)


def export(
    schedule: ScheduleId,
    start: From = NOW,
    days: Days = 90,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Into this file; else it is printed.")
    ] = None,
    policies: Folder = None,
    as_json: AsJson = False,
) -> None:
    """A schedule as an iCalendar file, with an event for every shift."""
    # Loaded by those who need it: the calendar library takes its time.
    from starter.on_call_ical import exported

    asked = Asked(policies)
    asked.schedules(schedule)
    since = asked.moment(start, schedule, "--from")
    until = since + timedelta(days=days)
    text, events = exported(asked.organisation, schedule, since, until, asked.now)
    if out is not None:
        _write(out, text)
    if as_json:
        emit({"schedule": schedule, "events": events, "file": out, "calendar": None if out else text})
    elif out is None:
        typer.echo(text, nl=False)
    else:
        say(f"{events} shifts of {escape(schedule)} are in {escape(str(out))}")


def take_over(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An iCalendar file (.ics).")],
    schedule: Annotated[str, typer.Option("--schedule", help="The schedule; made if there is none.")],
    layer: Annotated[str, typer.Option("--layer", help="The layer whose shifts are replaced.")] = "imported",
    zone_name: Annotated[
        str | None, typer.Option("--zone", help="The time zone of a schedule that is made.")
    ] = None,
    start: From = NOW,
    days: Days = 90,
    dry_run: DryRun = False,
    policies: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Another system's calendar into a layer of a schedule; importing again replaces that layer.

    Who is meant is found by the names or ids in an event's title, else by the invited addresses.
    """
    from starter.on_call_ical import shifts_in

    asked = Asked(policies)
    place = _place(asked, schedule, zone_name)
    since = asked.moment_in(start, place, "--from")
    until = since + timedelta(days=days)
    shifts = shifts_in(file, place, since, until, asked.organisation.people)
    on_call = edited(asked.folder, dated_layer(schedule, place, layer, shifts), keep=not dry_run).on_call
    plan = Plan(schedule, place, since, until, final_schedule(on_call, schedule, since, until))
    if as_json:
        emit({"written": not dry_run, "imported": len(shifts), **document(plan, "shifts")})
        return
    where = "would be in" if dry_run else "are in"
    say(f"{len(shifts)} shifts {where} {escape(str(asked.folder / FILE))}; the schedule then is:")
    asked.answer([plan], False, "shifts")


def _place(asked: Asked, schedule: str, zone_name: str | None) -> str:
    """The schedule's zone; for one that is to be made, the given one. Raises OrderInvalid."""
    known = asked.on_call.schedules.get(schedule)
    if known is None:
        if zone_name is None:
            what = f"there is no schedule {schedule[:60]!r} yet"
            raise OrderInvalid(Problem("--zone", what, "give its time zone, such as --zone Europe/Berlin"))
        try:
            zone(zone_name)
        except ValueError as error:
            what, _, mend = str(error).partition("; ")
            raise OrderInvalid(Problem("--zone", what, mend)) from None
        return zone_name
    if zone_name not in (None, known.zone):
        raise OrderInvalid(Problem("--zone", f"{schedule} is in {known.zone}", "leave --zone out"))
    if asked.section(schedule) == "rotation":
        raise OrderInvalid(Problem("--schedule", f"{schedule} is a rotation", "name another schedule"))
    return known.zone


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise OrderInvalid(Problem("--out", f"{out}: {error.strerror}", "name another file")) from None
