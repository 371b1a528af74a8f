"""The list of escalations: filtered, sorted, page by page, as far as the caller reaches."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from domain.audience import CustomerSummary, customer_summary
from domain.rights import Read
from domain.summary import Summary
from domain.text import Identifier, Instant
from domain.vocabulary import PromiseKind, Reason, Severity, Stage
from records.list_filter import AnyPromise, ListFilter
from records.list_order import Sort
from records.reading import PAGE, PAGE_AT_MOST
from starter.api.allowed import needs
from starter.api.callers import Caller
from starter.api.doors import AtDoors, summary_of
from starter.api.escalations import PRINTABLE
from starter.api.guarded import Guarded
from starter.api.problems import ApiProblem, Code, FieldProblem, errors
from starter.api.reach import reading, sees_inside

router = APIRouter(route_class=Guarded, tags=["escalations"])

TEXT = "Words that all begin a word of subject, key, id or customer, in any order."


class ListQuery(BaseModel):
    """What the list is narrowed to, and its order. A parameter that is not here is refused."""

    model_config = ConfigDict(extra="forbid")

    stage: list[Stage] = Field(default=[], description="One of these; repeat it for several.")
    severity: list[Severity] = Field(default=[], description="One of these.")
    reason: list[Reason] = Field(default=[], description="One of these.")
    owner: Identifier | None = Field(default=None, description="The person's id.")
    team: Identifier | None = Field(default=None, description="The team's id.")
    customer: Identifier | None = Field(default=None, description="The customer's id.")
    level: int | None = Field(default=None, ge=1, le=1000, description="At exactly this level.")
    level_at_least: int | None = Field(default=None, ge=1, le=1000, description="Or higher.")
    broken: PromiseKind | AnyPromise | None = Field(
        default=None, description="A promise of this kind, or `any`, was broken."
    )
    at_risk: PromiseKind | AnyPromise | None = Field(
        default=None, description="A promise of this kind, or `any`, is about to break."
    )
    due_before: Instant | None = Field(default=None, description="Something is due before this instant.")
    opened_after: Instant | None = Field(default=None, description="At this instant or later.")
    opened_before: Instant | None = Field(default=None, description="Before this instant.")
    text: str | None = Field(default=None, min_length=1, max_length=200, pattern=PRINTABLE, description=TEXT)
    open: bool | None = Field(
        default=None, description="true: only what is open; false: only what is closed."
    )
    sort: Sort = Field(default=Sort.NEXT_DUE, description="By what; ties by id.")
    limit: int = Field(default=PAGE, ge=1, le=PAGE_AT_MOST, description="How many at most.")
    after: str | None = Field(default=None, max_length=1000, description="`after` of the page before.")
    total: bool = Field(default=False, description="Count them, too; that takes longer.")


INSIDE = frozenset({"owner", "team", "level", "level_at_least", "broken", "at_risk", "due_before"})
"""What only tells something to whoever may see it: by asking for each value one could find it out."""
OUTSIDE_SORTS = (Sort.OPENED, Sort.UPDATED)


class Total(BaseModel):
    number: int
    is_exact: bool = Field(description="false: there are more than that.")


class EscalationList(BaseModel):
    escalations: list[Summary | CustomerSummary]
    after: str | None = Field(description="Hand it in to get the next page; null when this is the last.")
    total: Total | None = Field(default=None, description="Where it was asked for.")


@router.get(
    "/escalations",
    response_model=EscalationList,
    summary="List escalations",
    responses=errors(),
)
async def list_escalations(
    query: Annotated[ListQuery, Query()], caller: Annotated[Caller, needs(Read.LIST)], doors: AtDoors
) -> EscalationList:
    """What is in the caller's reach. What is due next comes first, unless `sort` says otherwise."""
    if not sees_inside(caller):
        query = _from_outside(query)
    wanted = _filter(query, caller)
    try:
        page = await doors.reader.list_escalations(
            wanted, sort=query.sort, limit=query.limit, after=query.after
        )
    except ValueError as error:
        what, _, mend = str(error).partition("; ")
        wrong = FieldProblem(parameter="after", detail=what, mend=mend)
        raise ApiProblem(Code.INVALID, what, wrong) from None
    rows = [summary_of(row) for row in page.rows]
    total = await doors.reader.count(wanted) if query.total else None
    return EscalationList(
        escalations=list(rows) if sees_inside(caller) else [customer_summary(row) for row in rows],
        after=page.after,
        total=Total(number=total.number, is_exact=total.is_exact) if total else None,
    )


def _from_outside(query: ListQuery) -> ListQuery:
    """The newest first unless asked otherwise. Raises 403 for what would tell what is internal."""
    asked = sorted(INSIDE & query.model_fields_set)
    if "sort" in query.model_fields_set and query.sort not in OUTSIDE_SORTS:
        asked.append("sort")
    if asked:
        mend = f"leave it out; sort by {' or '.join(OUTSIDE_SORTS)}"
        wrong = [FieldProblem(parameter=each, detail="this is internal", mend=mend) for each in asked]
        raise ApiProblem(Code.FORBIDDEN, f"internal: {', '.join(asked)}", *wrong)
    return query if "sort" in query.model_fields_set else query.model_copy(update={"sort": Sort.OPENED})


def _filter(query: ListQuery, caller: Caller) -> ListFilter:
    return ListFilter(
        stage=tuple(query.stage),
        severity=tuple(query.severity),
        reason=tuple(query.reason),
        owner=query.owner,
        team=query.team,
        customer=query.customer,
        level=query.level,
        level_at_least=query.level_at_least,
        broken=query.broken,
        at_risk=query.at_risk,
        due_before=query.due_before,
        opened_after=query.opened_after,
        opened_before=query.opened_before,
        text=query.text,
        open_only=query.open is True,
        closed_only=query.open is False,
        reach=reading(caller),
    )
