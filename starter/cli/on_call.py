"""`escalations on-call`: who is on call, when, and where nobody is."""

from datetime import timedelta
from typing import Annotated

import typer

from domain.on_call import final_schedule, gaps, shifts_of
from organisation.on_call_edit import override_entry
from starter.calendars import NOW
from starter.cli import on_call_ical, on_call_overrides
from starter.cli.common import AsJson, emit, say
from starter.cli.on_call_asked import (
    Asked,
    Days,
    DryRun,
    Folder,
    From,
    MaybeSchedule,
    Plan,
    ScheduleId,
    add_row,
    clock,
    people_told,
    table_of,
)
from starter.cli.words import distance
from starter.on_call_orders import one_change

app = typer.Typer(
    help="Who is on call. Times are ISO 8601: with an offset (2026-12-24T15:00+01:00), or without one in "
    "the schedule's local time, or now.",
    no_args_is_help=True,
)


def add_to(root: typer.Typer) -> None:
    on_call_overrides.add_to(app)
    on_call_ical.add_to(app)
    root.add_typer(app, name="on-call")


@app.callback()
def group() -> None:
    """Who is on call, when, and where nobody is."""


@app.command("show")
def show(
    schedule: MaybeSchedule = None,
    person: Annotated[
        str | None, typer.Option("--person", metavar="PERSON", help="Only the shifts of this person.")
    ] = None,
    start: From = NOW,
    days: Days = 14,
    policies: Folder = None,
    as_json: AsJson = False,
) -> None:
    """The final schedule, with all changes and gaps; or the shifts of a person."""
    asked = Asked(policies)
    asked.check_person(person)
    plans = []
    for each in asked.schedules(schedule):
        since = asked.moment(start, each, "--from")
        until = since + timedelta(days=days)
        if person is None:
            shifts = final_schedule(asked.on_call, each, since, until)
        else:
            shifts = shifts_of(asked.on_call, person, each, since, until)
        plans.append(Plan(each, asked.zone(each), since, until, shifts))
    asked.answer(plans, as_json, "shifts")


@app.command("gaps")
def holes(
    schedule: MaybeSchedule = None,
    start: From = NOW,
    days: Days = 90,
    policies: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Where nobody is on call."""
    asked = Asked(policies)
    plans = []
    for each in asked.schedules(schedule):
        since = asked.moment(start, each, "--from")
        until = since + timedelta(days=days)
        plans.append(Plan(each, asked.zone(each), since, until, gaps(asked.on_call, each, since, until)))
    asked.answer(plans, as_json, "gaps")


@app.command("at")
def at(
    schedule: MaybeSchedule = None,
    when: Annotated[str, typer.Option("--time", metavar="TIME", help="At which time.")] = NOW,
    policies: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Who is on call at a time, and the next handover."""
    asked = Asked(policies)
    answers = [asked.at(each, asked.moment(when, each, "--time")) for each in asked.schedules(schedule)]
    if as_json:
        emit({"schedules": answers})
        return
    table = table_of("Schedule", "On call", "Until", "", "Then")
    for answer in answers:
        then = answer["next_handover"]
        until = then["at"] if then else None
        away = distance(until, answer["at"]) if until else "as far as one can see"
        next_up = people_told(then["people"]) if then else "-"
        here = people_told(answer["people"])
        add_row(table, answer["schedule"], here, clock(until) if until else "-", away, next_up)
    say(table)


@app.command("override")
def override(
    schedule: ScheduleId,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="From when on.")],
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="Until when; not covered itself.")],
    person: Annotated[
        str | None, typer.Option("--person", metavar="PERSON", help="Instead of everybody who is on call.")
    ] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="Nobody is on call.")] = False,
    add: Annotated[list[str] | None, typer.Option("--add", metavar="PERSON", help="In addition.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", metavar="PERSON", help="Taken out.")] = None,
    replace: Annotated[
        list[str] | None, typer.Option("--replace", metavar="PERSON=STAND_IN", help="Where the one is on.")
    ] = None,
    dry_run: DryRun = False,
    policies: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Write an override into on-call.yaml, if the whole folder still passes the check with it."""
    asked = Asked(policies)
    asked.schedules(schedule)
    change = one_change(person, nobody, add or [], remove or [], replace or [])
    asked.check_change(change)
    since, until = asked.stretch(start, end, schedule)
    entry = override_entry(
        asked.section(schedule),
        schedule,
        asked.written(start, schedule),
        asked.written(end, schedule),
        change,
    )
    asked.change(entry, schedule, since, until, "Written to", dry=dry_run, as_json=as_json)
