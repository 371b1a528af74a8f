"""`escalations mail`: what the embedded stack's local mail server got."""

from typing import Annotated

import typer
from rich.table import Table

from starter.cli.common import AsJson, emit, say, settings_now
from starter.cli.words import clock_time, today_here
from starter.errors import NotFound
from starter.mail_sink import Mail, read_mails


def add_to(app: typer.Typer) -> None:
    app.command("mail")(mail)


def mail(
    number: Annotated[int | None, typer.Argument(min=1, help="Read this one; without it list all.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the mails of the local mail server, or read one."""
    mails = read_mails(settings_now().mail_folder)
    if number is None:
        if as_json:
            emit({"mails": [_document(at, each) for at, each in enumerate(mails, 1)]})
        else:
            say(_table(mails))
        return
    if number > len(mails):
        raise NotFound(f"there is no mail {number}; `escalations mail` lists {len(mails)}")
    chosen = mails[number - 1]
    if as_json:
        emit({**_document(number, chosen), "text": chosen.text})
    else:
        typer.echo(
            f"To: {chosen.to}\nSubject: {chosen.subject}\nMessage-ID: {chosen.message_id}\n\n{chosen.text}"
        )


def _document(number: int, each: Mail) -> dict[str, object]:
    return {
        "number": number,
        "date": each.date,
        "to": each.to,
        "subject": each.subject,
        "message_id": each.message_id,
        "file": each.file,
    }


def _table(mails: list[Mail]) -> Table | str:
    if not mails:
        return "No mail has come in."
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("N", "Date", "To", "Subject"):
        table.add_column(column)
    for at, each in enumerate(mails, 1):
        table.add_row(str(at), clock_time(each.date, today_here()), each.to, each.subject)
    return table
