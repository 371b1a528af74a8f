"""Schedules for tables of cases: rules in a few letters, and plans as lines `from to who`.

Times are local to the schedule, in plans with the offset; everybody is a letter, and `-` is a gap.
"""

from datetime import datetime, timedelta
from typing import Any

from domain.calendars import local_instant, zone
from domain.on_call import Layer, OnCall, Schedule, final_schedule
from domain.on_call_rules import Hours, Months, Rotation, Rule, Weekly, WeeklyRule
from domain.on_call_shifts import Shift

BERLIN = "Europe/Berlin"
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
WORKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def turns(
    starts: str, shift: timedelta | Months, people: str, zone_name: str = BERLIN, **more: Any
) -> Rotation:
    fields = {"zone": zone_name, "starts": starts, "shift": shift, "people": tuple(people), **more}
    return Rotation.model_validate(fields)


def hours(written: str, *days: str) -> Hours:
    return Hours.model_validate({"hours": written.split("-"), "days": days})


def weekly(written: str, people: str, *days: str) -> Weekly:
    rule = WeeklyRule.model_validate({"hours": written.split("-"), "days": days, "people": tuple(people)})
    return Weekly(zone=BERLIN, rules=(rule,))


def alone(*rules: Rule, **changes: Any) -> OnCall:
    """One schedule `s` whose rules have priorities 0, 1, 2 …"""
    layers = tuple(Layer(name=str(number), rule=rule, priority=number) for number, rule in enumerate(rules))
    place = next((rule.zone for rule in rules if isinstance(rule, Rotation | Weekly)), BERLIN)
    return OnCall(schedules={"s": Schedule(id="s", zone=place, layers=layers)}, **changes)


def instant(local: str, zone_name: str = BERLIN) -> datetime:
    return local_instant(datetime.fromisoformat(local), zone_name)


def plan(on_call: OnCall, start: str, end: str) -> list[str]:
    name = on_call.schedules["s"].zone
    shifts = final_schedule(on_call, "s", instant(start, name), instant(end, name))
    return [_line(shift, name) for shift in shifts]


def _line(shift: Shift, zone_name: str) -> str:
    edges = (_local(at, zone_name) for at in (shift.start, shift.end))
    return " ".join((*edges, "".join(shift.people) or "-"))


def _local(at: datetime, zone_name: str) -> str:
    return at.astimezone(zone(zone_name)).isoformat(timespec="minutes")[5:]


ALWAYS = turns("2026-01-05T00:00", WEEK, "a")
OFFICE = weekly("09:00-17:00", "b", *WORKDAYS)
