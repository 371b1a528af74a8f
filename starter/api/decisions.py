"""Deciding, and what one may decide now."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, Field

from domain.permissions import allows
from starter.api.callers import Calling
from starter.api.deciding import DecisionAnswer, put_in
from starter.api.decision_bodies import KINDS, AnyDecisionBody, schema_of, summary_of, type_of
from starter.api.doors import AtDoors
from starter.api.escalations import EscalationReader, IdempotencyKey, Ref
from starter.api.etags import etag, seen_in
from starter.api.guarded import Guarded
from starter.api.problems import Code, errors
from starter.api.reach import decides, demand_readable
from starter.orders import DecisionStatus

router = APIRouter(route_class=Guarded, tags=["decisions"])

IfMatch = Annotated[
    str | None,
    Header(max_length=200, description="The ETag that the decision is based on; refused when it is stale."),
]


class PossibleDecision(BaseModel):
    type: str
    summary: str = Field(description="What it does, in a sentence.")
    body: dict[str, Any] = Field(description="The JSON schema (2020-12) of the body to send.")


class PossibleDecisions(BaseModel):
    escalation_id: str
    seq: int = Field(description="As of this event; the ETag as `If-Match` decides on what was seen.")
    decisions: list[PossibleDecision]


@router.post(
    "/escalations/{ref}/decisions",
    response_model=DecisionAnswer,
    summary="Decide",
    responses={
        202: {
            "model": DecisionAnswer,
            "description": "No worker answered in time. The decision is held durably: it will be applied, or "
            "refused on the timeline. Sending it again with its `decision_id` is harmless.",
        },
        **errors(
            Code.OUT_OF_REACH,
            Code.NOT_FOUND,
            Code.REFUSED,
            Code.STALE,
            Code.KEY_REUSED,
            Code.TOO_LARGE,
            Code.SERVER_AWAY,
            Code.WORKER_AWAY,
        ),
    },
)
async def decide(
    ref: Ref,
    request: Request,
    body: AnyDecisionBody,
    caller: Calling,
    doors: AtDoors,
    response: Response,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> DecisionAnswer:
    """The caller is its author. With `If-Match` it counts only while nothing has happened since."""
    answer = await put_in(
        request, doors, caller, ref, body, decision_id=idempotency_key, seen=seen_in(if_match)
    )
    if answer.status is DecisionStatus.ACCEPTED:
        response.status_code = 202
    if answer.escalation is not None:
        response.headers["ETag"] = etag(answer.escalation.id, answer.escalation.seq)
    return answer


@router.get(
    "/escalations/{ref}/decisions",
    response_model=PossibleDecisions,
    summary="See what one may decide now",
    responses=errors(Code.OUT_OF_REACH, Code.NOT_FOUND, Code.SERVER_AWAY, Code.WORKER_AWAY),
)
async def possible(
    ref: Ref, request: Request, caller: EscalationReader, doors: AtDoors, response: Response
) -> PossibleDecisions:
    """Each with the JSON schema of its body, so that a client can draw a form. Stage and role allow them;
    the rules may still refuse what a body says, such as an approval above the caller's limit."""
    escalation = (await doors.state(ref)).escalation
    demand_readable(request, caller, escalation)
    response.headers["ETag"] = etag(escalation.id, escalation.seq)
    kinds = KINDS if decides(caller, escalation) else ()
    return PossibleDecisions(
        escalation_id=escalation.id,
        seq=escalation.seq,
        decisions=[
            PossibleDecision(type=type_of(kind), summary=summary_of(kind), body=schema_of(kind))
            for kind in kinds
            if allows(escalation, kind, caller.author)
        ],
    )
