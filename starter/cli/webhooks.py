"""`escalations webhooks`: which other systems hear of events, and what did not get through to them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from domain.vocabulary import Severity
from domain.webhooks import View
from organisation.source import OrganisationSource
from records.database import Database
from records.event_webhooks import PAGE_AT_MOST, DeliveryPage, EventWebhooks, Hook
from records.reading import Reader
from records.rows import HookDeliveryRow, HookState
from starter.cli.common import AsJson, emit, say, settings_now, wait_for
from starter.cli.given import given_instant
from starter.database import open_database
from starter.errors import OrderInvalid, Problem
from starter.settings import Settings
from starter.webhook_orders import HookOrder, Replay, replay, subscribe, unknown

app = typer.Typer(help="Other systems that hear of events.", no_args_is_help=True)
CREATED_BY = "command-line"

Id = Annotated[str, typer.Argument(metavar="ID", help="The subscription, as `webhooks list` shows it.")]
OfOne = Annotated[str | None, typer.Option("--subscription", metavar="ID", help="Only of this one.")]


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="webhooks")


@app.callback()
def group() -> None:
    """Other systems that hear of events."""


@app.command("list")
def list_hooks(as_json: AsJson = False) -> None:
    """List the subscriptions, with how many events wait for each and are parked."""
    hooks = wait_for(_list(settings_now()))
    if as_json:
        emit({"subscriptions": [_plain(hook) for hook in hooks]})
    elif hooks:
        say(_table(hooks))
    else:
        say("Nobody has subscribed; `escalations webhooks add URL` adds a subscription.")


@app.command("add")
def add(
    url: Annotated[str, typer.Argument(help="Where events are posted.")],
    types: Annotated[
        list[str] | None,
        typer.Option("--type", help="Only events of this type; can be given several times."),
    ] = None,
    severity: Annotated[
        Severity | None, typer.Option(help="Only of escalations that are at least so severe.")
    ] = None,
    team: Annotated[str | None, typer.Option(metavar="ID", help="Only of escalations of this team.")] = None,
    customer: Annotated[
        str | None, typer.Option(metavar="ID", help="Only of escalations of this customer.")
    ] = None,
    view: Annotated[
        View, typer.Option(help="As whom it reads: a customer's system sees what customers may see.")
    ] = View.INTERNAL,
    as_json: AsJson = False,
) -> None:
    """Send events to a URL from now on. Prints the id, and the secret that verifies signatures, this once."""
    wanted = {"url": url, "types": types or (), "severity": severity, "team": team}
    try:
        order = HookOrder.model_validate({**wanted, "customer": customer, "view": view})
    except ValidationError as error:
        found = [_problem((*each["loc"], "customer")[0], each["msg"]) for each in error.errors()]
        raise OrderInvalid(*found) from None
    hook, secret = wait_for(_add(settings_now(), order))
    if as_json:
        emit({**_plain(hook), "secret": secret})
    else:
        typer.echo(f"{hook.row.id} {secret}")
        typer.echo("The second word is the secret; keep it, it is not shown again.", err=True)


@app.command("remove")
def remove(subscription: Id, as_json: AsJson = False) -> None:
    """End a subscription, and forget what waits for it."""
    wait_for(_remove(settings_now(), subscription))
    _done(as_json, subscription, "removed")


@app.command("disable")
def disable(subscription: Id, as_json: AsJson = False) -> None:
    """Send nothing until it is enabled again; what happens meanwhile is kept for it."""
    wait_for(_enable(settings_now(), subscription, enabled=False))
    _done(as_json, subscription, "disabled")


@app.command("enable")
def enable(subscription: Id, as_json: AsJson = False) -> None:
    """Go on with what it has missed, also after its receiver had answered that it is gone."""
    wait_for(_enable(settings_now(), subscription, enabled=True))
    _done(as_json, subscription, "enabled")


@app.command("test")
def try_out(subscription: Id, as_json: AsJson = False) -> None:
    """Send an event of the type `escalation.test`; a worker does it within seconds."""
    delivery = wait_for(_test(settings_now(), subscription))
    if as_json:
        emit({"delivery": delivery})
    else:
        say(f"{delivery} goes out; `escalations webhooks deliveries` says what came back.")


@app.command("deliveries")
def deliveries(subscription: OfOne = None, as_json: AsJson = False) -> None:
    """List the latest events that were sent or are waiting."""
    _show(wait_for(_deliveries(settings_now(), subscription, None)), as_json, "No event was sent yet.")


@app.command("parked")
def parked(subscription: OfOne = None, as_json: AsJson = False) -> None:
    """List the events that did not get through within a day, the latest first."""
    _show(wait_for(_deliveries(settings_now(), subscription, HookState.PARKED)), as_json, "None is parked.")


@app.command("replay")
def replay_parked(
    subscription: OfOne = None,
    since: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="Only what happened from then on.")
    ] = None,
    escalation: Annotated[str | None, typer.Option(metavar="ID", help="Only of this escalation.")] = None,
    delivered: Annotated[bool, typer.Option(help="What was delivered goes out once more, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send parked events again, in their order."""
    instant = None if since is None else given_instant(since, "--since")
    try:
        wanted = Replay(since=instant, escalation=escalation, delivered=delivered)
    except ValidationError as error:
        raise OrderInvalid(*(_problem(each["loc"][0], each["msg"]) for each in error.errors())) from None
    queued = wait_for(_replay(settings_now(), wanted, subscription))
    if as_json:
        emit({"queued": queued})
    else:
        say(f"Events that go out again: {queued}")


