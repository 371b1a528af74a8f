"""How a calendar is written for people: times with their weekday, hours, months and years."""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from itertools import groupby
from zoneinfo import ZoneInfo

from rich.console import Group
from rich.table import Table
from rich.text import Text

from domain.calendar_preview import CalendarDay, ClockChange, DayKind
from domain.calendars import WEEK, Break, Calendar, Interval, zone
from domain.working_time import NOTHING
from starter.calendars import OpenPeriod

CLOSED = "closed"


def clock(at: datetime, place: ZoneInfo) -> str:
    """`Mon 2026-11-23 11:30+01:00`; seconds only where there are some."""
    local = at.astimezone(place)
    precision = "auto" if local.second or local.microsecond else "minutes"
    return f"{local:%a} {local.isoformat(' ', precision)}"


def hours(length: timedelta) -> str:
    """`30h`, `7h30m`, `-45m`: in hours at most, since a day of working time is not what people think."""
    size = abs(length)
    whole, rest = divmod(size, timedelta(hours=1))
    minutes, rest = divmod(rest, timedelta(minutes=1))
    parts = ((f"{whole}", "h"), (f"{minutes}", "m"), (f"{rest.total_seconds():g}", "s"))
    text = "".join(f"{number}{unit}" for number, unit in parts if number != "0")
    return f"{'-' if length < NOTHING else ''}{text or '0h'}"


def worked(days: Iterable[CalendarDay]) -> timedelta:
    return sum((day.worked for day in days), NOTHING)


def period_table(periods: Iterable[OpenPeriod], place: ZoneInfo) -> Table:
    table = _table("Opens", "Closes", "Open for")
    for opens, closes in periods:
        length = hours(closes - opens) if opens and closes else "more than 100 years"
        table.add_row(*(clock(edge, place) if edge else "-" for edge in (opens, closes)), length)
    return table


def month_table(calendar: Calendar, days: tuple[CalendarDay, ...]) -> Group:
    place = zone(calendar.zone)
    table = _table("Date", "Open", "Hours", "")
    for day in days:
        table.add_row(f"{day.date:%a %Y-%m-%d}", _periods(day, place), hours(day.worked), _special(day))
    return Group(f"{calendar.name} in {calendar.zone}", table, _total(days))


def year_summary(calendar: Calendar, days: tuple[CalendarDay, ...]) -> Group:
    """The week as it is written, the months' hours, and every date that has something special."""
    place = zone(calendar.zone)
    months = _table("Month", "Days", "Hours")
    for month, each in groupby(days, key=lambda day: f"{day.date:%Y-%m}"):
        of_month = list(each)
        months.add_row(month, str(sum(1 for day in of_month if day.periods)), hours(worked(of_month)))
    special = _table("Date", "Open", "Hours", "")
    for day in days:
        if what := _special(day):
            special.add_row(f"{day.date:%a %Y-%m-%d}", _periods(day, place), hours(day.worked), what)
    return Group(
        f"{calendar.name} in {calendar.zone}", _week(calendar), "", months, "", special, _total(days)
    )


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in ("Hours", "Days") else "left", no_wrap=True)
    return table


def _week(calendar: Calendar) -> Table:
    table = _table("Week", "Open")
    if calendar.always_open:
        table.add_row("every day", "00:00-24:00")
        return table
    for weekday in WEEK:
        table.add_row(weekday.value, _intervals(calendar.weekly.get(weekday, ())))
    for pause in calendar.breaks:
        table.add_row("break", f"{_intervals([pause.hours])} {_days_of(pause)}")
    return table


def _intervals(intervals: Iterable[Interval]) -> str:
    return " ".join(f"{opens}-{closes}" for opens, closes in intervals) or CLOSED


def _days_of(pause: Break) -> str:
    return f"on {', '.join(pause.days)}" if pause.days else "every day"


def _periods(day: CalendarDay, place: ZoneInfo) -> str:
    told = (f"{_edge(opens, day, place)}-{_edge(closes, day, place)}" for opens, closes in day.periods)
    return " ".join(told) or CLOSED


def _edge(at: datetime, day: CalendarDay, place: ZoneInfo) -> str:
    local = at.astimezone(place)
    if local.date() > day.date:
        return "24:00"
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def _special(day: CalendarDay) -> Text | None:
    changes = [_change(change) for change in day.clock_changes]
    told = "; ".join([*_kind(day), *changes])
    return Text(told) if told else None


def _kind(day: CalendarDay) -> list[str]:
    match day.kind:
        case DayKind.HOLIDAY:
            return [f"holiday: {day.name}" if day.name else "holiday"]
        case DayKind.SPECIAL:
            return ["special day"]
        case DayKind.SKIPPED:
            return ["this date was left out here"]
        case DayKind.ORDINARY:
            return []


def _change(change: ClockChange) -> str:
    before, after = (
        change.at.astimezone(timezone(offset)).isoformat("T", "minutes").partition("T")[2]
        for offset in (change.before, change.after)
    )
    return f"clocks go from {before} to {after}"


def _total(days: tuple[CalendarDay, ...]) -> str:
    opened = sum(1 for day in days if day.periods)
    return f"Open {hours(worked(days))} on {opened} of {len(days)} days"
