"""`escalations show`: one escalation, from the ledger, and as it stands now where Temporal answers."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import typer
from rich.markup import escape
from rich.table import Table

from domain.escalation import Escalation, Promise
from domain.refusals import Refused
from records.rows import EscalationRow
from starter.cli.common import AsJson, Ref, emit, missing, say, settings_now, wait_for
from starter.cli.ledger import a_reader
from starter.cli.live import a_gateway
from starter.cli.words import clock_time, distance, listed, today_here
from starter.errors import NoAnswer, NotFound, ServerAway

LIVE_WITHIN = 5.0
"""Seconds that a reader waits for the live state; the ledger is enough to show something."""


@dataclass(frozen=True)
class Shown:
    row: EscalationRow | None
    live: Escalation | None
    no_live_because: str | None


def add_to(app: typer.Typer) -> None:
    app.command("show")(show)


def show(ref: Ref, as_json: AsJson = False) -> None:
    """Show one escalation: the ledger's row, and the live state when Temporal answers."""
    shown = wait_for(_shown(ref))
    if as_json:
        emit({"escalation": shown.row, "live": shown.live, "no_live_because": shown.no_live_because})
        return
    if shown.row is not None:
        say(_facts(shown.row))
    if shown.live is not None:
        say(_promises(shown.live))
        for text in _open_work(shown.live):
            say(text)
    else:
        say(f"[yellow]Not live:[/yellow] {escape(shown.no_live_because or '')}")


async def _shown(ref: str) -> Shown:
    settings = settings_now()
    async with a_reader(settings) as reader:
        row = await reader.get(ref)
    wanted = row.id if row is not None else ref
    try:
        async with asyncio.timeout(LIVE_WITHIN):
            gateway = await a_gateway(settings)
            return Shown(row, await gateway.snapshot(wanted), None)
    except NotFound:
        if row is None:
            raise missing(ref) from None
        return Shown(row, None, "Temporal no longer keeps it; the ledger does")
    except (ServerAway, NoAnswer, Refused) as error:
        if row is None:
            raise
        return Shown(row, None, str(error))
    except TimeoutError:
        return Shown(row, None, "no worker answers in time; start one with `escalations worker`")


def _facts(row: EscalationRow) -> Table:
    today = today_here()
    table = Table(box=None, show_header=False, pad_edge=False)
    facts = {
        "Escalation": row.id,
        "Subject": row.subject,
        "Stage": f"{row.stage}, level {row.level}",
        "Severity": f"{row.severity}, priority {row.priority}",
        "Reason": row.reason,
        "Owner": f"{row.owner} ({row.team}); manager {row.manager}",
        "Customer": row.customer or "-",
        "Opened": clock_time(row.opened_at, today),
        "Next due": clock_time(row.next_due, today),
        "Broken": listed(row.broken),
        "At risk": listed(row.at_risk),
        "Policy": f"{row.policy} {row.policy_version}",
        "Key": row.key,
    }
    if row.closed_at is not None:
        facts["Closed"] = f"{clock_time(row.closed_at, today)}, {row.close_reason}"
    if row.joined_into is not None:
        facts["Joined into"] = row.joined_into
    for name, value in facts.items():
        table.add_row(f"[bold]{name}[/bold]", escape(str(value)))
    return table


def _promises(live: Escalation) -> Table:
    now = datetime.now(UTC)
    table = Table(title="Promises", title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in ("Promise", "Stands", "Due", ""):
        table.add_column(column)
    for promise in live.promises.values():
        due = clock_time(promise.due, now.astimezone().date())
        table.add_row(promise.key, str(promise.status), due, _left(promise, now))
    return table


def _left(promise: Promise, now: datetime) -> str:
    if promise.is_open and promise.due is not None:
        return distance(promise.due, now)
    return f"paused by {listed(promise.paused_by)}" if promise.paused_by else ""


def _open_work(live: Escalation) -> list[str]:
    """What people are waited for."""
    lines = [f"Plan: {step.id} {step.text} ({step.owner})" for step in live.plan if step.done_at is None]
    lines += [
        f"Approval: {each.id} {each.kind} {each.amount:g} asked by {each.asked_by}"
        for each in live.approvals.values()
        if each.decided_by is None
    ]
    if live.waiting is not None:
        lines.append(f"Waiting for the customer: {live.waiting.question}")
    return [escape(each) for each in lines]
