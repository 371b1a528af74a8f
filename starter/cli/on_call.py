"""`escalations on-call`: who is on call, when, and where nobody is."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from domain.calendars import zone
from domain.on_call import OnCall, final_schedule, gaps, next_handover, people_at, shifts_of
from domain.on_call_shifts import Shift
from organisation.findings import nearest
from organisation.load import load
from organisation.model import Organisation
from organisation.on_call_edit import FILE, edited, override_entry
from starter.calendars import NOW, moment
from starter.cli.common import AsJson, emit, say, settings_now
from starter.cli.words import distance, listed
from starter.errors import OrderInvalid, Problem
from starter.on_call_orders import one_change

app = typer.Typer(
    help="Who is on call. Times are ISO 8601: with an offset (2026-12-24T15:00+01:00), or without one in "
    "the schedule's local time, or now.",
    no_args_is_help=True,
)

ScheduleId = Annotated[
    str, typer.Argument(metavar="SCHEDULE", help="A rotation or schedule of on-call.yaml.")
]
MaybeSchedule = Annotated[
    str | None, typer.Argument(metavar="[SCHEDULE]", help="A rotation or schedule; all of them without it.")
]
Folder = Annotated[
    Path | None, typer.Option("--policies", help="The organisation's folder; as set without it.")
]
From = Annotated[str, typer.Option("--from", metavar="TIME", help="From when on.")]
Days = Annotated[int, typer.Option("--days", min=1, max=400, help="For how many days.")]


def add_to(root: typer.Typer) -> None:
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
    table = _table("Schedule", "On call", "Until", "", "Then")
    for answer in answers:
        then = answer["next_handover"]
        until = then["at"] if then else None
        away = distance(until, answer["at"]) if until else "as far as one can see"
        next_up = _people(then["people"]) if then else "-"
        here = _people(answer["people"])
        _add(table, answer["schedule"], here, _clock(until) if until else "-", away, next_up)
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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and show it, but write nothing.")] = False,
    policies: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Write an override into on-call.yaml, if the whole folder still passes the check with it."""
    asked = Asked(policies)
    asked.schedules(schedule)
    change = one_change(person, nobody, add or [], remove or [], replace or [])
    since, until = asked.moment(start, schedule, "--from"), asked.moment(end, schedule, "--to")
    entry = override_entry(
        asked.section(schedule),
        schedule,
        asked.written(start, schedule),
        asked.written(end, schedule),
        change,
    )
    on_call = edited(asked.folder, entry, keep=not dry_run).on_call
    shifts = final_schedule(on_call, schedule, since, until)
    plan = Plan(schedule, asked.zone(schedule), since, until, shifts)
    if as_json:
        emit({"written": not dry_run, **_document(plan, "shifts")})
        return
    say("Not written; it would be:" if dry_run else f"Written to {escape(str(asked.folder / FILE))}:")
    asked.answer([plan], False, "shifts")


@dataclass(frozen=True)
class Plan:
    """A stretch of a schedule, as it is answered."""

    schedule: str
    zone: str
    start: datetime
    end: datetime
    shifts: tuple[Shift, ...]

    def local(self, at: datetime) -> datetime:
        return at.astimezone(zone(self.zone))


class Asked:
    """The organisation that is asked, and how its schedules are answered for."""

    def __init__(self, policies: Path | None) -> None:
        self.folder = policies or settings_now().policies
        self.now = datetime.now(UTC)
        self.organisation: Organisation = load(self.folder)
        self.on_call: OnCall = self.organisation.on_call

    def schedules(self, named: str | None) -> tuple[str, ...]:
        """The one that is named, else all. Raises OrderInvalid for an unknown one."""
        if named is None:
            return tuple(self.on_call.schedules)
        if named not in self.on_call.schedules:
            what = f"there is no on-call schedule {named[:60]!r}"
            raise OrderInvalid(Problem("SCHEDULE", what, nearest(named, self.on_call.schedules)))
        return (named,)

    def check_person(self, person: str | None) -> None:
        if person is not None and person not in self.organisation.people:
            what = f"there is no person {person[:60]!r}"
            raise OrderInvalid(Problem("--person", what, nearest(person, self.organisation.people)))

    def zone(self, schedule: str) -> str:
        return self.on_call.schedules[schedule].zone

    def moment(self, written: str, schedule: str, field: str) -> datetime:
        """The instant; how a local time was read that is skipped or comes twice is said beside it."""
        found = moment(written, field, self.zone(schedule), self.now)
        if found.note is not None:
            typer.echo(found.note, err=True)
        return found.at.replace(microsecond=0)

    def section(self, schedule: str) -> str:
        """By which name an entry of the file belongs to a schedule."""
        (first, *others) = self.on_call.schedules[schedule].layers
        alone = not others and first.name == schedule
        return "rotation" if alone else "schedule"

    def written(self, given: str, schedule: str) -> str:
        """A time as it stands in the file: local where it is given so, else with the zone's offset."""
        local = self.now if given == NOW else datetime.fromisoformat(given)
        if local.tzinfo is not None:
            local = local.astimezone(zone(self.zone(schedule)))
        return local.isoformat(timespec="minutes" if local.second == 0 else "seconds")

    def at(self, schedule: str, when: datetime) -> dict[str, Any]:
        place = zone(self.zone(schedule))
        handover = next_handover(self.on_call, schedule, when)
        then = handover and {"at": handover.at.astimezone(place), "people": handover.people}
        return {
            "schedule": schedule,
            "zone": self.zone(schedule),
            "at": when.astimezone(place),
            "people": people_at(self.on_call, schedule, when),
            "next_handover": then,
        }

    def answer(self, plans: list[Plan], as_json: bool, called: str) -> None:
        if as_json:
            emit({"schedules": [_document(plan, called) for plan in plans]})
            return
        for plan in plans:
            say(_heading(plan))
            if not plan.shifts:
                say(f"  no {called}")
                continue
            table = _table("From", "To", "On call")
            for shift in plan.shifts:
                start, end = plan.local(shift.start), plan.local(shift.end)
                _add(table, _clock(start), _clock(end), _people(shift.people))
            say(table)


def _people(people: tuple[str, ...]) -> str:
    return listed(people) if people else "nobody"


def _document(plan: Plan, called: str) -> dict[str, Any]:
    shifts = [
        {"from": plan.local(shift.start), "to": plan.local(shift.end), "people": shift.people}
        for shift in plan.shifts
    ]
    window = {"from": plan.local(plan.start), "to": plan.local(plan.end)}
    return {"schedule": plan.schedule, "zone": plan.zone, **window, called: shifts}


def _heading(plan: Plan) -> str:
    start, end = _clock(plan.local(plan.start)), _clock(plan.local(plan.end))
    return f"[bold]{escape(plan.schedule)}[/bold]  {start} to {end}, {plan.zone}"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column)
    return table


def _add(table: Table, *cells: str) -> None:
    table.add_row(*(escape(cell) for cell in cells))


def _clock(local: datetime) -> str:
    """With the weekday, and with the offset: that is what tells the doubled hour of autumn apart."""
    return f"{local:%a %Y-%m-%d %H:%M %z}"
