"""Deciding, and what one may decide now."""

import re
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, ValidationError

from domain.opening import Decided
from records.errors import RecordsAway
from starter.api.callers import Calling
from starter.api.decision_bodies import AnyDecisionBody, decision_of
from starter.api.doors import AtDoors
from starter.api.escalations import AnyView, IdempotencyKey, Ref, etag, view_for
from starter.api.problems import ApiProblem, Code, FieldProblem, errors, invalid
from starter.api.reach import demand_decidable
from starter.errors import ServerAway
from starter.orders import DecisionStatus

router = APIRouter(tags=["decisions"])

IfMatch = Annotated[
    str | None,
    Header(max_length=200, description="The ETag that the decision is based on; refused when it is stale."),
]
_ETAG = re.compile(r'"(\d{1,9})"')


class DecisionAnswer(BaseModel):
    """What became of a decision."""

    decision_id: str
    status: DecisionStatus
    decided: Decided | None = None
    """None while the server holds it for a worker."""
    escalation: AnyView | None = None
    """As it stands after the decision; None while the server holds it."""


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
            Code.OUT_OF_SCOPE,
            Code.NOT_FOUND,
            Code.REFUSED,
            Code.STALE,
            Code.TOO_LARGE,
            Code.SERVER_AWAY,
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
    request.state.decision = body.type
    await demand_decidable(request, caller, doors, ref)
    decision_id = body.decision_id or idempotency_key or str(uuid4())
    try:
        decision = decision_of(body, decision_id, caller.author, _seen(if_match))
    except ValidationError as error:
        found = [{**each, "loc": ("body", *each["loc"][1:])} for each in error.errors()]
        raise invalid(found, body.model_dump()) from None
    outcome = await (await doors.gateway()).decide(ref, decision)
    if outcome.status is DecisionStatus.ACCEPTED:
        response.status_code = 202
        return DecisionAnswer(decision_id=decision_id, status=outcome.status)
    answer = DecisionAnswer(decision_id=decision_id, status=outcome.status, decided=outcome.decided)
    try:
        now = await doors.state(outcome.escalation_id)
    except (RecordsAway, ServerAway):
        # It counts; only the picture of it is missing.
        return answer
    response.headers["ETag"] = etag(now.escalation.seq)
    answer.escalation = view_for(caller, now)
    return answer


def _seen(if_match: str | None) -> int | None:
    if if_match is None or if_match == "*":
        return None
    found = _ETAG.fullmatch(if_match)
    if found is None:
        wrong = FieldProblem(
            parameter="If-Match", detail="no ETag of an escalation", mend="send back the ETag as it came"
        )
        raise ApiProblem(Code.INVALID, "If-Match is no ETag of an escalation", wrong)
    return int(found[1])
