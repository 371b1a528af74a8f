"""Working time made by hand: an office, and around the clock."""

from datetime import datetime, timedelta
from functools import cache

from domain.errands import ResolveWorkingTime, WorkingTimeResolved
from domain.working_time import WorkingTime, always, seconds_of


def office(start: datetime, until: datetime) -> WorkingTime:
    """Monday to Friday, 9:00 to 17:00 UTC."""
    day = start.replace(hour=0, minute=0, second=0, microsecond=0)
    edges: list[int] = []
    while day < until:
        opens, closes = seconds_of(day + timedelta(hours=9)), seconds_of(day + timedelta(hours=17))
        first, last = max(opens, seconds_of(start)), min(closes, seconds_of(until))
        edges.extend((first, last) if day.weekday() < 5 and first < last else ())
        day += timedelta(days=1)
    return WorkingTime(
        calendar="office",
        version="1",
        zone_data="",
        edges=tuple(edges),
        start=seconds_of(start),
        horizon=seconds_of(until),
    )


@cache
def hours(name: str, start: datetime, until: datetime) -> WorkingTime:
    return office(start, until) if name == "office" else always(start, until)


def hours_asked(errand: ResolveWorkingTime) -> WorkingTimeResolved:
    """The answer of an outside that has these hours."""
    more = {name: hours(name, errand.start, errand.until) for name in errand.calendars}
    return WorkingTimeResolved(key=errand.key, working_time=more)
