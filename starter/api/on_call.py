"""Who is on call, and overrides of it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from domain.on_call import OnCall, final_schedule, next_handover, on_call_since, people_at, shifts_of
from domain.rights import Read
from domain.text import Instant
from domain.vocabulary import Role
from organisation.findings import nearest
from organisation.model import Organisation
from starter.api.allowed import needs
from starter.api.callers import Caller
from starter.api.doors import AtDoors
from starter.api.guarded import Guarded
from starter.api.problems import ApiProblem, Code, FieldProblem, errors

router = APIRouter(route_class=Guarded, tags=["on call"])

LONGEST = timedelta(days=400)
USUAL = timedelta(days=14)
OFFSET = "RFC 3339 with its offset; in a URL a `+` is written `%2B`."

Schedule = Annotated[
    str, Path(max_length=100, description="A rotation or schedule by its name.", examples=["first-line"])
]
Reader = Annotated[Caller, needs(Read.ON_CALL)]
At = Annotated[Instant | None, Query(description=f"At which instant; without it now. {OFFSET}")]
From = Annotated[Instant | None, Query(alias="from", description=f"From when on; without it now. {OFFSET}")]
To = Annotated[
    Instant | None,
    Query(alias="to", description=f"Until when; without it 14 days later, 400 at most. {OFFSET}"),
]
READING = errors(Code.OUT_OF_SCOPE, Code.NOT_FOUND)


class NextHandover(BaseModel):
    at: datetime
    people: list[str] = Field(description="Who is on call from then on.")


class OnCallNow(BaseModel):
    """Who is on call at an instant."""

    schedule: str
    zone: str = Field(description="Where its handovers keep their hour on the wall.")
    at: datetime
    people: list[str] = Field(description="Ids; nobody is on call where it is empty.")
    since: datetime | None = Field(description="Null where that is more than 400 days ago.")
    next_handover: NextHandover | None = Field(description="Null where there is none within 400 days.")


class OnCallList(BaseModel):
    schedules: list[OnCallNow]


class ShiftView(BaseModel):
    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to", description="Not covered itself.")
    people: list[str] = Field(description="Empty in a gap.")


class Shifts(BaseModel):
    """The final schedule: layers, temporary schedules, swaps and overrides laid over one another."""

    schedule: str
    zone: str
    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to")
    shifts: list[ShiftView]


@router.get(
    "/on-call",
    response_model=OnCallList,
    summary="List the schedules with who is on call",
    description="Now, or at another instant.",
    responses=errors(Code.OUT_OF_SCOPE),
)
async def list_schedules(caller: Reader, doors: AtDoors, at: At = None) -> OnCallList:
    del caller
    on_call, when = (await doors.known()).on_call, _second(at or doors.now())

    def ask() -> OnCallList:
        return OnCallList(schedules=[_now(on_call, schedule, when) for schedule in on_call.schedules])

    return await asyncio.to_thread(ask)


@router.get(
    "/on-call/{schedule}.ics",
    summary="Export a schedule as iCalendar",
    description="RFC 5545, with an event for each shift. Addresses are in it for administrators only.",
    responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}, **READING},
    response_class=Response,
)
async def export(
    schedule: Schedule,
    caller: Reader,
    doors: AtDoors,
    start: From = None,
    days: Annotated[int, Query(ge=1, le=LONGEST.days, description="For how many days.")] = 90,
) -> Response:
    known = await doors.known()
    schedule_in(known.on_call, schedule)
    since = _second(start or doors.now())

    def ask() -> str:
        # Loaded by those who need it: the calendar library takes its time.
        from starter.on_call_ical import exported

        shown = known if caller.role is Role.ADMINISTRATOR else without_addresses(known)
        return exported(shown, schedule, since, since + timedelta(days=days), doors.now())[0]

    return Response(await asyncio.to_thread(ask), media_type="text/calendar; charset=utf-8")


@router.get(
    "/on-call/{schedule}",
    response_model=OnCallNow,
    summary="Read who is on call",
    description="Since when, and who comes next.",
    responses=READING,
)
async def read_schedule(schedule: Schedule, caller: Reader, doors: AtDoors, at: At = None) -> OnCallNow:
    del caller
    on_call = (await doors.known()).on_call
    schedule_in(on_call, schedule)
    return await asyncio.to_thread(_now, on_call, schedule, _second(at or doors.now()))


@router.get(
    "/on-call/{schedule}/shifts",
    response_model=Shifts,
    summary="Read the final schedule",
    description="All shifts and gaps of a stretch of time without a hole, or the shifts of one person.",
    responses=READING,
)
async def read_shifts(
    schedule: Schedule,
    caller: Reader,
    doors: AtDoors,
    start: From = None,
    end: To = None,
    person: Annotated[str | None, Query(max_length=100, description="Only shifts of this person.")] = None,
) -> Shifts:
    del caller
    known = await doors.known()
    schedule_in(known.on_call, schedule)
    if person is not None and person not in known.people:
        what, mend = f"there is no person {person[:60]!r}", nearest(person, known.people)
        raise ApiProblem(Code.INVALID, what, FieldProblem(parameter="person", detail=what, mend=mend))
    since = _second(start or doors.now())
    until = _second(end or since + USUAL)
    check_stretch(since, until, FieldProblem(parameter="to", detail="", mend=""))
    return await asyncio.to_thread(shifts_view, known.on_call, schedule, since, until, person)


def schedule_in(on_call: OnCall, schedule: str) -> None:
    """Raises 404 with the nearest name."""
    if schedule not in on_call.schedules:
        what, mend = f"there is no on-call schedule {schedule[:60]!r}", nearest(schedule, on_call.schedules)
        wrong = FieldProblem(parameter="schedule", detail=what, mend=mend)
        raise ApiProblem(Code.NOT_FOUND, f"{what}; {mend}", wrong)


def check_stretch(since: datetime, until: datetime, place: FieldProblem) -> None:
    """Raises 422 at the place that is given."""
    if since < until <= since + LONGEST:
        return
    what = "before `from`" if until <= since else f"more than {LONGEST.days} days after `from`"
    mend = f"give a time after `from`, {LONGEST.days} days later at most"
    raise ApiProblem(Code.INVALID, what, place.model_copy(update={"detail": what, "mend": mend}))


def shifts_view(
    on_call: OnCall, schedule: str, since: datetime, until: datetime, person: str | None = None
) -> Shifts:
    shifts = (
        final_schedule(on_call, schedule, since, until)
        if person is None
        else shifts_of(on_call, person, schedule, since, until)
    )
    views = [
        ShiftView.model_validate({"from": each.start, "to": each.end, "people": list(each.people)})
        for each in shifts
    ]
    zone = on_call.schedules[schedule].zone
    return Shifts.model_validate(
        {"schedule": schedule, "zone": zone, "from": since, "to": until, "shifts": views}
    )


def without_addresses(known: Organisation) -> Organisation:
    return replace(known, people={key: person.but(channels=()) for key, person in known.people.items()})


def _now(on_call: OnCall, schedule: str, at: datetime) -> OnCallNow:
    then = next_handover(on_call, schedule, at)
    return OnCallNow(
        schedule=schedule,
        zone=on_call.schedules[schedule].zone,
        at=at,
        people=list(people_at(on_call, schedule, at)),
        since=on_call_since(on_call, schedule, at),
        next_handover=NextHandover(at=then.at, people=list(then.people)) if then else None,
    )


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
