"""`escalations api`: the HTTP API in the foreground."""

import asyncio
from functools import partial
from typing import Annotated

import typer
import uvicorn

from starter.api.app import create_app
from starter.api.doors import opened
from starter.cli.common import settings_now
from starter.logs import set_up_logs
from starter.settings import Settings

GRACE = 5
"""Seconds that requests under way have when the process is told to end; streams would stay for ever."""


def add_to(app: typer.Typer) -> None:
    app.command("api")(api)


def api(
    host: Annotated[str | None, typer.Option(help="Instead of ESCALATIONS_API_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Instead of ESCALATIONS_API_PORT.")
    ] = None,
) -> None:
    """Serve the HTTP API until SIGTERM or Ctrl-C."""
    settings = settings_now()
    set_up_logs(settings)
    asyncio.run(_server(settings, host or settings.api_host, port or settings.api_port).serve())


def _server(settings: Settings, host: str, port: int) -> uvicorn.Server:
    config = uvicorn.Config(
        create_app(partial(opened, settings)),
        host=host,
        port=port,
        # Ours: structured, with the request's id, and without what a query may hold.
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    return uvicorn.Server(config)
