"""The server process: it ends its streams when it is told to stop, so that they do not hold it up."""

import asyncio
from collections.abc import Callable
from socket import socket

import structlog
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

GRACE = 5
"""Seconds that requests under way have when the process is told to end."""
WRITE_PATIENCE = 30.0
"""Seconds in which a reader has to take in something of what is sent."""

log = structlog.get_logger("api")


class EndsStalled:
    """Outermost. uvicorn waits without end for a reader who takes nothing in; here the connection is cut."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        if transport is None:
            await self._app(scope, receive, send)
            return

        is_cut = False

        async def in_time(message: Message) -> None:
            nonlocal is_cut
            if is_cut:
                # Else whoever sends without waiting for anything would never hear of it.
                await asyncio.sleep(0)
                return
            try:
                async with asyncio.timeout(WRITE_PATIENCE):
                    await send(message)
            except TimeoutError:
                # The application hears of it as of anybody who hangs up.
                log.warning("stalled_reader", path=scope["path"], seconds=WRITE_PATIENCE)
                transport.abort()
                is_cut = True

        await self._app(scope, receive, in_time)


class ApiServer(uvicorn.Server):
    """uvicorn waits for open requests before it tells the application; a stream would never hear of it."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                EndsStalled(app),
                host=host,
                port=port,
                # Ours: structured, with the request's id, and without what a query may hold.
                access_log=False,
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._state = app.state

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        stop: Callable[[], None] | None = getattr(getattr(self._state, "hub", None), "stop", None)
        if stop is not None:
            stop()
        await super().shutdown(sockets)
