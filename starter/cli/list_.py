"""`escalations list`: what there is, what is due next first."""

from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from domain.vocabulary import PromiseKind, Reason, Severity, Stage
from records.list_filter import AnyPromise, ListFilter, Promised
from records.list_order import Sort
from records.reading import PAGE, Page
from starter.cli.common import AsJson, emit, say, settings_now, wait_for
from starter.cli.given import given_instant
from starter.cli.ledger import a_reader
from starter.cli.words import clock_time, listed
from starter.errors import OrderInvalid, Problem

_KINDS = ", ".join((AnyPromise.ANY, *PromiseKind))


def add_to(app: typer.Typer) -> None:
    app.command("list")(list_escalations)


def list_escalations(
    stage: Annotated[list[Stage] | None, typer.Option(help="Only at this stage; may be repeated.")] = None,
    severity: Annotated[
        list[Severity] | None, typer.Option(help="Only of this severity; may be repeated.")
    ] = None,
    reason: Annotated[
        list[Reason] | None, typer.Option(help="Only for this reason; may be repeated.")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="Only of this owner (person id).")] = None,
    team: Annotated[str | None, typer.Option(help="Only of this team.")] = None,
    customer: Annotated[str | None, typer.Option(help="Only of this customer.")] = None,
    level: Annotated[int | None, typer.Option(min=1, help="Only at this level.")] = None,
    level_from: Annotated[int | None, typer.Option(min=1, help="Only at this level or above.")] = None,
    broken: Annotated[str | None, typer.Option(help=f"Only with a broken promise: {_KINDS}.")] = None,
    at_risk: Annotated[str | None, typer.Option(help=f"Only with a promise at risk: {_KINDS}.")] = None,
    due_before: Annotated[str | None, typer.Option(help="Only what is due before this instant.")] = None,
    opened_after: Annotated[
        str | None, typer.Option(help="Only what opened at this instant or later.")
    ] = None,
    opened_before: Annotated[str | None, typer.Option(help="Only what opened before this instant.")] = None,
    text: Annotated[
        str | None, typer.Option(help="Only with these words, or beginnings, in subject, key, id, customer.")
    ] = None,
    open_only: Annotated[bool, typer.Option("--open", help="Only those that are not closed.")] = False,
    closed_only: Annotated[bool, typer.Option("--closed", help="Only those that are closed.")] = False,
    sort: Annotated[Sort, typer.Option(help="What comes first.")] = Sort.NEXT_DUE,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Rows at most.")] = PAGE,
    after: Annotated[str | None, typer.Option(help="Where the page before ended.")] = None,
    as_json: AsJson = False,
) -> None:
    """List escalations from the ledger, what is due next first."""
    wanted = ListFilter(
        stage=tuple(stage or ()),
        severity=tuple(severity or ()),
        reason=tuple(reason or ()),
        owner=owner,
        team=team,
        customer=customer,
        level=level,
        level_at_least=level_from,
        broken=_promised(broken, "--broken"),
        at_risk=_promised(at_risk, "--at-risk"),
        due_before=_instant(due_before, "--due-before"),
        opened_after=_instant(opened_after, "--opened-after"),
        opened_before=_instant(opened_before, "--opened-before"),
        text=text,
        open_only=open_only,
        closed_only=closed_only,
    )
    page = wait_for(_page(wanted, sort, limit, after))
    if as_json:
        emit({"escalations": page.rows, "after": page.after})
        return
    say(_table(page))
    if page.after is not None:
        say(f"There are more: --after '{page.after}'")


def _promised(kind: str | None, option: str) -> Promised | None:
    if kind is None:
        return None
    try:
        return AnyPromise.ANY if kind == AnyPromise.ANY else PromiseKind(kind)
    except ValueError:
        raise OrderInvalid(Problem(option, f"there is no promise {kind[:40]!r}", f"use {_KINDS}")) from None


def _instant(text: str | None, option: str) -> datetime | None:
    return None if text is None else given_instant(text, option)


async def _page(wanted: ListFilter, sort: Sort, limit: int, after: str | None) -> Page:
    async with a_reader(settings_now()) as reader:
        try:
            return await reader.list_escalations(wanted, sort=sort, limit=limit, after=after)
        except ValueError as error:
            what, _, mend = str(error).partition("; ")
            raise OrderInvalid(Problem("--after", what, mend)) from None


def _table(page: Page) -> Table | str:
    if not page.rows:
        return "There is nothing to list."
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("ID", "Sev", "Stage", "Level", "Owner", "Customer", "Next due", "Broken", "Subject"):
        table.add_column(column, no_wrap=column == "ID", overflow="fold")
    today = datetime.now().astimezone().date()
    for row in page.rows:
        table.add_row(
            *(row.id, str(row.severity), str(row.stage), str(row.level), row.owner, row.customer or "-"),
            *(clock_time(row.next_due, today), listed(row.broken), row.subject),
        )
    return table
