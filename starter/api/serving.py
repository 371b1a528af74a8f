"""The server process: it ends its streams when it is told to stop, so that they do not hold it up."""

from collections.abc import Callable
from socket import socket

import uvicorn
from fastapi import FastAPI

GRACE = 5
"""Seconds that requests under way have when the process is told to end."""


class ApiServer(uvicorn.Server):
    """uvicorn waits for open requests before it tells the application; a stream would never hear of it."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
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
