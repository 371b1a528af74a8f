"""Who is calling: nothing is open without credentials."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from domain.decisions import Author
from domain.people import Person
from domain.rights import Scope
from domain.vocabulary import Role
from records.keys import prefix_of
from starter.api.cookies import SECURE, cookie_of, demand_same_site
from starter.api.doors import AtDoors, Doors, doors_of
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


_COOKIE = APIKeyCookie(
    name=SECURE, auto_error=False, scheme_name="session", description="A session (`POST /session`)."
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
    session: str | None = None
    """By which the session is known here; not its id."""
    session_ends: datetime | None = None

    @property
    def author(self) -> Author:
        return Author(id=self.id, role=self.role)


async def a_caller(
    request: Request,
    doors: AtDoors,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    _: Annotated[str | None, Depends(_COOKIE)] = None,
) -> Caller:
    """Asked once for a request. Raises 401 for nobody and for whoever is not known."""
    known: Caller | None = getattr(request.state, "caller", None)
    return known if known is not None else await _who(request, doors, credentials)


async def caller_of(request: Request) -> Caller:
    """Who calls, before the framework asks. Raises what `a_caller` raises."""
    return await a_caller(request, doors_of(request), await _BEARER(request))


async def caller_again(request: Request) -> Caller:
    """Who calls, asked once more, for what stays open. Raises what `a_caller` raises."""
    return await _who(request, doors_of(request), await _BEARER(request))


async def _who(request: Request, doors: Doors, credentials: HTTPAuthorizationCredentials | None) -> Caller:
    """Of both kinds of credentials the header counts."""
    session = cookie_of(request)
    if credentials is not None:
        caller = await known_by(request, doors, credentials.credentials)
    elif session is not None:
        caller = await _by_session(doors, session)
    else:
        detail = "send `Authorization: Bearer KEY`; `escalations keys create` makes a key"
        raise ApiProblem(Code.UNAUTHENTICATED, detail)
    request.state.caller = caller
    structlog.contextvars.bind_contextvars(actor=caller.id)
    if caller.how is How.SESSION:
        demand_same_site(request)
    return caller


async def known_by(request: Request, doors: Doors, text: str) -> Caller:
    """Who calls with this key or token. Raises 401, 403 and 503."""
    if doors.tokens is not None and looks_like_a_token(text):
        return await _by_token(request, doors, doors.tokens, text)
    return await _by_key(request, doors, text)


Calling = Annotated[Caller, Depends(a_caller)]


async def _by_session(doors: Doors, id_: str) -> Caller:
    session = await doors.sessions.find(id_)
    is_live = session is not None and (not session.key_prefix or await doors.keys.counts(session.key_prefix))
    if session is None or not is_live:
        raise ApiProblem(Code.UNAUTHENTICATED, "the session is over; sign in again")
    await _still_there(doors, session.person)
    return Caller(
        id=session.caller,
        role=session.role,
        how=How.SESSION,
        team=session.team,
        scopes=session.scopes,
        prefix=session.key_prefix,
        person=session.person,
        session=session.digest,
        session_ends=session.expires_at,
    )


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
    person = await _still_there(doors, key.person)
    return Caller(
        id=key.author,
        role=key.role,
        how=How.KEY,
        team=person.team if person else None,
        scopes=key.scopes,
        prefix=key.prefix,
        person=person.id if person else None,
    )


async def _still_there(doors: Doors, name: str | None) -> Person | None:
    """The person whose key or session it is; None where it is nobody's. Raises 403 once they have left."""
    if name is None:
        return None
    person = (await doors.known()).people.get(name)
    if person is None:
        detail = f"{name!r} is no person of the organisation any more; an administrator revokes the key"
        raise ApiProblem(Code.FORBIDDEN, detail)
    return person
