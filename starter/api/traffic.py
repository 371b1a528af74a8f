"""Every request has an id, one line in the log, a place in the metrics, and an answer even when it fails."""

import re
from collections.abc import Mapping
from time import perf_counter
from typing import Any
from uuid import uuid4

import structlog
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starter.api import meters
from starter.api.problems import answer, problem_of

REQUEST_ID = "X-Request-Id"
NO_ROUTE = "none"
_SANE_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,100}")
_PROBES = frozenset({"/healthz", "/readyz"})

log = structlog.get_logger("api")


class Traffic:
    """Outermost, so that whatever answers has the request's id, and no failure leaves without an answer.

    The log has the route's template, never the path, the query, a header or a body: they may be secret.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope).get(REQUEST_ID))
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        passing = _Passing(send, request_id)
        try:
            await self._answered(scope, receive, passing)
        finally:
            passing.ended()
            _note(scope, passing)
            structlog.contextvars.clear_contextvars()

    async def _answered(self, scope: Scope, receive: Receive, passing: "_Passing") -> None:
        try:
            await self._app(scope, receive, passing.send)
        except Exception as error:
            log.error("request_failed", route=route_of(scope), error=type(error).__name__, exc_info=error)
            if passing.status is not None:
                raise
            # The framework would answer outside of all middleware, without the id.
            await answer(problem_of(error), Request(scope))(scope, receive, passing.send)


class _Passing:
    """One request on its way; its time ends when the answer begins, for a stream goes on for hours."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self._begun = perf_counter()
        self.seconds: float | None = None
        self.status: int | None = None
        meters.IN_PROGRESS.inc()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.ended()
            MutableHeaders(scope=message)[REQUEST_ID] = self._request_id
        await self._send(message)

    def ended(self) -> None:
        if self.seconds is None:
            self.seconds = perf_counter() - self._begun
            meters.IN_PROGRESS.dec()


def route_of(scope: Scope) -> str:
    """The template of the route, such as /api/v1/escalations/{ref}."""
    template = getattr(scope.get("route"), "path", None)
    if template is None:
        return NO_ROUTE
    prefix = str(scope["app"].state.prefix)
    is_below = scope["path"].startswith(prefix) and not template.startswith(prefix)
    return f"{prefix}{template}" if is_below else str(template)


def _request_id(given: str | None) -> str:
    return given if given is not None and _SANE_ID.fullmatch(given) else uuid4().hex


def _note(scope: Scope, passing: _Passing) -> None:
    route, seconds = route_of(scope), passing.seconds or 0.0
    problem = getattr(scope["state"].get("problem"), "value", None)
    meters.request(route, scope["method"], passing.status, seconds, problem)
    # Probes come every few seconds and say nothing that the gauges do not.
    write = log.debug if scope["path"] in _PROBES else log.info
    write(
        "request",
        method=scope["method"],
        route=route,
        status=passing.status,
        ms=round(seconds * 1000, 1),
        **_whose(scope),
    )


def _whose(scope: Scope) -> Mapping[str, Any]:
    """The actor, and the escalation that a route has found, stand in the context already."""
    ref = scope.get("path_params", {}).get("ref")
    is_known = ref is None or "escalation" in structlog.contextvars.get_contextvars()
    return {} if is_known else {"escalation": str(ref)[:200]}
