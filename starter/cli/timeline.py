"""`escalations timeline`: what happened, event by event, also while it happens."""

import asyncio
from typing import Annotated

import typer
from rich.markup import escape
from rich.text import Text

from records.reading import Reader
from records.rows import EscalationRow, TimelineRow
from starter.cli.common import AsJson, Ref, emit, missing, say, settings_now, wait_for
from starter.cli.ledger import a_reader
from starter.cli.words import clock_time, today_here

LOOK_EVERY = 0.5
"""Seconds between two looks at the ledger when following."""


def add_to(app: typer.Typer) -> None:
    app.command("timeline")(timeline)


def timeline(
    ref: Ref,
    following: Annotated[bool, typer.Option("--follow", "-f", help="Go on until it is closed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the timeline from the ledger. With --follow and --json every event is a line."""
    try:
        wait_for(_follow(ref, as_json) if following else _once(ref, as_json))
    except KeyboardInterrupt:
        typer.echo(err=True)


async def _once(ref: str, as_json: bool) -> None:
    async with a_reader(settings_now()) as reader:
        escalation = await _get(reader, ref)
        events = await reader.timeline(escalation.id)
    if as_json:
        emit({"escalation_id": escalation.id, "events": events})
        return
    say(heading(escalation))
    for event in events:
        say(line(event))


async def _follow(ref: str, as_json: bool) -> None:
    async with a_reader(settings_now()) as reader:
        escalation = await _get(reader, ref)
        if not as_json:
            say(heading(escalation))
        await follow(reader, escalation.id, as_json=as_json)


async def follow(reader: Reader, escalation_id: str, *, as_json: bool) -> None:
    """Prints every event once, from the first on, until the escalation is closed."""
    seen = 0
    while True:
        # The row first: events that come after it are seen in the next round.
        escalation = await reader.get(escalation_id)
        for event in await reader.timeline(escalation_id, after_seq=seen):
            seen = event.seq
            if as_json:
                emit(event)
            else:
                say(line(event))
        if escalation is not None and escalation.closed_at is not None and seen >= escalation.seq:
            return
        await asyncio.sleep(LOOK_EVERY)


async def _get(reader: Reader, ref: str) -> EscalationRow:
    escalation = await reader.get(ref)
    if escalation is None:
        raise missing(ref)
    return escalation


def heading(escalation: EscalationRow) -> str:
    return f"[bold]{escape(escalation.id)}[/bold]  {escape(escalation.subject)}"


def line(event: TimelineRow) -> Text:
    """One event on one line: when, who, what, and how late where that was planned otherwise."""
    text = Text(no_wrap=False)
    text.append(f"{clock_time(event.at, today_here())} ", style="dim")
    text.append(f"{event.by:<16} ", style="dim" if event.by == "clock" else "cyan")
    text.append(event.sentence, style=_style(event.type))
    return text


def _style(kind: str) -> str:
    match kind:
        case "promise_broken" | "last_resort_reached" | "message_given_up" | "level_unreached":
            return "bold red"
        case "promise_at_risk" | "acknowledgement_expired" | "decision_refused":
            return "yellow"
        case "level_reached" | "level_notified":
            return "magenta"
        case "acknowledged" | "resolution_declared" | "confirmed" | "closed":
            return "green"
        case _:
            return ""
