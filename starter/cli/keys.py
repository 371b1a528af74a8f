"""`escalations keys`: what services and people call the API with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from domain.rights import Scope
from domain.vocabulary import Role
from organisation.findings import nearest
from organisation.source import OrganisationSource
from records.database import Database
from records.keys import Key, Keys
from records.sessions import Sessions
from starter.cli.common import AsJson, emit, say, settings_now, wait_for
from starter.cli.given import given_duration
from starter.cli.words import clock_time
from starter.database import open_database
from starter.errors import NotFound, OrderInvalid, Problem
from starter.key_orders import KeyOrder, create_key
from starter.settings import Settings

app = typer.Typer(help="Keys for the API.", no_args_is_help=True)
BY = "command-line"


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="keys")


@app.callback()
def group() -> None:
    """Keys for the API."""


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Who calls with it; decisions carry this name.")],
    role: Annotated[Role, typer.Option(help="What the caller is in the process.")],
    person: Annotated[
        str | None, typer.Option(metavar="ID", help="Whose key it is: a person's id. Staff need one.")
    ] = None,
    scope: Annotated[
        list[Scope] | None, typer.Option(help="May be used for this only; can be given several times.")
    ] = None,
    expires: Annotated[
        str | None, typer.Option(metavar="LENGTH", help="After this it no longer counts, such as 90d.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, this once."""
    wanted = {
        "name": name,
        "role": role,
        "person": person,
        "scopes": scope or None,
        "expires_in": None if expires is None else given_duration(expires, "--expires"),
    }
    try:
        order = KeyOrder.model_validate(wanted)
    except ValidationError as error:
        raise OrderInvalid(*(_problem(str(each["loc"][0]), each["msg"]) for each in error.errors())) from None
    key, text = wait_for(_create(settings_now(), order))
    if as_json:
        emit({"key": text, **key.model_dump(mode="json")})
    else:
        typer.echo(text)
        typer.echo("Keep it; it is not shown again and stored nowhere.", err=True)


@app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List the keys, also those that no longer count; never their secrets."""
    keys = wait_for(_list(settings_now()))
    if as_json:
        emit({"keys": keys})
    elif keys:
        say(_table(keys))
    else:
        say("There is no key yet; `escalations keys create` makes one.")


@app.command("revoke")
def revoke(
    prefix: Annotated[str, typer.Argument(help="The visible part of the key, as `keys list` shows it.")],
    as_json: AsJson = False,
) -> None:
    """Revoke a key; within 10 seconds no process takes it any more."""
    key = wait_for(_revoke(settings_now(), prefix))
    if as_json:
        emit(key)
    else:
        say(f"The key {key.prefix} of {key.name} no longer counts.")


@app.command("end-sessions")
def end_sessions(
    caller: Annotated[str, typer.Argument(metavar="ID", help="Whose: the id that decisions carry.")],
    as_json: AsJson = False,
) -> None:
    """End all sessions of somebody; within 10 seconds no process takes them any more. Keys go on counting."""
    ended = wait_for(_end_sessions(settings_now(), caller))
    if as_json:
        emit({"ended": ended})
    else:
        say(f"Sessions of {escape(caller)} that are ended: {ended}.")


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    """Raises RecordsAway, and SchemaMismatch when the tables are another release's."""
    database = open_database(settings)
    try:
        await database.check()
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _keys(settings: Settings) -> AsyncIterator[Keys]:
    async with _database(settings) as database:
        yield Keys(database)


async def _end_sessions(settings: Settings, caller: str) -> int:
    async with _database(settings) as database:
        sessions = Sessions(database)
        try:
            return await sessions.end_all(caller)
        finally:
            await sessions.close()


async def _create(settings: Settings, order: KeyOrder) -> tuple[Key, str]:
    source = await asyncio.to_thread(OrganisationSource, settings.policies)
    async with _keys(settings) as keys:
        return await create_key(keys, source.current(), order, created_by=BY, now=datetime.now(UTC))


async def _list(settings: Settings) -> tuple[Key, ...]:
    async with _keys(settings) as keys:
        return await keys.list()


async def _revoke(settings: Settings, prefix: str) -> Key:
    async with _keys(settings) as keys:
        key = await keys.revoke(prefix, by=BY)
        if key is None:
            known = [each.prefix for each in await keys.list()]
            raise NotFound(f"there is no key {prefix[:40]!r}; {nearest(prefix, known)}")
        return key


def _problem(field: str, message: str) -> Problem:
    what, _, mend = message.removeprefix("Value error, ").partition("; ")
    mend = mend or "`escalations keys create --help` says what is possible"
    return Problem(field, what[:1].lower() + what[1:], mend)


def _table(keys: tuple[Key, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Prefix", "Name", "Role", "Person", "Scopes", "Made", "Last use", "State"):
        table.add_column(column, overflow="fold")
    now = datetime.now(UTC)
    for key in keys:
        table.add_row(
            key.prefix,
            escape(key.name),
            key.role,
            escape(key.person or "-"),
            "all of the role" if key.scopes is None else " ".join(key.scopes),
            f"{key.created_at:%Y-%m-%d}",
            clock_time(key.last_used_at, now.astimezone().date()),
            _state(key, now),
        )
    return table


def _state(key: Key, now: datetime) -> str:
    if key.revoked_at is not None:
        by = f" by {escape(key.revoked_by)}" if key.revoked_by else ""
        return f"revoked {key.revoked_at:%Y-%m-%d}{by}"
    if key.expires_at is None:
        return "counts"
    return f"{'expired' if key.expires_at <= now else 'until'} {key.expires_at:%Y-%m-%d}"
