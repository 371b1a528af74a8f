"""Bodies over the limit are answered with 413, before more of them is read."""

from fastapi import Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starter.api.doors import doors_of
from starter.api.problems import ApiProblem, Code, answer

_CLOSE = {"Connection": "close"}
"""Else the server would read the rest of the body to find the next request."""


class BodyLimit:
    """By the declared length before anything is read, and by what really comes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        limit = doors_of(request).settings.api_body_limit
        if _declared(scope) > limit:
            problem = ApiProblem(Code.TOO_LARGE, _too_large(limit), headers=_CLOSE)
            await answer(problem, request)(scope, receive, send)
            return
        await self._app(scope, _counted(receive, limit), send)


def _declared(scope: Scope) -> int:
    """0 for a chunked body, whose length nobody declares."""
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0


def _counted(receive: Receive, limit: int) -> Receive:
    so_far = 0

    async def counted() -> Message:
        nonlocal so_far
        message = await receive()
        so_far += len(message.get("body", b""))
        if so_far > limit:
            # Of the kind that the framework lets through while it reads a body.
            raise HTTPException(413, _too_large(limit), headers=_CLOSE)
        return message

    return counted


def _too_large(limit: int) -> str:
    return f"at most {limit:,} bytes are taken in; send less, and link long material instead"
