"""`escalations calendar`: what a calendar of the organisation comes to, before somebody trusts it."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from domain.calendar_preview import CalendarDay
from domain.calendars import zone, zone_data_version
from starter.calendars import HOW_FAR, NOW, AskedCalendar, length, moment, month_or_year
from starter.cli.calendar_text import clock, hours, month_table, period_table, worked, year_summary
from starter.cli.common import AsJson, emit, say, settings_now
from starter.errors import OrderInvalid, Problem

app = typer.Typer(
    help="What a calendar comes to: deadlines, working time, open periods. Times are ISO 8601: with an "
    "offset (2026-12-24T15:00+01:00), or without one in the calendar's local time, or now. Durations are "
    "written as in policies (30m, 4h, 1h30m); a day is 24 hours of working time.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(metavar="CALENDAR", help="A calendar of calendars.yaml.")]
Folder = Annotated[
    Path | None, typer.Option("--policies", help="The organisation's folder; as set without it.")
]
LOCAL = "local to the calendar without an offset"


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="calendar")


@app.callback()
def group() -> None:
    """What a calendar of the organisation comes to."""


# A negative length reads like an option; it is for `length` to say what to write instead.
@app.command("due", context_settings={"ignore_unknown_options": True})
def due(
    name: Name,
    duration: Annotated[str, typer.Argument(metavar="DURATION", help="Working time, such as 4h.")],
    start: Annotated[str | None, typer.Option("--from", help=f"When it begins: {LOCAL}; now.")] = None,
    end: Annotated[str | None, typer.Option("--until", help=f"When it ends instead: {LOCAL}.")] = None,
    policies: Folder = None,
    as_json: AsJson = False,
) -> None:
    """When working time is over; with --until, when it has to begin at the latest."""
    if start is not None and end is not None:
        raise OrderInvalid(Problem("--until", "given together with --from", "give one of the two"))
    asked = Asked(name, policies)
    wanted = length(duration)
    if end is None:
        begins = asked.moment(start or NOW, "--from")
        ends = asked.calendar.due(begins, wanted)
        told = f"{hours(wanted)} after {asked.clock(begins)} is {asked.clock(ends)}"
    else:
        ends = asked.moment(end, "--until")
        begins = asked.calendar.begin(ends, wanted)
        told = f"{hours(wanted)} until {asked.clock(ends)} begins {asked.clock(begins)}"
    facts = {"from": asked.local(begins), "due": asked.local(ends), **_length(wanted)}
    asked.answer(as_json, told, facts)


@app.command("between")
def between(
    name: Name,
    start: Annotated[str, typer.Argument(metavar="START", help=f"From when: {LOCAL}.")],
    end: Annotated[str, typer.Argument(metavar="END", help=f"Until when: {LOCAL}.")],
    policies: Folder = None,
    as_json: AsJson = False,
) -> None:
    """The working time between two times; negative if END is the earlier one."""
    asked = Asked(name, policies)
    begins, ends = asked.moment(start, "START"), asked.moment(end, "END")
    known = asked.calendar.over(min(begins, ends), max(begins, ends) + timedelta(seconds=1))
    worked = known.between(begins, ends)
    told = f"{hours(worked)} from {asked.clock(begins)} to {asked.clock(ends)}"
    asked.answer(as_json, told, {"from": asked.local(begins), "to": asked.local(ends), **_length(worked)})


@app.command("open")
def is_open(
    name: Name,
    at: Annotated[str, typer.Argument(metavar="TIME", help=f"{LOCAL.capitalize()}.")] = NOW,
    policies: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Whether the calendar is open, and when it closes or opens next."""
    asked = Asked(name, policies)
    instant = asked.moment(at, "TIME")
    opens, closes = next(iter(asked.calendar.after(instant, 1)), (None, None))
    open_now = opens == instant
    if open_now:
        until = f"until {asked.clock(closes)}" if closes else f"and does not close {HOW_FAR}"
        told = f"open on {asked.clock(instant)} {until}"
    else:
        then = f"opens {asked.clock(opens)}" if opens else f"does not open {HOW_FAR}"
        told = f"closed on {asked.clock(instant)}, {then}"
    edges = {"next_open": asked.local(opens), "closes": asked.local(closes)}
    asked.answer(as_json, told, {"at": asked.local(instant), "open": open_now, **edges})


