"""What on-call.yaml may contain. The docstrings become mends."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from domain.calendars import Interval, Weekday
from domain.on_call_rules import Months
from domain.text import Identifier, Line
from organisation.durations import duration
from organisation.shapes import Shape

MONTHS = re.compile(r"(\d{1,3}) ?months?", re.ASCII)
NAMED_SHIFTS: dict[str, timedelta | Months] = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": Months(count=1),
}


def _shift(written: Any) -> timedelta | Months:
    """A length of a turn. Raises ValueError, with the mend after a semicolon."""
    if isinstance(written, str) and written in NAMED_SHIFTS:
        return NAMED_SHIFTS[written]
    months = MONTHS.fullmatch(written) if isinstance(written, str) else None
    if months is None:
        try:
            return duration(written)
        except ValueError as error:
            raise ValueError(f"{error}; or hourly, daily, weekly, monthly, 3months") from None
    if not 1 <= int(months[1]) <= 120:
        raise ValueError(f"{written!r} is no turn; write from 1month to 120months")
    return Months(count=int(months[1]))


def _hours(written: Any) -> Any:
    if not isinstance(written, str) or written.count("-") != 1:
        raise ValueError(f"{str(written)[:40]!r} are no hours; write them as in '22:00-06:00'")
    return written


def _of_our_time(written: datetime) -> datetime:
    if not 1970 <= written.year <= 2200:
        raise ValueError(f"{written.year} is no year to be on call in; write one from 1970 to 2200")
    return written


When = Annotated[datetime, AfterValidator(_of_our_time)]
Turn = Annotated[timedelta | Months, BeforeValidator(_shift)]
WrittenHours = Annotated[Interval, BeforeValidator(_hours)]
People = Annotated[tuple[str, ...], Field(min_length=1)]


class HoursShape(Shape):
    days: tuple[Weekday, ...] = ()
    hours: WrittenHours
    """local times such as 22:00-06:00"""


class RotationShape(Shape):
    starts: When
    """the local date and time of the first handover, such as 2026-01-05T09:00"""
    shift: Turn
    """how long a turn lasts, such as 1w"""
    people: People
    """person ids in the order of their turns"""
    until: When | None = None
    only: tuple[HoursShape, ...] = ()


class RotationScheduleShape(RotationShape):
    zone: str
    """the time zone of the handover, such as Europe/Berlin"""
    expects_gaps: bool = False


class WeeklyShape(HoursShape):
    people: People
    """the person ids of those on call in these hours"""


class DatedShape(Shape):
    start: When = Field(alias="from")
    """when the shift begins, in local time"""
    end: When = Field(alias="to")
    """when the shift ends, in local time"""
    people: People
    """the person ids of those on call"""


class LayerShape(Shape):
    zone: str | None = None
    priority: int = Field(default=0, ge=0, le=99)
    rotation: RotationShape | None = None
    weekly: Annotated[tuple[WeeklyShape, ...], Field(min_length=1)] | None = None
    dated: tuple[DatedShape, ...] | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        rules = (self.rotation, self.weekly, self.dated)
        if sum(rule is not None for rule in rules) != 1:
            raise ValueError("a layer has one rule; give it either rotation, weekly or dated")
        return self


class ScheduleShape(Shape):
    zone: str
    """the time zone of its times, such as Europe/Berlin"""
    layers: Annotated[dict[Identifier, LayerShape], Field(min_length=1)]
    """the layers by name, each with a rotation, weekly hours or dated shifts"""
    expects_gaps: bool = False


class OfSchedule(Shape):
    """Something that belongs to a schedule, which may be called by its older name."""

    rotation: str | None = None
    schedule: str | None = None

    @model_validator(mode="after")
    def _of_one_schedule(self) -> Self:
        if (self.rotation is None) == (self.schedule is None):
            raise ValueError("it belongs to one schedule; name that by rotation: or by schedule:")
        return self

    @property
    def of(self) -> str:
        return self.schedule or self.rotation or ""


class OverrideShape(OfSchedule):
    start: When = Field(alias="from")
    """when it begins, in the schedule's local time"""
    end: When = Field(alias="to")
    """when it ends, in the schedule's local time"""
    person: str | None = None
    add: People | None = None
    remove: People | None = None
    replace: Annotated[dict[str, str], Field(min_length=1)] | None = None
    reason: Line | None = None
    """why, for whoever reads it later"""
    by: Line | None = None
    """who wrote it"""

    @model_validator(mode="after")
    def _one_change(self) -> Self:
        changes = (self.person, self.add, self.remove, self.replace)
        if sum(change is not None for change in changes) > 1:
            raise ValueError(
                "an override changes one thing; leave one of person, add, remove, replace, and write another"
                " override for the rest"
            )
        return self


class StretchShape(Shape):
    start: When = Field(alias="from")
    """when the shift begins, in the schedule's local time"""
    end: When = Field(alias="to")
    """when the shift ends, in the schedule's local time"""


class SwapShape(OfSchedule):
    shifts: Annotated[dict[str, StretchShape], Field(min_length=2, max_length=2)]
    """two person ids, each with the shift that the other takes"""


class TemporaryShape(OfSchedule):
    start: When = Field(alias="from")
    """when it begins, in the schedule's local time"""
    end: When = Field(alias="to")
    """when it ends, in the schedule's local time"""
    use: str
    """the schedule that applies instead"""


class OnCallFile(Shape):
    rotations: dict[Identifier, RotationScheduleShape] = {}
    schedules: dict[Identifier, ScheduleShape] = {}
    overrides: tuple[OverrideShape, ...] = ()
    swaps: tuple[SwapShape, ...] = ()
    temporary: tuple[TemporaryShape, ...] = ()

    def zones(self) -> dict[str, str]:
        """The zone in which the times of each schedule are written."""
        rotations = {key: rotation.zone for key, rotation in self.rotations.items()}
        return rotations | {key: schedule.zone for key, schedule in self.schedules.items()}
