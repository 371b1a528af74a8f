"""Opening an escalation, and reading one."""

from contextlib import suppress
from hashlib import sha256
from typing import Annotated

import structlog
from fastapi import APIRouter, Header, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from domain.audience import CustomerView, customer_view
from domain.refusals import RefusalCode, Refused
from domain.report import Report
from domain.rights import Act, Read
from domain.text import Identifier
from domain.vocabulary import Role
from records.errors import RecordsAway
from records.requests import Known, Requests, Standing
from starter.api import meters
from starter.api.allowed import needs
from starter.api.callers import Caller
from starter.api.doors import AtDoors, Doors, Seen
from starter.api.etags import etag
from starter.api.guarded import Guarded
from starter.api.problems import ApiProblem, Code, FieldProblem, errors
from starter.api.reach import demand_readable, reading, sees_inside
from starter.api.shapes import EscalationView, view_of
from starter.api.strict import StrictReport
from starter.errors import NoAnswer, NotFound, OrderInvalid, ServerAway
from starter.orders import Opened, OpenOrder, OpenOutcome

router = APIRouter(route_class=Guarded, tags=["escalations"])
log = structlog.get_logger("api")

PRINTABLE = r"^[^\x00-\x1f\x7f]+$"
"""PostgreSQL fails on NUL in a text, even in one that it only compares with."""
Ref = Annotated[
    str,
    Path(
        description="Escalation id, workflow id, or a key without slashes.",
        max_length=200,
        pattern=PRINTABLE,
    ),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=100,
        pattern=r"^[\x21-\x7e]+$",
        description="The same key with the same body is one request, for seven days.",
    ),
]
IfNoneMatch = Annotated[
    str | None, Header(max_length=200, description="An ETag; 304 without a body while it is the present one.")
]
OWN = (OpenOutcome.STARTED, OpenOutcome.ALREADY_OPEN)
"""Then it was opened by the very report that was sent."""
REPLAYED = "Idempotency-Replayed"
EscalationReader = Annotated[Caller, needs(Read.ESCALATION)]
Opener = Annotated[Caller, needs(Act.OPEN)]
AnyView = EscalationView | CustomerView


class OpenAnswer(BaseModel):
    """What became of the report."""

    escalation_id: str | None = Field(
        description="None where it joined or reopened one that is another reporter's."
    )
    key: str
    outcome: OpenOutcome
    applied: bool = Field(
        description="False when no worker answered in time: the report is held durably and joins later."
    )


class OpenBody(BaseModel):
    """What somebody wants opened."""

    model_config = ConfigDict(extra="forbid")

    policy: Identifier = Field(description="The name of the policy to run under.", examples=["support"])
    report: StrictReport
    key: Identifier | None = Field(
        default=None,
        description="Dedup key: one escalation per key while it is open; later reports join it.",
        examples=["ticket-4711"],
    )