@asynccontextmanager
async def _ledger(settings: Settings) -> AsyncIterator[tuple[Database, EventWebhooks]]:
    """Raises RecordsAway, and SchemaMismatch when the tables are another release's."""
    database = open_database(settings)
    try:
        await database.check()
        yield database, EventWebhooks(database)
    finally:
        await database.close()


async def _list(settings: Settings) -> list[Hook]:
    async with _ledger(settings) as (_, webhooks):
        return await webhooks.all()


async def _add(settings: Settings, order: HookOrder) -> tuple[Hook, str]:
    source = await asyncio.to_thread(OrganisationSource, settings.policies)
    async with _ledger(settings) as (_, webhooks):
        return await subscribe(webhooks, source.current(), order, by=CREATED_BY, now=datetime.now(UTC))


async def _remove(settings: Settings, subscription: str) -> None:
    async with _ledger(settings) as (_, webhooks):
        if not await webhooks.remove(subscription):
            raise unknown(subscription)


async def _enable(settings: Settings, subscription: str, *, enabled: bool) -> None:
    async with _ledger(settings) as (_, webhooks):
        if await webhooks.change(subscription, {"enabled": enabled}) is None:
            raise unknown(subscription)


async def _test(settings: Settings, subscription: str) -> str:
    async with _ledger(settings) as (_, webhooks):
        delivery = await webhooks.test(subscription, datetime.now(UTC))
    if delivery is None:
        raise unknown(subscription)
    return delivery


async def _deliveries(settings: Settings, subscription: str | None, state: HookState | None) -> DeliveryPage:
    async with _ledger(settings) as (_, webhooks):
        await _known(webhooks, subscription)
        return await webhooks.deliveries(subscription, state=state, limit=PAGE_AT_MOST)


async def _replay(settings: Settings, wanted: Replay, subscription: str | None) -> int:
    async with _ledger(settings) as (database, webhooks):
        await _known(webhooks, subscription)
        return await replay(webhooks, Reader(database), wanted, subscription, datetime.now(UTC))


async def _known(webhooks: EventWebhooks, subscription: str | None) -> None:
    if subscription is not None and await webhooks.get(subscription) is None:
        raise unknown(subscription)


def _done(as_json: bool, subscription: str, what: str) -> None:
    if as_json:
        emit({"id": subscription, what: True})
    else:
        say(f"{subscription} is {what}.")


def _show(page: DeliveryPage, as_json: bool, nothing: str) -> None:
    if as_json:
        emit({"deliveries": page.rows, "more": page.after is not None})
    elif page.rows:
        say(_events(page.rows))
    else:
        say(nothing)


def _problem(field: object, message: str) -> Problem:
    what, _, mend = message.removeprefix("Value error, ").partition("; ")
    mend = mend or "`escalations webhooks add --help` says what is possible"
    return Problem(str(field), what[:1].lower() + what[1:], mend)


def _plain(hook: Hook) -> dict[str, object]:
    return {**hook.row.model_dump(mode="json"), "waiting": hook.waiting, "parked": hook.parked}


def _table(hooks: list[Hook]) -> Table:
    columns = ("Id", "URL", "Events", "From", "Team", "Customer", "View", "State", "Waiting", "Parked")
    table = _columns(*columns)
    for hook in hooks:
        row = hook.row
        table.add_row(
            row.id,
            escape(row.url),
            " ".join(row.types) or "all",
            row.severity or "any",
            escape(row.team or "-"),
            escape(row.customer or "-"),
            row.view,
            "enabled" if row.enabled else f"disabled {escape(row.disabled_why)}".strip(),
            str(hook.waiting),
            str(hook.parked),
        )
    return table


def _events(rows: tuple[HookDeliveryRow, ...]) -> Table:
    table = _columns("Id", "Subscription", "Escalation", "Event", "Type", "State", "Attempts", "Answer")
    for row in rows:
        table.add_row(
            row.id,
            row.subscription_id,
            escape(row.escalation_id),
            str(row.seq),
            row.type,
            row.state,
            str(row.attempts),
            escape(row.answer),
        )
    return table


def _columns(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, overflow="fold")
    return table