@app.command("periods")
def periods(
    name: Name,
    after: Annotated[str | None, typer.Option(help=f"Those after this time: {LOCAL}; now.")] = None,
    before: Annotated[str | None, typer.Option(help=f"Those before it instead: {LOCAL}.")] = None,
    count: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 10,
    policies: Folder = None,
    as_json: AsJson = False,
) -> None:
    """The open periods after or before a time, nearest first; one that it falls into is cut there."""
    if after is not None and before is not None:
        raise OrderInvalid(Problem("--before", "given together with --after", "give one of the two"))
    asked = Asked(name, policies)
    if before is None:
        found = asked.calendar.after(asked.moment(after or NOW, "--after"), count)
    else:
        found = asked.calendar.before(asked.moment(before, "--before"), count)
    told = period_table(found, asked.place) if found else f"not open {HOW_FAR}"
    asked.answer(as_json, told, {"periods": [asked.period(*edges) for edges in found]})


@app.command("preview")
def preview(
    name: Name,
    span: Annotated[
        str | None, typer.Argument(metavar="[MONTH|YEAR]", help="Such as 2026-12 or 2026; this month.")
    ] = None,
    policies: Folder = None,
    as_json: AsJson = False,
) -> None:
    """A month day by day, or a year with all that is special: holidays, special days, clock changes."""
    asked = Asked(name, policies)
    first, last = month_or_year(span or f"{asked.now.astimezone(asked.place):%Y-%m}")
    days = asked.calendar.days(first, last)
    table = month_table if first.month == last.month else year_summary
    told = table(asked.calendar.today, days)
    facts = {"first": first.isoformat(), "last": last.isoformat(), **_length(worked(days))}
    asked.answer(as_json, told, {**facts, "days": [asked.day(day) for day in days]})


class Asked:
    """A question to one calendar: reads the times in it, writes the answer in the calendar's local time."""

    def __init__(self, name: str, policies: Path | None) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.calendar = AskedCalendar(policies or settings_now().policies, name, self.now)
        self.place = zone(self.calendar.today.zone)
        self._notes: list[str] = []
        self._years: set[int] = set()

    def moment(self, written: str, field: str) -> datetime:
        read = moment(written, field, self.calendar.today.zone, self.now)
        if read.note:
            self._notes.append(read.note)
        return read.at

    def clock(self, at: datetime) -> str:
        return clock(at, self.place)

    def local(self, at: datetime | None) -> str | None:
        if at is None:
            return None
        local = at.astimezone(self.place)
        self._years.add(local.year)
        return local.isoformat()

    def period(self, opens: datetime | None, closes: datetime | None) -> dict[str, Any]:
        length = _length(closes - opens) if opens and closes else {}
        return {"opens": self.local(opens), "closes": self.local(closes), **length}

    def day(self, day: CalendarDay) -> dict[str, Any]:
        changes = [
            {"from": _at_offset(each.at, each.before), "to": _at_offset(each.at, each.after)}
            for each in day.clock_changes
        ]
        self._years.add(day.date.year)
        return {
            "date": day.date.isoformat(),
            "kind": day.kind,
            "name": day.name,
            **_length(day.worked),
            "periods": [self.period(*edges) for edges in day.periods],
            "clock_changes": changes,
        }

    def answer(self, as_json: bool, told: RenderableType, facts: dict[str, Any]) -> None:
        today = self.calendar.today
        doubts = self.calendar.doubts(range(min(self._years), max(self._years) + 1)) if self._years else []
        notes = [*self._notes, *doubts]
        if as_json:
            # The version is that of an escalation which starts today.
            head = {"calendar": today.name, "zone": today.zone, "version": today.version()}
            emit({**head, "zone_data": zone_data_version(), **facts, "notes": notes})
            return
        for note in notes:
            typer.echo(f"note: {note}", err=True)
        say(f"{today.name}: {told}" if isinstance(told, str) else told)


def _length(length: timedelta) -> dict[str, Any]:
    seconds = length.total_seconds()
    return {"duration": hours(length), "seconds": int(seconds) if seconds.is_integer() else seconds}


def _at_offset(at: datetime, offset: timedelta) -> str:
    return at.astimezone(timezone(offset)).isoformat()
