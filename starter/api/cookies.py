"""The session's cookie, and that no other site can make a browser use it (RFC 6265, Fetch Metadata)."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request, Response

from starter.api.problems import ApiProblem, Code

SECURE = "__Host-escalations"
"""Browsers take a cookie of this name from https only, for this very host, and no other host can set it."""
PLAIN = "escalations"
"""On plain http, which is for this machine only."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def cookie_of(request: Request) -> str | None:
    """The session's id, where the request has one."""
    return request.cookies.get(_name(request)) if _may_have_one(request) else None


def demand_closed_line(request: Request) -> None:
    """Raises 403 where the cookie would go over an open line."""
    if not _may_have_one(request):
        detail = "sessions are for https, and for this machine; call with the key, or come by https"
        raise ApiProblem(Code.FORBIDDEN, detail)


def give(request: Request, response: Response, id_: str, seconds: int) -> None:
    response.set_cookie(
        _name(request),
        id_,
        max_age=seconds,
        path="/",
        secure=_is_secure(request),
        httponly=True,
        samesite="lax",
    )


def take_back(request: Request, response: Response) -> None:
    response.delete_cookie(
        _name(request), path="/", secure=_is_secure(request), httponly=True, samesite="lax"
    )


def demand_same_site(request: Request) -> None:
    """Raises 403 for a change that another site may have made the browser ask for."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    is_ours = _is_our_origin(request) if site is None else site == "same-origin"
    if not is_ours:
        detail = "a session changes things from its own pages only; programs call with a key"
        raise ApiProblem(Code.FORBIDDEN, detail)


def _is_our_origin(request: Request) -> bool:
    origin = urlsplit(request.headers.get("origin", ""))
    return (origin.scheme, origin.netloc) == (request.url.scheme, request.headers.get("host"))


def _may_have_one(request: Request) -> bool:
    return _is_secure(request) or _is_local(request)


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _is_local(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _name(request: Request) -> str:
    return SECURE if _is_secure(request) else PLAIN
