"""What the commands share: settings, the ways to server and ledger, output for people or as JSON."""

import asyncio
import json
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel
from rich.console import Console

from domain.vocabulary import Role
from starter.errors import NotFound
from starter.settings import Settings, load_settings

Result = TypeVar("Result")
PIPE_WIDTH = 200
WORKER_WITHIN = 5.0
"""Seconds that a decision waits for a worker unless told otherwise; then the server holds it."""

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of text for people.")]
Ref = Annotated[str, typer.Argument(metavar="ID", help="Escalation id, workflow id or key.")]
As = Annotated[str | None, typer.Option("--as", metavar="PERSON", help="Who acts: a person's id.")]
Wait = Annotated[
    float, typer.Option("--wait", min=0.1, max=300, help="Seconds to wait for a worker's answer.")
]
AsRole = Annotated[
    Role | None,
    typer.Option("--role", help="In which role; needed for services, who are not in the organisation."),
]


def say(text: Any) -> None:
    """Text and tables for people; as wide as the terminal, in a pipe as wide as a long line."""
    console = Console()
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    console.print(text, highlight=False)


def emit(document: Any) -> None:
    """One JSON document on a line of its own."""
    typer.echo(json.dumps(document, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    match value:
        case BaseModel():
            return value.model_dump(mode="json")
        case datetime():
            return value.isoformat()
        case Path():
            return str(value)
        case tuple() | set() | frozenset():
            return list(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form")


def wait_for(work: Coroutine[Any, Any, Result]) -> Result:
    return asyncio.run(work)


def settings_now() -> Settings:
    return load_settings()


def missing(ref: str) -> NotFound:
    return NotFound(f"there is no escalation {ref!r}; `escalations list` shows what there is")
