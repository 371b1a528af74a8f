"""`escalations api`: the HTTP API in the foreground."""

import asyncio
from functools import partial
from typing import Annotated

import typer

from starter.cli.common import settings_now
from starter.collecting import collecting_beside
from starter.logs import set_up_logs


def add_to(app: typer.Typer) -> None:
    app.command("api")(api)


def api(
    host: Annotated[str | None, typer.Option(help="Instead of ESCALATIONS_API_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Instead of ESCALATIONS_API_PORT.")
    ] = None,
) -> None:
    """Serve the HTTP API until SIGTERM or Ctrl-C."""
    # Here, since the help of all commands looks into this file, and these take seconds.
    from starter.api.app import create_app
    from starter.api.doors import opened
    from starter.api.serving import ApiServer

    settings = settings_now()
    set_up_logs(settings)
    app = create_app(partial(opened, settings))
    server = ApiServer(app, host or settings.api_host, port or settings.api_port)
    asyncio.run(collecting_beside(server.serve()))
