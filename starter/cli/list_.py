"""`escalations list`: what there is, what is due next first."""

from dataclasses import replace
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
from starter.cli.words import clock_time, listed, today_here
from starter.errors import OrderInvalid, Problem

_KINDS = ", ".join((AnyPromise.ANY, *PromiseKind))


def add_to(app: typer.Typer) -> None:
    app.command("list")(list_escalations)


Stages = Annotated[list[Stage] | None, typer.Option(help="Only at this stage; may be repeated.")]
Severities = Annotated[list[Severity] | None, typer.Option(help="Only of this severity; may be repeated.")]
Reasons = Annotated[list[Reason] | None, typer.Option(help="Only for this reason; may be repeated.")]
Owner = Annotated[str | None, typer.Option(help="Only of this owner (person id).")]
Team = Annotated[str | None, typer.Option(help="Only of this team.")]
Customer = Annotated[str | None, typer.Option(help="Only of this customer.")]
Level = Annotated[int | None, typer.Option(min=1, help="Only at this level.")]
LevelFrom = Annotated[int | None, typer.Option(min=1, help="Only at this level or above.")]
Broken = Annotated[str | None, typer.Option(help=f"Only with a broken promise: {_KINDS}.")]
AtRisk = Annotated[str | None, typer.Option(help=f"Only with a promise at risk: {_KINDS}.")]
DueBefore = Annotated[str | None, typer.Option(help="Only what is due before this instant.")]
OpenedAfter = Annotated[str | None, typer.Option(help="Only what opened at this instant or later.")]
OpenedBefore = Annotated[str | None, typer.Option(help="Only what opened before this instant.")]
Words = Annotated[
    str | None, typer.Option(help="Only with these words, or beginnings, in subject, key, id, customer.")
]
OpenOnly = Annotated[bool, typer.Option("--open", help="Only those that are not closed.")]
ClosedOnly = Annotated[bool, typer.Option("--closed", help="Only those that are closed.")]
Sorted = Annotated[Sort, typer.Option(help="What comes first.")]
Limit = Annotated[int, typer.Option(min=1, max=500, help="Rows at most.")]
After = Annotated[str | None, typer.Option(help="Where the page before ended.")]


def list_escalations(
    stage: Stages = None,
    severity: Severities = None,
    reason: Reasons = None,
    owner: Owner = None,
    team: Team = None,
    customer: Customer = None,
    level: Level = None,
    level_from: LevelFrom = None,
    broken: Broken = None,
    at_risk: AtRisk = None,
    due_before: DueBefore = None,
    opened_after: OpenedAfter = None,
    opened_before: OpenedBefore = None,
    text: Words = None,
    open_only: OpenOnly = False,
    closed_only: ClosedOnly = False,
    sort: Sorted = Sort.NEXT_DUE,
    limit: Limit = PAGE,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """List escalations from the ledger, what is due next first."""
    one = ListFilter(
        owner=owner, team=team, customer=customer, level=level, level_at_least=level_from, text=text
    )
    any_of = replace(
        one, stage=tuple(stage or ()), severity=tuple(severity or ()), reason=tuple(reason or ())
    )
    in_time = _in_time(any_of, due_before, opened_after, opened_before)
    broken_kind, at_risk_kind = _promised(broken, "--broken"), _promised(at_risk, "--at-risk")
    promised = replace(in_time, broken=broken_kind, at_risk=at_risk_kind)
    wanted = replace(promised, open_only=open_only, closed_only=closed_only)
    _show(wait_for(_page(wanted, sort, limit, after)), as_json)


def _show(page: Page, as_json: bool) -> None:
    if as_json:
        emit({"escalations": page.rows, "after": page.after})
        return
    say(_table(page))
    if page.after is not None:
        say(f"There are more: --after '{page.after}'")


def _in_time(
    wanted: ListFilter, due_before: str | None, opened_after: str | None, opened_before: str | None
) -> ListFilter:
    return replace(
        wanted,
        due_before=_instant(due_before, "--due-before"),
        opened_after=_instant(opened_after, "--opened-after"),
        opened_before=_instant(opened_before, "--opened-before"),
    )


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
    today = today_here()
    for row in page.rows:
        table.add_row(
            *(row.id, str(row.severity), str(row.stage), str(row.level), row.owner, row.customer or "-"),
            *(clock_time(row.next_due, today), listed(row.broken), row.subject),
        )
    return table
