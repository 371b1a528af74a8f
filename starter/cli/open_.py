"""`escalations open`: from a file."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from domain.decisions.base import Author
from domain.vocabulary import Role
from organisation.model import Organisation
from organisation.source import OrganisationSource
from starter.cli.common import WORKER_WITHIN, As, AsJson, AsRole, Wait, emit, say, settings_now, wait_for
from starter.cli.live import a_gateway, author_of
from starter.order_file import OrderFile, read_order
from starter.orders import Opened, OpenOrder, OpenOutcome


def add_to(app: typer.Typer) -> None:
    app.command("open")(open_file)


def open_file(
    file: Annotated[Path, typer.Argument(help="YAML or JSON; - reads standard input.")],
    who: As = None,
    role: AsRole = None,
    wait: Wait = WORKER_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Open an escalation. The same file twice opens it once; without --as its asked_by is who opens it."""
    opened = wait_for(open_order(read_order(file), who, role, timedelta(seconds=wait)))
    if as_json:
        emit(opened)
    else:
        say(_sentence(opened))


async def open_order(order: OrderFile, who: str | None, role: Role | None, patience: timedelta) -> Opened:
    settings = settings_now()
    source = await asyncio.to_thread(OrganisationSource, settings.policies)
    author = _author(source.current(), order, who, role)
    gateway = await a_gateway(settings, source)
    return await gateway.open(
        OpenOrder(
            policy=order.policy,
            report=order.report,
            author=author,
            key=order.key,
            request_id=order.request_id,
        ),
        patience,
    )


def _author(organisation: Organisation, order: OrderFile, who: str | None, role: Role | None) -> Author:
    field = "--as" if who else "report.asked_by"
    return author_of(organisation, who or order.report.asked_by, role, field)


def _sentence(opened: Opened) -> str:
    match opened.outcome:
        case OpenOutcome.STARTED:
            return f"Opened {opened.escalation_id}"
        case OpenOutcome.ALREADY_OPEN:
            return f"This had been opened before: {opened.escalation_id}"
        case OpenOutcome.REOPENED:
            return f"Reopened {opened.escalation_id}"
        case OpenOutcome.JOINED if opened.applied:
            return f"Added to the open escalation {opened.escalation_id}"
        case OpenOutcome.JOINED:
            return f"Will be added to the open escalation {opened.escalation_id} when a worker runs"
