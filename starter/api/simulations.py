"""Cases run dry under a policy, over HTTP."""

import asyncio
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from domain.rights import Act
from domain.simulation.script import NOBODY_ANSWERS, Script
from domain.text import Identifier, Instant
from organisation.calendars import years_around
from organisation.durations import WRITTEN, duration
from organisation.load import load
from organisation.model import Organisation
from organisation.scripts import script_from
from starter.api.allowed import needs
from starter.api.bench import AtBench
from starter.api.callers import Caller
from starter.api.doors import AtDoors, Doors
from starter.api.guarded import Guarded
from starter.api.policies import PolicyName, policy_in
from starter.api.problems import ApiProblem, Code, FieldProblem, errors
from starter.api.strict import StrictReport
from starter.dry_run import dry_run
from starter.errors import OrderInvalid
from starter.given_data import given_data
from starter.order_file import OrderFile
from starter.simulated import SimulatedLife, as_data

router = APIRouter(route_class=Guarded, tags=["policies"])

WITHIN = 5.0
"""Seconds; an ordinary month takes some milliseconds."""
MOST_EVENTS = 10_000
"""More than that nobody reads in one answer."""
MOST_CUES = 200
LONGEST = timedelta(days=400)


def _length(written: Any) -> Any:
    """As policies write it, or ISO 8601."""
    return duration(written) if isinstance(written, str) and WRITTEN.fullmatch(written) else written


class SimulateBody(BaseModel):
    """A case, and who does what when."""

    model_config = ConfigDict(extra="forbid")

    report: StrictReport
    key: Identifier | None = None
    script: dict[str, Any] | None = Field(
        default=None,
        description="Who does what when: `title` and `cues`, as in the files of `escalations simulate "
        "--script`. Without it nobody ever does anything.",
        examples=[
            {"cues": [{"when": "level_notified", "after": "20m", "who": "told", "does": "acknowledge"}]}
        ],
    )
    at: Instant | None = Field(default=None, description="When it opens; without it now.")
    until: Annotated[timedelta, BeforeValidator(_length), Field(gt=timedelta(0), le=LONGEST)] = Field(
        default=timedelta(days=30),
        description="How long to look ahead at most: `30d`, `12h`, or ISO 8601.",
    )


@router.post(
    "/policies/{name}:simulate",
    response_model=SimulatedLife,
    summary="Run a case dry under a policy",
    description="By the rules that run real cases, under a clock that jumps. Nothing is sent or kept.",
    responses=errors(Code.OUT_OF_SCOPE, Code.NOT_FOUND, Code.REFUSED),
)
async def simulate(
    name: PolicyName,
    body: SimulateBody,
    caller: Annotated[Caller, needs(Act.SIMULATE)],
    doors: AtDoors,
    bench: AtBench,
) -> SimulatedLife:
    del caller
    opens = (body.at or doors.now()).astimezone(UTC).replace(microsecond=0)
    policy_in(await doors.known(), name)
    async with bench.place():
        return await asyncio.to_thread(_simulated, doors, name, body, opens)


def _simulated(doors: Doors, name: str, body: SimulateBody, opens: datetime) -> SimulatedLife:
    organisation = _as_of(doors, opens)
    script = _script(body, organisation)
    order = OrderFile(policy=name, report=body.report, key=body.key)
    over = monotonic() + WITHIN
    try:
        run = dry_run(
            organisation,
            order,
            policy=name,
            script=script,
            at=opens,
            length=body.until,
            most=MOST_EVENTS,
            go_on=lambda: monotonic() < over,
        )
    except OrderInvalid as error:
        wrong = [
            FieldProblem(pointer="/" + each.field.lstrip("-"), detail=each.what, mend=each.mend)
            for each in error.problems
        ]
        raise ApiProblem(Code.INVALID, "; ".join(each.detail for each in wrong), *wrong) from None
    return as_data(run, run.zone)


def _as_of(doors: Doors, opens: datetime) -> Organisation:
    """Public holidays are taken over for some years around a day only."""
    if opens.year in years_around(doors.now().date()):
        return doors.organisation.current()
    return load(doors.settings.policies, opens.date())


def _script(body: SimulateBody, organisation: Organisation) -> Script:
    """Raises 422, with the places in the body."""
    if body.script is None:
        return NOBODY_ANSWERS
    cues = body.script.get("cues")
    if isinstance(cues, list) and len(cues) > MOST_CUES:
        wrong = [FieldProblem(pointer="/script/cues", detail=f"more than {MOST_CUES}", mend="use fewer")]
        raise ApiProblem(Code.INVALID, "the script is too long", *wrong)
    try:
        script = script_from(given_data(body.script, "/script"), organisation)
    except RecursionError:
        wrong = [FieldProblem(pointer="/script", detail="nested too deeply", mend="flatten it")]
        raise ApiProblem(Code.INVALID, "the script is nested too deeply", *wrong) from None
    if isinstance(script, list):
        wrong = [FieldProblem(pointer=each.file, detail=each.what, mend=each.mend) for each in script]
        raise ApiProblem(Code.INVALID, "the script cannot be played", *wrong)
    return script
