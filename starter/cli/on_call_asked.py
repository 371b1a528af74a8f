"""What the commands of `escalations on-call` share: the organisation that is asked, and how it answers."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from domain.calendars import zone
from domain.on_call import OnCall, final_schedule, next_handover, people_at
from domain.on_call_shifts import Shift
from organisation.edit import Edit
from organisation.findings import nearest
from organisation.load import load
from organisation.model import Organisation
from organisation.on_call_edit import FILE, edited
from starter.calendars import NOW, moment
from starter.cli.common import emit, say, settings_now
from starter.cli.words import listed
from starter.errors import OrderInvalid, Problem
from starter.on_call_orders import as_written, section_of

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
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check and show it, but write nothing.")]


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

    def check_person(self, person: str | None, field: str = "--person") -> None:
        """Raises OrderInvalid for one whom the organisation does not have."""
        if person is not None and person not in self.organisation.people:
            what = f"there is no person {person[:60]!r}"
            raise OrderInvalid(Problem(field, what, nearest(person, self.organisation.people)))

    def check_change(self, change: dict[str, Any]) -> None:
        """Raises OrderInvalid where the change of an override names somebody unknown."""
        for field, named in change.items():
            people = [named] if isinstance(named, str) else named
            for person in (*people, *(named.values() if isinstance(named, dict) else ())):
                self.check_person(person, f"--{field}")

    def zone(self, schedule: str) -> str:
        return self.on_call.schedules[schedule].zone

    def moment(self, written: str, schedule: str, field: str) -> datetime:
        """The instant that somebody wrote, by the schedule's clock."""
        return self.moment_in(written, self.zone(schedule), field)

    def stretch(self, start: str, end: str, schedule: str) -> tuple[datetime, datetime]:
        """From --from to --to. Raises OrderInvalid where that is no time at all."""
        since, until = self.moment(start, schedule, "--from"), self.moment(end, schedule, "--to")
        if until <= since:
            what = f"{end[:40]!r} is not after --from {start[:40]!r}"
            raise OrderInvalid(Problem("--to", what, "give a later time"))
        return since, until

    def moment_in(self, written: str, zone_name: str, field: str) -> datetime:
        """The instant; how a local time was read that is skipped or comes twice is said beside it."""
        found = moment(written, field, zone_name, self.now)
        if found.note is not None:
            typer.echo(found.note, err=True)
        return found.at.replace(microsecond=0)

    def section(self, schedule: str) -> str:
        """By which name an entry of the file belongs to a schedule."""
        return section_of(self.on_call.schedules[schedule])

    def written(self, given: str, schedule: str) -> str:
        """A time as it stands in the file."""
        at = self.now if given == NOW else datetime.fromisoformat(given)
        return as_written(at, self.on_call.schedules[schedule])

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

    def change(
        self,
        edit: Edit,
        schedule: str,
        since: datetime,
        until: datetime,
        done: str,
        *,
        dry: bool,
        as_json: bool,
    ) -> None:
        """Edits on-call.yaml, unless it is a dry run, and answers with the shifts that there are then."""
        on_call = edited(self.folder, edit, keep=not dry).on_call
        shifts = final_schedule(on_call, schedule, since, until)
        plan = Plan(schedule, self.zone(schedule), since, until, shifts)
        if as_json:
            emit({"written": not dry, **document(plan, "shifts")})
            return
        say("Not written; it would be:" if dry else f"{done} {escape(str(self.folder / FILE))}:")
        self.answer([plan], False, "shifts")

    def answer(self, plans: list[Plan], as_json: bool, called: str) -> None:
        if as_json:
            emit({"schedules": [document(plan, called) for plan in plans]})
            return
        for plan in plans:
            say(_heading(plan))
            if not plan.shifts:
                say(f"  no {called}")
                continue
            table = table_of("From", "To", "On call")
            for shift in plan.shifts:
                start, end = plan.local(shift.start), plan.local(shift.end)
                add_row(table, clock(start), clock(end), people_told(shift.people))
            say(table)


def people_told(people: tuple[str, ...]) -> str:
    return listed(people) if people else "nobody"


def document(plan: Plan, called: str) -> dict[str, Any]:
    shifts = [
        {"from": plan.local(shift.start), "to": plan.local(shift.end), "people": shift.people}
        for shift in plan.shifts
    ]
    window = {"from": plan.local(plan.start), "to": plan.local(plan.end)}
    return {"schedule": plan.schedule, "zone": plan.zone, **window, called: shifts}


def _heading(plan: Plan) -> str:
    start, end = clock(plan.local(plan.start)), clock(plan.local(plan.end))
    return f"[bold]{escape(plan.schedule)}[/bold]  {start} to {end}, {plan.zone}"


def table_of(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column)
    return table


def add_row(table: Table, *cells: str) -> None:
    table.add_row(*(escape(cell) for cell in cells))


def clock(local: datetime) -> str:
    """With the weekday, and with the offset: that is what tells the doubled hour of autumn apart."""
    return f"{local:%a %Y-%m-%d %H:%M %z}"
