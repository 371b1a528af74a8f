"""Repetition rules of iCalendar (RFC 5545, RRULE), worked out near the stretch of time that is asked for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import prod
from warnings import catch_warnings

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

TOO_OFTEN = ("SECONDLY", "MINUTELY")
MOST_AN_HOUR = 12
MOST_STEPS = 300_000
"""How many repetitions are walked through, at about a second."""
EARLIEST = 1900
"""Years; what is said to repeat since before is a slip of whoever wrote it."""
UNITS = {"HOURLY": timedelta(hours=1), "DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1)}
ERA_YEARS, ERA = 400, timedelta(days=146_097)
"""After so long the calendar is the same again, with its leap years and weekdays."""

Parts = Mapping[str, str]


class RuleInvalid(ValueError):
    """No shifts can be made of the rule: what is wrong with it, and the mend after a semicolon."""


def repetitions(rule: str, first: datetime, lowest: datetime, highest: datetime) -> list[datetime]:
    """When it repeats from `lowest` to `highest`, both included, by the clock on the wall.

    All times are local and without a zone; `rule` has no UNTIL. Raises RuleInvalid for what cannot
    be worked out soon, ValueError for what is no rule.
    """
    parts = dict(part.split("=", 1) for part in rule.upper().split(";"))
    _check(parts, first)
    began, last = first, _last(parts, first, highest)
    if last is not None:
        del parts["COUNT"]
        highest = min(highest, last)
    if "COUNT" in parts:
        _check_walk(parts, first, highest)
    else:
        first = _nearer(parts, first, lowest)
    # What never comes, such as 30 February, is looked for until the year 9999. So that is not far away.
    shift = ERA * ((9998 - highest.year) // ERA_YEARS)
    parts["UNTIL"] = f"{highest + shift:%Y%m%dT%H%M%S}"
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    with catch_warnings(action="ignore", category=DeprecationWarning):
        expanded = rrulestr(text, dtstart=first + shift)
    found = []
    for steps, each in enumerate(expanded):
        if steps > MOST_STEPS:
            raise RuleInvalid(_too_long(began))
        if each - shift >= lowest:
            found.append(each - shift)
    return found


def _check(parts: Parts, first: datetime) -> None:
    an_hour = prod(len(parts[name].split(",")) for name in ("BYMINUTE", "BYSECOND") if name in parts)
    if parts.get("FREQ") in TOO_OFTEN:
        raise RuleInvalid("an event that repeats every minute or second; nobody can take such shifts")
    if an_hour > MOST_AN_HOUR:
        raise RuleInvalid(f"an event that repeats {an_hour} times an hour; write {MOST_AN_HOUR} at most")
    if int(parts.get("INTERVAL", 1)) < 1:
        raise RuleInvalid("an event that repeats at an interval of 0; write 1 or more")
    if parts.get("FREQ") == "HOURLY" and "BYSETPOS" in parts:
        raise RuleInvalid("an event that picks among the minutes of an hour; write BYMINUTE alone")
    if first.year < EARLIEST:
        raise RuleInvalid(f"an event that repeats since {first.year}; let it start in our time")


def _last(parts: Parts, first: datetime, highest: datetime) -> datetime | None:
    """The last of those that are counted, or a time after `highest`.

    None where only walking there tells it, or nothing is counted.
    """
    unit = UNITS.get(parts.get("FREQ", ""))
    if unit is None or "COUNT" not in parts or any(name.startswith("BY") for name in parts):
        return None
    ahead = (int(parts["COUNT"]) - 1) * int(parts.get("INTERVAL", 1))
    return first + unit * max(-1, min(ahead, (highest - first) // unit + 1))


def _check_walk(parts: Parts, first: datetime, highest: datetime) -> None:
    """Most days of a rule may have nothing to count, and still take their time."""
    unit = UNITS.get(parts.get("FREQ", ""))
    if unit is not None and (highest - first) // unit // int(parts.get("INTERVAL", 1)) > MOST_STEPS:
        raise RuleInvalid(_too_long(first))


def _too_long(first: datetime) -> str:
    what = f"an event that repeats too often since {first.year} to be worked out"
    return f"{what}; write UNTIL instead of COUNT, or let it start later"


def _nearer(parts: Parts, first: datetime, lowest: datetime) -> datetime:
    """A later first one from which all from `lowest` on come out the same.

    It is whole intervals later, so it has the same phase, time of day, and what else a rule takes from
    its first one when it does not say it: weekday of weeks, day of months, month of years. It is one
    interval early, because the library sees less of the week that it begins in.
    """
    interval = int(parts.get("INTERVAL", 1))
    unit = UNITS.get(parts.get("FREQ", ""))
    if unit is not None:
        ahead = (lowest - first) // unit // interval - 1
        return first + unit * (max(ahead, 0) * interval)
    # As many years are whole intervals of months too.
    for ahead in range((lowest.year - first.year) // interval - 1, 0, -1):
        try:
            return first.replace(year=first.year + ahead * interval)
        except ValueError:
            # There is no 29 February in that year.
            continue
    return first
