"""Many decisions in one request, each with its own result."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Self

import structlog
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.rights import Act
from starter import ids
from starter.api.allowed import needs
from starter.api.callers import Caller
from starter.api.deciding import DecisionAnswer, put_in
from starter.api.decision_bodies import AnyDecisionBody
from starter.api.doors import AtDoors, Doors
from starter.api.escalations import PRINTABLE
from starter.api.etags import PATTERN, Version, seen_in
from starter.api.guarded import Guarded
from starter.api.problems import OF_RIGHTS, Code, Problem, errors, log_refused, problem_of, shown
from starter.orders import DecisionStatus

router = APIRouter(route_class=Guarded, tags=["decisions"])
log = structlog.get_logger("api")

AT_MOST = 500
AT_ONCE = 8
"""More would keep single decisions waiting behind a bulk."""
ONCE_AWAY = timedelta(milliseconds=100)
"""How long an item waits for a worker after none has answered another one."""


class BulkItem(BaseModel):
    model_config = ConfigDict(extra="forbid")

    escalation: str = Field(
        max_length=200, pattern=PRINTABLE, description="Escalation id, workflow id or key."
    )
    decision: AnyDecisionBody
    if_seq: int | None = Field(
        default=None, ge=0, description="The event that was last seen; refused when there are later ones."
    )
    if_match: str | None = Field(
        default=None,
        pattern=PATTERN,
        description="As `If-Match`: the ETag that was seen. It holds for this very escalation, not for a "
        "later one under the key.",
        examples=['"esc-ticket-77120~20261123-090000/15"'],
    )

    @model_validator(mode="after")
    def _say_once(self) -> Self:
        if self.if_seq is not None and self.if_match is not None:
            raise ValueError("if_seq and if_match say the same; give one of them")
        return self

    @property
    def seen(self) -> Version | None:
        return Version(None, self.if_seq) if self.if_seq is not None else seen_in(self.if_match)


class BulkBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    items: list[BulkItem] = Field(min_length=1, max_length=AT_MOST)


class BulkResult(BaseModel):
    """What became of the item at the same place."""

    escalation: str
    status: int = Field(description="As the answer of a single decision.")
    answer: DecisionAnswer | None = None
    problem: Problem | None = None


class BulkAnswer(BaseModel):
    results: list[BulkResult]


@router.post(
    "/escalations:bulk-decide",
    response_model=BulkAnswer,
    summary="Decide about many escalations",
    responses=errors(Code.TOO_LARGE),
)
async def bulk_decide(
    body: BulkBody, caller: Annotated[Caller, needs(Act.BULK_DECIDE)], doors: AtDoors, request: Request
) -> BulkAnswer:
    """Each item counts or is refused for itself. Items of one escalation are decided in their order."""
    results: list[BulkResult | None] = [None] * len(body.items)
    turns = asyncio.Semaphore(AT_ONCE)

    async def of_one(numbers: Iterable[int]) -> None:
        async with turns:
            for number in numbers:
                item = body.items[number]
                away = next(filter(_is_away, results), None)
                patience = ONCE_AWAY if any(map(_is_held, results)) else None
                results[number] = (
                    # The others would wait as long for the same answer, one after the other.
                    away.model_copy(update={"escalation": item.escalation})
                    if away is not None
                    else await _decided(doors, caller, item, request, patience)
                )

    lines: dict[str, list[int]] = defaultdict(list)
    for number, item in enumerate(body.items):
        # However it is called, so that its decisions keep their order.
        lines[ids.workflows_meant_by(item.escalation)[0]].append(number)
    await asyncio.gather(*(of_one(numbers) for numbers in lines.values()))
    return BulkAnswer(results=[each for each in results if each is not None])


def _is_held(result: BulkResult | None) -> bool:
    return result is not None and result.status == 202


def _is_away(result: BulkResult | None) -> bool:
    problem = None if result is None else result.problem
    return problem is not None and problem.code is Code.SERVER_AWAY


async def _decided(
    doors: Doors, caller: Caller, item: BulkItem, request: Request, patience: timedelta | None
) -> BulkResult:
    try:
        answer = await put_in(
            request,
            doors,
            caller,
            item.escalation,
            item.decision,
            seen=item.seen,
            shows=False,
            patience=patience,
        )
    except Exception as error:
        problem = shown(problem_of(error), request)
        if problem.code in OF_RIGHTS:
            log_refused(
                request,
                problem.code,
                problem.reason,
                decision=item.decision.type,
                escalation=item.escalation,
            )
        if problem.code is Code.INTERNAL:
            log.error("request_failed", escalation=item.escalation, exc_info=error)
        return BulkResult(escalation=item.escalation, status=problem.status, problem=problem)
    status = 202 if answer.status is DecisionStatus.ACCEPTED else 200
    return BulkResult(escalation=item.escalation, status=status, answer=answer)
