"""Who one is, and sessions: a key or token exchanged for a cookie that a browser keeps."""

from datetime import datetime
from typing import Annotated

import structlog
from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from domain.rights import Act, Reach, Read, Scope, may
from domain.vocabulary import Role
from records.sessions import LASTS
from starter.api.allowed import needs
from starter.api.callers import Caller, Calling, How
from starter.api.cookies import demand_closed_line, give, take_back
from starter.api.doors import AtDoors
from starter.api.escalations import PRINTABLE
from starter.api.guarded import Guarded
from starter.api.problems import ApiProblem, Code, FieldProblem, errors
from starter.api.reach import deciding, reading

log = structlog.get_logger("api")
router = APIRouter(route_class=Guarded, tags=["session"])


class Me(BaseModel):
    """Who is calling, and what that one may."""

    id: str = Field(description="Decisions carry it.", examples=["anna-weber"])
    role: Role
    how: How
    team: str | None
    person: str | None
    scopes: list[Scope] | None = Field(description="Null: all that the role may.")
    reads: list[Read]
    acts: list[Act] = Field(description="Beside decisions, of which each escalation says which are possible.")
    reading: Reach = Field(description="Whose escalations one may read.")
    deciding: Reach = Field(description="About whose one may decide.")
    expires_at: datetime | None = Field(
        description="When the session ends at the latest; without requests it ends an hour after the last."
    )


class Ended(BaseModel):
    ended: int = Field(description="How many there were.")


@router.post(
    "/session",
    status_code=201,
    response_model=Me,
    summary="Exchange a key or a token for a session",
    description="The cookie lasts 12 hours, one without requests. With it, whatever changes something must "
    "come from the same origin (`Sec-Fetch-Site`, else `Origin`).",
    responses=errors(),
)
async def begin_session(request: Request, caller: Calling, doors: AtDoors, response: Response) -> Me:
    if caller.how is How.SESSION:
        wrong = FieldProblem(
            parameter="Authorization", detail="missing", mend="send the key or token to exchange"
        )
        raise ApiProblem(Code.INVALID, "this is a session already", wrong)
    demand_closed_line(request)
    session, id_ = await doors.sessions.begin(
        caller.id,
        caller.role,
        team=caller.team,
        person=caller.person,
        scopes=caller.scopes,
        key_prefix=caller.prefix,
    )
    give(request, response, id_, int(LASTS.total_seconds()))
    return _me(caller, session.expires_at)


@router.get("/session", response_model=Me, summary="Who am I, and what may I", responses=errors())
async def who_am_i(caller: Calling) -> Me:
    """As the credentials of this request say."""
    return _me(caller, caller.session_ends)


@router.delete(
    "/session",
    status_code=204,
    summary="End the session",
    description="Harmless without one.",
    responses=errors(),
)
async def end_session(request: Request, caller: Calling, doors: AtDoors, response: Response) -> None:
    if caller.session is not None:
        await doors.sessions.end(caller.session)
    take_back(request, response)


@router.delete(
    "/sessions/{caller}",
    response_model=Ended,
    summary="End all sessions of somebody",
    description="By the id that decisions carry. Within 10 seconds no process takes them any more; keys and "
    "tokens go on counting.",
    responses=errors(),
)
async def end_sessions_of(
    somebody: Annotated[str, Path(alias="caller", max_length=200, pattern=PRINTABLE, description="Whose.")],
    caller: Annotated[Caller, needs(Act.MANAGE_KEYS)],
    doors: AtDoors,
) -> Ended:
    ended = await doors.sessions.end_all(somebody)
    log.info("sessions_ended", of=somebody, by=caller.id, number=ended)
    return Ended(ended=ended)


def _me(caller: Caller, expires_at: datetime | None) -> Me:
    return Me(
        id=caller.id,
        role=caller.role,
        how=caller.how,
        team=caller.team,
        person=caller.person,
        scopes=None if caller.scopes is None else list(caller.scopes),
        reads=[each for each in Read if may(caller.role, caller.scopes, each)],
        acts=[each for each in Act if may(caller.role, caller.scopes, each)],
        reading=reading(caller),
        deciding=deciding(caller),
        expires_at=expires_at,
    )
