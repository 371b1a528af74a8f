"""Overrides of who is on call, over HTTP: written into on-call.yaml, with who wrote them and why."""

from datetime import UTC, datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.on_call import OnCall
from domain.on_call_changes import Added, Change, Instead, Override, Removed, Replaced
from domain.rights import Act
from domain.text import Identifier, Instant, Line
from organisation.findings import nearest
from organisation.model import Organisation
from organisation.on_call_edit import (
    FILE,
    NoOverride,
    OverrideThere,
    override_entry,
    says_the_same,
    unless_there,
    without_override,
)
from starter.api.allowed import needs
from starter.api.bench import AtDesk
from starter.api.callers import Caller
from starter.api.doors import AtDoors
from starter.api.edits import EDIT_CODES, edited
from starter.api.guarded import Guarded
from starter.api.on_call import READING, Reader, Schedule, Shifts, check_stretch, schedule_in, shifts_view
from starter.api.problems import ApiProblem, Code, FieldProblem, errors
from starter.on_call_orders import as_written, override_called, override_id, section_of

router = APIRouter(route_class=Guarded, tags=["on call"])

People = Annotated[list[Identifier], Field(min_length=1, max_length=20)]
OverrideId = Annotated[
    str,
    Path(
        alias="id",
        pattern=r"^[\x21-\x7e]{1,100}$",
        description="As the list of overrides has it.",
        examples=["3f9c1a7be204"],
    ),
]
CHANGES = ("person", "nobody", "add", "remove", "replace")