@router.post(
    "/escalations",
    status_code=201,
    response_model=OpenAnswer,
    summary="Open an escalation, or join the one that is open under the key",
    responses={
        200: {"model": OpenAnswer, "description": "It was open already, was joined, or was reopened."},
        202: {
            "model": OpenAnswer,
            "description": "No worker answered in time; the report is held and joins.",
        },
        **errors(Code.KEY_REUSED, Code.REFUSED, Code.SERVER_AWAY),
    },
)
async def open_escalation(
    body: OpenBody,
    caller: Opener,
    doors: AtDoors,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> OpenAnswer:
    """With `Idempotency-Key` a repetition is answered as the first was; with `key` it joins what is open."""
    check_asker(caller, body.report)
    known = await _begin(doors, caller, idempotency_key, body)
    if known is not None and known.standing is Standing.REPEATED:
        response.headers[REPLAYED] = "true"
        answer = OpenAnswer.model_validate(known.answer)
        response.status_code = known.status
    else:
        opened = await _open(doors, caller, idempotency_key, body)
        answer = await _shown(doors, caller, opened)
        response.status_code = _status(opened)
        meters.OPENINGS.labels(opened.outcome).inc()
        if known is not None and idempotency_key is not None:
            await _remember(doors, caller, idempotency_key, response.status_code, answer)
    if answer.escalation_id is not None:
        response.headers["Location"] = f"/api/v1/escalations/{answer.escalation_id}"
    return answer


@router.get(
    "/escalations/{ref}",
    response_model=AnyView,
    summary="Read an escalation",
    description="Reporters get what the customer's side may see, of what they have raised.",
    responses={
        304: {"description": "Nothing has happened since the ETag in `If-None-Match`."},
        **errors(Code.OUT_OF_REACH, Code.NOT_FOUND, Code.SERVER_AWAY, Code.WORKER_AWAY),
    },
)
async def read_escalation(
    ref: Ref,
    request: Request,
    caller: EscalationReader,
    doors: AtDoors,
    response: Response,
    if_none_match: IfNoneMatch = None,
) -> AnyView | Response:
    if if_none_match is not None:
        row = await doors.summary(ref)
        demand_readable(request, caller, row)
        if etag(row.id, row.seq) in if_none_match:
            return Response(status_code=304, headers={"ETag": etag(row.id, row.seq)})
    seen = await doors.state(ref)
    demand_readable(request, caller, seen.escalation)
    response.headers["ETag"] = etag(seen.escalation.id, seen.escalation.seq)
    return view_for(caller, seen)


def view_for(caller: Caller, seen: Seen) -> AnyView:
    """As much of it as the caller may see."""
    if sees_inside(caller):
        return view_of(seen.escalation, seen.updated_at)
    return customer_view(seen.escalation, seen.updated_at)


def check_asker(caller: Caller, report: Report) -> None:
    """Who reports for somebody else could not read it afterwards, and would write under another's name.

    Raises ApiProblem.
    """
    if caller.role is Role.REPORTER and report.asked_by != caller.id:
        what = "a reporter reports in the own name"
        wrong = FieldProblem(pointer="/report/asked_by", detail=what, mend=f"write {caller.id}")
        raise ApiProblem(Code.INVALID, what, wrong)


async def _begin(doors: Doors, caller: Caller, key: str | None, body: OpenBody) -> Known | None:
    """None without a key, and while the ledger is away: then the workflow alone tells repetitions."""
    if key is None:
        return None
    digest = sha256(body.model_dump_json().encode()).hexdigest()
    try:
        known = await Requests(doors.database).begin(caller.id, key, digest, doors.now())
    except RecordsAway:
        log.warning("idempotency_not_recorded", key=key)
        return None
    if known.standing is Standing.OTHER:
        raise _key_of_another()
    return known


def _key_of_another() -> ApiProblem:
    wrong = FieldProblem(
        parameter="Idempotency-Key",
        detail="this key came with another body before",
        mend="send the body of then, or a new key",
    )
    return ApiProblem(Code.KEY_REUSED, "the idempotency key belongs to another request", wrong)


async def _open(doors: Doors, caller: Caller, key: str | None, body: OpenBody) -> Opened:
    request_id = None if key is None else sha256(f"{caller.id}\n{key}".encode()).hexdigest()[:32]
    order = OpenOrder(
        policy=body.policy, report=body.report, author=caller.author, key=body.key, request_id=request_id
    )
    try:
        return await (await doors.gateway()).open(order)
    except (OrderInvalid, Refused) as error:
        # Nothing was done: the mended request may come under the same key.
        await _forget(doors, caller, key)
        if isinstance(error, Refused) and error.code is RefusalCode.REUSED:
            # The ledger was away, and the workflow knows the key.
            raise _key_of_another() from None
        if isinstance(error, Refused) and not sees_inside(caller):
            # The rules' own words name the escalation, which may be another's.
            detail = "what was reported under this key before takes no report now; report it under another"
            raise ApiProblem(Code.REFUSED, detail, reason=error.code) from None
        raise


async def _shown(doors: Doors, caller: Caller, opened: Opened) -> OpenAnswer:
    """Without the id where that is none of the caller's business, or nobody can tell now."""
    structlog.contextvars.bind_contextvars(escalation=opened.escalation_id)
    answer = OpenAnswer(**opened.model_dump())
    if sees_inside(caller) or opened.outcome in OWN:
        return answer
    try:
        row = await doors.summary(opened.escalation_id)
    except (RecordsAway, ServerAway, NoAnswer, NotFound):
        return answer.model_copy(update={"escalation_id": None})
    is_theirs = reading(caller).holds(team=row.team, parties=row.parties, asked_by=row.asked_by)
    return answer if is_theirs else answer.model_copy(update={"escalation_id": None})


async def _forget(doors: Doors, caller: Caller, key: str | None) -> None:
    if key is None:
        return
    with suppress(RecordsAway):
        await Requests(doors.database).failed(caller.id, key)


async def _remember(doors: Doors, caller: Caller, key: str, status: int, answer: OpenAnswer) -> None:
    try:
        await Requests(doors.database).answered(caller.id, key, status, answer.model_dump(mode="json"))
    except RecordsAway:
        # A repetition asks the workflow, which knows the request by its id.
        log.warning("idempotency_not_recorded", key=key)


def _status(opened: Opened) -> int:
    if not opened.applied:
        return 202
    return 201 if opened.outcome is OpenOutcome.STARTED else 200
