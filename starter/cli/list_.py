"""`escalations list`: what there is, what is due next first."""

from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from domain.vocabulary import Severity, Stage
from records.reading import PAGE, ListFilter, Page
from starter.cli.common import AsJson, emit, say, settings_now, wait_for
from starter.cli.ledger import a_reader
from starter.cli.words import clock_time, listed
from starter.errors import OrderInvalid, Problem


def add_to(app: typer.Typer) -> None:
    app.command("list")(list_escalations)


def list_escalations(
    stage: Annotated[Stage | None, typer.Option(help="Only at this stage.")] = None,
    severity: Annotated[Severity | None, typer.Option(help="Only of this severity.")] = None,
    owner: Annotated[str | None, typer.Option(help="Only of this owner (person id).")] = None,
    team: Annotated[str | None, typer.Option(help="Only of this team.")] = None,
    customer: Annotated[str | None, typer.Option(help="Only of this customer.")] = None,
    open_only: Annotated[bool, typer.Option("--open", help="Only those that are not closed.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Rows at most.")] = PAGE,
    after: Annotated[str | None, typer.Option(help="Where the page before ended.")] = None,
    as_json: AsJson = False,
) -> None:
    """List escalations from the ledger, what is due next first."""
    wanted = ListFilter(
        stage=stage, severity=severity, owner=owner, team=team, customer=customer, open_only=open_only
    )
    page = wait_for(_page(wanted, limit, after))
    if as_json:
        emit({"escalations": page.rows, "after": page.after})
        return
    say(_table(page))
    if page.after is not None:
        say(f"There are more: --after '{page.after}'")


async def _page(wanted: ListFilter, limit: int, after: str | None) -> Page:
    async with a_reader(settings_now()) as reader:
        try:
            return await reader.list_escalations(wanted, limit=limit, after=after)
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
