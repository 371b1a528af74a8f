"""`escalations worker`: the worker process in the foreground."""

import os
import sys
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    app.command("worker")(worker)


def worker(
    upgrade_database: Annotated[
        bool, typer.Option("--upgrade-database", help="Bring the database to this release first.")
    ] = False,
) -> None:
    """Carry escalations until SIGTERM or Ctrl-C, then drain and end."""
    options = ["--upgrade-database"] if upgrade_database else []
    # The doors do not import the worker: this process becomes one.
    os.execv(sys.executable, [sys.executable, "-m", "worker", *options])
