"""`escalations up`: the embedded stack in one terminal, with a sample escalation to watch."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from domain.decisions.base import Author
from organisation.source import OrganisationSource
from records.list_filter import ListFilter
from records.reading import Reader
from starter.admin_key import key_file
from starter.cli.common import say, settings_now
from starter.cli.ledger import a_reader
from starter.cli.live import a_gateway, author_of
from starter.cli.timeline import follow
from starter.connection import connect, worker_comes
from starter.gateway import Gateway
from starter.logs import set_up_logs
from starter.mail_sink import read_mails
from starter.order_file import read_order
from starter.orders import OpenOrder
from starter.sample_cast import Cast
from starter.settings import PROJECT, Settings
from starter.stack import Stack, running_stack

SAMPLE = PROJECT / "examples" / "sample.yaml"
SAMPLE_KEY = "sample-"
WORKER_COMES_WITHIN = timedelta(seconds=60)


def add_to(app: typer.Typer) -> None:
    app.command("up")(up)


def up(
    sample: Annotated[bool, typer.Option(help="Open the sample escalation and let a cast play it.")] = True,
    until_closed: Annotated[
        bool, typer.Option("--until-closed", help="End when the sample escalation is closed.")
    ] = False,
) -> None:
    """Run everything on this machine until Ctrl-C; what is open goes on at the next start."""
    settings = settings_now()
    # People read the timeline here; the processes write logs of their own.
    set_up_logs(settings.model_copy(update={"log_level": "warning"}))
    asyncio.run(_until_told(_up(settings, sample, until_closed)))


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    """Cancels the work at Ctrl-C or SIGTERM and waits until it has cleaned up."""
    task = asyncio.ensure_future(work)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


async def _up(settings: Settings, sample: bool, until_closed: bool) -> None:
    say("Starting …")
    try:
        async with running_stack(settings) as stack:
            say(_places(stack))
            alive = asyncio.create_task(stack.keep_alive())
            shown = asyncio.create_task(_sample(settings, until_closed) if sample else asyncio.Event().wait())
            try:
                done, _ = await asyncio.wait({alive, shown}, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                alive.cancel()
                shown.cancel()
                say("Ending: the worker finishes what it has begun …")
    finally:
        say("Ended. Everything is kept; the next start goes on from here.")


async def _sample(settings: Settings, until_closed: bool) -> None:
    source = await asyncio.to_thread(OrganisationSource, settings.policies)
    gateway = await a_gateway(settings, source)
    # Its first due times are seconds away, and a worker takes as long to start.
    if not await worker_comes(await connect(settings), WORKER_COMES_WITHIN):
        say(f"No worker yet; what is due waits for it. Its log: {settings.log_folder / 'worker.log'}")
    async with a_reader(settings) as reader:
        escalation_id = await _open_sample(gateway, reader, source)
        say(f"\nThe sample escalation; in another terminal: escalations show {escalation_id}\n")
        playing = asyncio.create_task(Cast(gateway, reader, escalation_id).play())
        try:
            await follow(reader, escalation_id, as_json=False)
        finally:
            playing.cancel()
    mails = len(await asyncio.to_thread(read_mails, settings.mail_folder))
    say(f"\nIt is closed. {mails} mails went out: escalations mail")
    if not until_closed:
        say("The stack runs on; Ctrl-C ends it.")
        await asyncio.Event().wait()


async def _open_sample(gateway: Gateway, reader: Reader, source: OrganisationSource) -> str:
    """Goes on with the sample that is open, else opens another."""
    page = await reader.list_escalations(ListFilter(open_only=True))
    for row in page.rows:
        if row.key.startswith(SAMPLE_KEY):
            return row.id
    order = await asyncio.to_thread(read_order, SAMPLE)
    author: Author = author_of(source.current(), order.report.asked_by, None)
    key = f"{SAMPLE_KEY}{datetime.now(UTC):%Y%m%d-%H%M%S}"
    opened = await gateway.open(OpenOrder(policy=order.policy, report=order.report, author=author, key=key))
    return opened.escalation_id


def _places(stack: Stack) -> str:
    lines = []
    if stack.server is not None:
        lines.append(f"Temporal   {stack.server.address}, web UI http://127.0.0.1:{stack.server.ui_port}")
    if stack.mail_port is not None:
        lines.append(f"Mail       127.0.0.1:{stack.mail_port}, kept in {stack.settings.mail_folder}")
    if stack.api_port is not None:
        lines.append(f"API        http://{stack.settings.api_host}:{stack.api_port}/docs")
    lines.append(f"Logs       {stack.settings.log_folder}")
    if stack.new_key is not None:
        lines.append(f"API key    {stack.new_key}")
        lines.append(
            f"           the administrator's, shown this once; kept in {key_file(stack.settings.data)}"
        )
    return "\n".join(lines)
