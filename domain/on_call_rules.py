"""The rules by which a layer says who is on call: turns, hours of the week, dates.

Zone data is read from files, so this module is for activities, commands and simulations.
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, islice, pairwise
from typing import Annotated, Self, assert_never

from pydantic import AfterValidator, Field, NaiveDatetime, model_validator

from domain.calendars import WEEK, Calendar, Interval, Weekday, local_instant, resolve, zone
from domain.on_call_shifts import Instant, Shift
from domain.value import Value

LONGEST_JUMP = timedelta(hours=26)
"""More than a zone's clock was ever set forward at once: Apia left out a whole day."""


def _known_zone(name: str) -> str:
    zone(name)
    return name


ZoneName = Annotated[str, AfterValidator(_known_zone)]


class Months(Value):
    """A length in months: to the same day, or the last one of a month that is too short for it."""

    count: int = Field(ge=1, le=120)


class Hours(Value):
    """Hours of some days of the week, or of every day; overnight ones belong to the day they begin on."""

    hours: Interval
    days: tuple[Weekday, ...] = ()


class WeeklyRule(Hours):
    """People who are on call in the same hours every week."""

    people: tuple[str, ...] = Field(min_length=1)


class Rotation(Value):
    """People who take turns. Handovers are `starts` plus whole shifts of local time in `zone`."""

    zone: ZoneName
    starts: NaiveDatetime
    """The first handover, in local time; before it nobody is on call."""
    shift: Annotated[timedelta, Field(ge=timedelta(hours=1))] | Months
    people: tuple[str, ...] = Field(min_length=1)
    """Person ids in the order of their turns."""
    until: NaiveDatetime | None = None
    """The end of the last turn, in local time."""
    only: tuple[Hours, ...] = ()
    """The hours in which the one whose turn it is is on call; at any hour with none."""


class Weekly(Value):
    """Fixed hours of the week, in the local time of `zone`. Rules that overlap add up."""

    zone: ZoneName
    rules: tuple[WeeklyRule, ...]


class DatedShift(Value):
    """Somebody's shift that is not repeated."""

    start: Instant
    end: Instant
    people: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end <= self.start:
            raise ValueError("a shift ends before it starts; swap its times")
        return self


class Dated(Value):
    """Shifts by date, such as those that another system planned."""

    shifts: tuple[DatedShift, ...]


Rule = Rotation | Weekly | Dated


def shifts_by(rule: Rule, start: datetime, end: datetime) -> Iterator[Shift]:
    """The shifts of a rule that touch a stretch of time. They may reach beyond it and overlap."""
    match rule:
        case Rotation():
            yield from _turns(rule, start, end)
        case Weekly():
            for each in rule.rules:
                for opens, closes in _windows(rule.zone, (each,), start, end):
                    yield Shift(opens, closes, each.people)
        case Dated():
            for dated in rule.shifts:
                yield Shift(dated.start, dated.end, dated.people)
        case _:
            assert_never(rule)


def people_of(rule: Rule) -> Iterator[str]:
    """Everybody whom a rule can bring on call, some more than once."""
    match rule:
        case Rotation():
            yield from rule.people
        case Weekly():
            for each in rule.rules:
                yield from each.people
        case Dated():
            for dated in rule.shifts:
                yield from dated.people
        case _:
            assert_never(rule)


def _turns(rotation: Rotation, start: datetime, end: datetime) -> Iterator[Shift]:
    last = min(end, local_instant(rotation.until, rotation.zone)) if rotation.until else end
    if last <= start:
        return
    turns = _whole_turns(rotation, start, last)
    if not rotation.only:
        yield from turns
        return
    windows = list(_windows(rotation.zone, rotation.only, start, last))
    closings = [closes for _, closes in windows]
    for turn in turns:
        for opens, closes in islice(windows, bisect_right(closings, turn.start), None):
            if opens >= turn.end:
                break
            yield Shift(max(opens, turn.start), min(closes, turn.end), turn.people)


def _whole_turns(rotation: Rotation, start: datetime, end: datetime) -> Iterator[Shift]:
    margin = 2 if isinstance(rotation.shift, Months) else LONGEST_JUMP // rotation.shift + 2
    first = max(0, _turn_near(rotation, start) - margin)
    last = _turn_near(rotation, end) + margin
    handovers = [_handover(rotation, turn) for turn in range(first, last + 2)]
    # Where a clock jumps further than a shift is long, a later handover can come before an earlier
    # one: then it is the later one that counts, and the turns between have no time.
    handovers = list(accumulate(reversed(handovers), min))[::-1]
    for number, (since, over) in enumerate(pairwise(handovers), start=first):
        until = min(over, end)
        if since < until and start < until:
            yield Shift(since, until, (rotation.people[number % len(rotation.people)],))


def _turn_near(rotation: Rotation, at: datetime) -> int:
    """The turn by the clock on the wall, which shows an hour twice in autumn and skips one in spring."""
    wall = at.astimezone(zone(rotation.zone)).replace(tzinfo=None)
    if isinstance(rotation.shift, Months):
        return (_month(wall) - _month(rotation.starts)) // rotation.shift.count
    return (wall - rotation.starts) // rotation.shift


def _handover(rotation: Rotation, turn: int) -> datetime:
    if isinstance(rotation.shift, Months):
        local = _months_later(rotation.starts, turn * rotation.shift.count)
    else:
        local = rotation.starts + turn * rotation.shift
    return local_instant(local, rotation.zone)


def _month(local: datetime) -> int:
    return local.year * 12 + local.month - 1


def _months_later(local: datetime, months: int) -> datetime:
    year, month = divmod(_month(local) + months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)


def _windows(
    zone_name: str, hours: tuple[Hours, ...], start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The hours as instants, clipped to the stretch; those that touch or overlap are one window."""
    edges = resolve(_calendar(zone_name, hours), start, end).edges
    for opens, closes in zip(edges[::2], edges[1::2], strict=True):
        yield datetime.fromtimestamp(opens, UTC), datetime.fromtimestamp(closes, UTC)


# Who is on call is asked far more often than hours are changed, and a calendar takes its time to make.
@lru_cache(maxsize=256)
def _calendar(zone_name: str, hours: tuple[Hours, ...]) -> Calendar:
    weekly: dict[Weekday, tuple[Interval, ...]] = {}
    for each in hours:
        for day in each.days or WEEK:
            weekly[day] = (*weekly.get(day, ()), each.hours)
    return Calendar(name="on-call", zone=zone_name, weekly=weekly)
