"""The API behind a real socket of this machine, for clients that run outside of the tests."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from tests.eventually import eventually


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Its address, such as http://127.0.0.1:41234. The application has been started already."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            app, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))

        async def is_up() -> bool:
            return server.started or serving.done()

        try:
            await eventually(is_up, "the server listens")
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
