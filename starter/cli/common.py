"""What the commands share: settings, the ways to server and ledger, output for people or as JSON."""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel
from rich.console import Console

from domain.decisions.base import Author
from domain.vocabulary import Role
from organisation.findings import nearest
from organisation.model import Organisation
from organisation.source import OrganisationSource
from records.reading import Reader
from starter.connection import connect
from starter.database import open_database
from starter.gateway import Gateway
from starter.orders import NotFound, OrderInvalid, Problem
from starter.settings import Settings, load_settings

Result = TypeVar("Result")
PIPE_WIDTH = 200

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of text for people.")]
Ref = Annotated[str, typer.Argument(metavar="ID", help="Escalation id, workflow id or key.")]
As = Annotated[str | None, typer.Option("--as", metavar="PERSON", help="Who acts: a person's id.")]
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


@asynccontextmanager
async def a_reader(settings: Settings) -> AsyncIterator[Reader]:
    """Reads the ledger. Raises RecordsAway, and SchemaMismatch when its tables are another release's."""
    database = open_database(settings)
    try:
        await database.check()
        yield Reader(database)
    finally:
        await database.close()


async def a_gateway(settings: Settings, source: OrganisationSource | None = None) -> Gateway:
    client = await connect(settings)
    if source is None:
        source = await asyncio.to_thread(OrganisationSource, settings.policies)
    return Gateway(client, source)


def settings_now() -> Settings:
    return load_settings()


def author_of(organisation: Organisation, who: str | None, role: Role | None) -> Author:
    """A person acts in the person's own role, unless another is named; a service needs one named.

    Raises OrderInvalid.
    """
    if not who:
        raise OrderInvalid(Problem("--as", "nobody is named", "say who acts, such as --as anna-weber"))
    person = organisation.people.get(who)
    if person is None and role is None:
        mend = f"{nearest(who, organisation.people)} A service gives --role service"
        raise OrderInvalid(Problem("--as", f"there is no person {who!r}", mend))
    if person is None:
        return _author(who, role or Role.SERVICE)
    return _author(who, role or person.role)


def _author(who: str, role: Role) -> Author:
    try:
        return Author(id=who, role=role)
    except ValueError:
        raise OrderInvalid(
            Problem("--as", f"{who[:60]!r} is no id", "use letters, digits and . _ @ : / + ~ -")
        ) from None


def missing(ref: str) -> NotFound:
    return NotFound(f"there is no escalation {ref!r}; `escalations list` shows what there is")