class OverrideBody(BaseModel):
    """Who is on call instead, for a while: one of `person`, `nobody`, `add`, `remove`, `replace`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "from": "2026-12-24T09:00:00+01:00",
                    "to": "2026-12-28T09:00:00+01:00",
                    "person": "omar-haddad",
                    "reason": "Holidays",
                }
            ]
        },
    )

    start: Instant = Field(alias="from")
    end: Instant = Field(alias="to", description="The first instant that it does not cover.")
    person: Identifier | None = Field(default=None, description="Instead of everybody who is on call.")
    nobody: bool = Field(default=False, description="True: nobody is on call, and ladders go on at once.")
    add: People | None = Field(default=None, description="In addition.")
    remove: People | None = Field(default=None, description="Taken out.")
    replace: Annotated[dict[Identifier, Identifier], Field(min_length=1, max_length=20)] | None = Field(
        default=None, description="Where the one is on call, the other stands in."
    )
    reason: Line = Field(description="Why, for whoever reads the schedule later.")

    @model_validator(mode="after")
    def _one_change(self) -> Self:
        given = [name for name in CHANGES if getattr(self, name) not in (None, False)]
        if len(given) != 1:
            what = (
                "nothing is to change" if not given else f"several things are to change: {', '.join(given)}"
            )
            raise ValueError(f"{what}; give one of {', '.join(CHANGES)}")
        return self

    def change(self) -> dict[str, Any]:
        """As on-call.yaml has it."""
        named = {name: getattr(self, name) for name in ("person", "add", "remove", "replace")}
        return {name: value for name, value in named.items() if value is not None}


class OverrideView(BaseModel):
    """An override as it is in on-call.yaml; the later one in the list has the last word."""

    id: str = Field(description="Made of what it says: the same override has the same.")
    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to")
    person: str | None = None
    nobody: bool = False
    add: list[str] | None = None
    remove: list[str] | None = None
    replace: dict[str, str] | None = None
    reason: str = ""
    by: str = Field(default="", description="Who wrote it, where that is known.")


class Overrides(BaseModel):
    schedule: str
    overrides: list[OverrideView]


class Overridden(BaseModel):
    """What was written or taken back, and the final schedule in its stretch of time then."""

    override: OverrideView
    then: Shifts


@router.get(
    "/on-call/{schedule}/overrides",
    response_model=Overrides,
    response_model_exclude_none=True,
    summary="List the overrides of a schedule",
    description="In the order of on-call.yaml: of several that apply the last one counts.",
    responses=READING,
)
async def list_overrides(schedule: Schedule, caller: Reader, doors: AtDoors) -> Overrides:
    del caller
    on_call = (await doors.known()).on_call
    schedule_in(on_call, schedule)
    return Overrides(schedule=schedule, overrides=[_view(each) for each in _of(on_call, schedule)])


@router.post(
    "/on-call/{schedule}/overrides",
    status_code=201,
    response_model=Overridden,
    response_model_exclude_none=True,
    summary="Override who is on call",
    description="Written into on-call.yaml with who wrote it; comments stay, and the whole folder is checked "
    "first. It counts for every level that is told from then on, also of escalations that run already. "
    "The same override again changes nothing.",
    responses={
        200: {"model": Overridden, "description": "It was the schedule's last override already."},
        **errors(Code.OUT_OF_SCOPE, Code.NOT_FOUND, *EDIT_CODES),
    },
)
async def override(
    schedule: Schedule,
    body: OverrideBody,
    caller: Annotated[Caller, needs(Act.OVERRIDE_ON_CALL)],
    doors: AtDoors,
    desk: AtDesk,
    response: Response,
) -> Overridden:
    known = await doors.known()
    schedule_in(known.on_call, schedule)
    start, end = (at.astimezone(UTC).replace(microsecond=0) for at in (body.start, body.end))
    check_stretch(start, end, FieldProblem(pointer="/to", detail="", mend=""))
    _check_people(known, body)
    wanted = _wanted(schedule, start, end, body, caller)
    place = known.on_call.schedules[schedule]
    entry = override_entry(
        section_of(place),
        schedule,
        as_written(start, place),
        as_written(end, place),
        {**body.change(), "reason": body.reason, "by": caller.id},
    )
    try:
        known = await edited(doors, desk, caller, FILE, unless_there(wanted, place.zone, entry))
    except OverrideThere:
        response.status_code = 200
        known = await doors.known()
    there = (each for each in reversed(_of(known.on_call, schedule)) if says_the_same(each, wanted))
    view = _view(next(there, wanted))
    return Overridden(override=view, then=shifts_view(known.on_call, schedule, start, end))


@router.delete(
    "/on-call/{schedule}/overrides/{id}",
    response_model=Overridden,
    response_model_exclude_none=True,
    summary="Take an override back",
    description="Taken out of on-call.yaml, after the whole folder was checked without it. Where the file "
    "has the same override twice, the later one goes.",
    responses=errors(Code.OUT_OF_SCOPE, Code.NOT_FOUND, *EDIT_CODES),
)
async def take_back(
    schedule: Schedule,
    id_: OverrideId,
    caller: Annotated[Caller, needs(Act.OVERRIDE_ON_CALL)],
    doors: AtDoors,
    desk: AtDesk,
) -> Overridden:
    known = await doors.known()
    schedule_in(known.on_call, schedule)
    zone = known.on_call.schedules[schedule].zone
    gone = override_called(known.on_call, schedule, id_)
    if gone is None:
        raise _no_override(schedule, id_)
    try:
        known = await edited(doors, desk, caller, FILE, without_override(gone, zone))
    except NoOverride:
        raise _no_override(schedule, id_) from None
    return Overridden(override=_view(gone), then=shifts_view(known.on_call, schedule, gone.start, gone.end))


def _no_override(schedule: str, id_: str) -> ApiProblem:
    wrong = FieldProblem(parameter="id", detail="no override is called so", mend="list them")
    return ApiProblem(Code.NOT_FOUND, f"{schedule} has no override {id_!r}", wrong)


def _check_people(known: Organisation, body: OverrideBody) -> None:
    """Raises 422 with everybody who is not known."""
    named = {"/person": body.person} if body.person else {}
    for field in ("add", "remove"):
        named |= {f"/{field}/{number}": each for number, each in enumerate(getattr(body, field) or ())}
    for person, stand_in in (body.replace or {}).items():
        pointer = "/replace/" + person.replace("~", "~0").replace("/", "~1")
        named |= {pointer: stand_in} if person in known.people else {pointer: person}
    wrong = [
        FieldProblem(
            pointer=pointer,
            detail=f"there is no person {person[:60]!r}",
            mend=nearest(person, known.people),
        )
        for pointer, person in named.items()
        if person not in known.people
    ]
    if wrong:
        raise ApiProblem(Code.INVALID, "; ".join(each.detail for each in wrong), *wrong)


def _of(on_call: OnCall, schedule: str) -> list[Override]:
    return [each for each in on_call.overrides if each.schedule == schedule]


def _wanted(schedule: str, start: datetime, end: datetime, body: OverrideBody, caller: Caller) -> Override:
    change: Change = Instead(people=(body.person,) if body.person else ())
    if body.add:
        change = Added(people=tuple(body.add))
    elif body.remove:
        change = Removed(people=tuple(body.remove))
    elif body.replace:
        change = Replaced(stand_ins=body.replace)
    return Override(schedule=schedule, start=start, end=end, change=change, reason=body.reason, by=caller.id)


def _changes(override: Override) -> dict[str, Any]:
    match override.change:
        case Instead(people=()):
            return {"nobody": True}
        case Instead(people=people):
            return {"person": people[0]}
        case Added(people=people):
            return {"add": list(people)}
        case Removed(people=people):
            return {"remove": list(people)}
        case Replaced(stand_ins=stand_ins):
            return {"replace": dict(stand_ins)}


def _view(override: Override) -> OverrideView:
    return OverrideView.model_validate(
        {
            "id": override_id(override),
            "from": override.start,
            "to": override.end,
            "reason": override.reason,
            "by": override.by,
            **_changes(override),
        }
    )
