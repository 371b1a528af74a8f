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
from starter.api.issuer import IssuerAway
from starter.api.problems import ApiProblem, Code
from starter.api.tokens import OUTSIDE, TokenRefused, Tokens, looks_like_a_token

MAY_BE_UNKNOWN = frozenset({Role.REPORTER, Role.AUDITOR, Role.ADMINISTRATOR})
"""Roles of tokens of people whom the organisation does not name."""

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
    caller = await known_by(request, doors, credentials.credentials)
    request.state.caller = caller
    structlog.contextvars.bind_contextvars(actor=caller.id)
    return caller


async def known_by(request: Request, doors: Doors, text: str) -> Caller:
    """Who calls with this key or token. Raises 401, 403 and 503."""
    if doors.tokens is not None and looks_like_a_token(text):
        return await _by_token(request, doors, doors.tokens, text)
    return await _by_key(request, doors, text)


Calling = Annotated[Caller, Depends(a_caller)]


async def _by_token(request: Request, doors: Doors, tokens: Tokens, text: str) -> Caller:
    try:
        claimed = await tokens.read(text)
    except TokenRefused as error:
        raise ApiProblem(Code.UNAUTHENTICATED, str(error)) from None
    except IssuerAway as error:
        raise ApiProblem(Code.ISSUER_AWAY, str(error)) from None
    request.state.subject = claimed.subject
    person = (await doors.known()).people.get(claimed.name)
    if claimed.role is None:
        detail = (
            "no group of the token stands for a role; an administrator maps one in ESCALATIONS_OIDC_ROLES"
        )
        raise ApiProblem(Code.FORBIDDEN, detail)
    if person is None and claimed.role not in MAY_BE_UNKNOWN:
        detail = f"{claimed.name!r} is no person of the organisation; staff must be in its people's file"
        raise ApiProblem(Code.FORBIDDEN, detail)
    return Caller(
        id=person.id if person else f"{OUTSIDE}{claimed.name}",
        role=claimed.role,
        how=How.TOKEN,
        team=person.team if person else None,
        person=person.id if person else None,
    )


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
