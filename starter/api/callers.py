"""Who is calling: nothing is open without credentials."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from domain.decisions import Author
from domain.rights import Scope
from domain.vocabulary import Role
from records.keys import prefix_of
from starter.api.doors import AtDoors, Doors
from starter.api.problems import ApiProblem, Code

_BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="An API key (`escalations keys create`), or a token of the house's identity provider.",
)


class How(StrEnum):
    """By what somebody is known."""

    KEY = "key"
    TOKEN = "token"
    SESSION = "session"


@dataclass(frozen=True)
class Caller:
    """Somebody who is known. Decisions carry the caller as their author, never what a body says."""

    id: str
    role: Role
    how: How
    team: str | None = None
    scopes: tuple[Scope, ...] | None = None
    """None: whatever the role may."""
    prefix: str = ""
    """Of the API key."""
    person: str | None = None
    """The person of the organisation who calls, where it is one."""

    @property
    def author(self) -> Author:
        return Author(id=self.id, role=self.role)


async def a_caller(
    request: Request,
    doors: AtDoors,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Caller:
    """Raises 401 for nobody and for whoever is not known."""
    if credentials is None:
        detail = "send `Authorization: Bearer KEY`; `escalations keys create` makes a key"
        raise ApiProblem(Code.UNAUTHENTICATED, detail)
    caller = await _by_key(request, doors, credentials.credentials)
    request.state.caller = caller
    structlog.contextvars.bind_contextvars(actor=caller.id)
    return caller


Calling = Annotated[Caller, Depends(a_caller)]


async def _by_key(request: Request, doors: Doors, text: str) -> Caller:
    request.state.prefix = prefix_of(text)
    key = await doors.keys.find(text)
    if key is None:
        detail = "the key is not known, has expired or was revoked; an administrator can make another"
        raise ApiProblem(Code.UNAUTHENTICATED, detail)
    person = (await doors.known()).people.get(key.person) if key.person else None
    return Caller(
        id=key.author,
        role=key.role,
        how=How.KEY,
        team=person.team if person else None,
        scopes=key.scopes,
        prefix=key.prefix,
        person=person.id if person else None,
    )
