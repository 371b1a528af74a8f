"""How a decision goes in, one alone or one of many: who may, on what was seen, and what became of it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from fastapi import Request
from pydantic import BaseModel, ValidationError

from domain.decisions import AnyDecision, ReportAgain
from domain.opening import Decided
from domain.refusals import Refused
from records.errors import RecordsAway
from starter.api import meters
from starter.api.callers import Caller
from starter.api.decision_bodies import DecisionBody, decision_of
from starter.api.doors import Doors
from starter.api.escalations import AnyView, check_asker, view_for
from starter.api.etags import Version
from starter.api.problems import ApiProblem, Code, FieldProblem, invalid, problem_of
from starter.api.reach import decidable, sees_inside
from starter.errors import LivesOn, NoAnswer, NotFound, ServerAway
from starter.orders import DecisionOutcome, DecisionStatus


class DecisionAnswer(BaseModel):
    """What became of a decision."""

    decision_id: str
    status: DecisionStatus
    decided: Decided | None = None
    """None while the server holds it for a worker."""
    escalation: AnyView | None = None
    """As it stands after the decision; None while the server holds it."""


async def put_in(
    request: Request,
    doors: Doors,
    caller: Caller,
    ref: str,
    body: DecisionBody,
    *,
    decision_id: str | None = None,
    seen: Version | None = None,
    shows: bool = True,
    patience: timedelta | None = None,
) -> DecisionAnswer:
    """Decides once. Raises what the gateway raises, and ApiProblem for who may not and what is not valid.

    `shows`: with the escalation as it stands after it. `patience`: with the worker; None is the usual.
    """
    request.state.decision = body.type
    named = body.decision_id or decision_id or str(uuid4())
    try:
        ref = await decidable(request, caller, doors, ref)
        decision = _decision(body, named, caller, seen)
        if isinstance(decision, ReportAgain):
            check_asker(caller, decision.report)
        outcome = await _decide(doors, caller, ref, decision, seen, patience)
        if outcome.decided is None or not outcome.decided.changed:
            await _demand_own(doors, caller, outcome.escalation_id, named)
    except Exception as error:
        meters.DECISIONS.labels(body.type, problem_of(error).code).inc()
        raise
    meters.DECISIONS.labels(body.type, outcome.status).inc()
    answer = DecisionAnswer(decision_id=named, status=outcome.status, decided=outcome.decided)
    if shows and outcome.status is DecisionStatus.DONE:
        try:
            answer.escalation = view_for(caller, await doors.state(outcome.escalation_id))
        except (RecordsAway, ServerAway, NoAnswer, NotFound):
            # It counts; only the picture of it is missing.
            return answer
    return answer


async def _decide(
    doors: Doors,
    caller: Caller,
    ref: str,
    decision: AnyDecision,
    seen: Version | None,
    patience: timedelta | None,
) -> DecisionOutcome:
    very = ref if seen is None else seen.demand(ref)
    try:
        return await (await doors.gateway()).decide(very, decision, patience)
    except LivesOn as lives_on:
        # Its key, by which it was called, means a later one now.
        if seen is not None and very != ref:
            raise seen.stale(ref) from None
        if sees_inside(caller):
            raise
        # The later one may be another's.
        raise Refused(lives_on.code, f"{very} is closed; report it again under its key") from None


async def _demand_own(doors: Doors, caller: Caller, escalation_id: str, decision_id: str) -> None:
    """Raises ApiProblem where somebody else has decided under the id: then this one counts for nothing."""
    try:
        by = await doors.reader.decided_by(escalation_id, decision_id)
    except RecordsAway:
        return
    if by not in (None, caller.id):
        detail = "somebody else has decided under this id, so nothing was decided"
        mend = "send it again under a new id"
        wrong = FieldProblem(pointer="/decision_id", detail=detail, mend=mend)
        raise ApiProblem(Code.KEY_REUSED, detail, wrong)


def _decision(body: DecisionBody, decision_id: str, caller: Caller, seen: Version | None) -> AnyDecision:
    try:
        return decision_of(body, decision_id, caller.author, None if seen is None else seen.seq)
    except ValidationError as error:
        found: list[dict[str, Any]] = [{**each, "loc": ("body", *each["loc"][1:])} for each in error.errors()]
        raise invalid(found, body.model_dump()) from None
