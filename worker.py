"""The worker process: settings, connections, activities and the workflow, put together and run."""

import asyncio
import base64
import os
import secrets
import signal
import sys
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import structlog
import typer
from temporalio.client import Client
from temporalio.worker import Worker

from activities.channels.apprise_channel import AppriseChannel
from activities.channels.base import Channel
from activities.channels.console import ConsoleChannel
from activities.channels.email import EmailChannel, SmtpSecurity, SmtpServer
from activities.channels.webhook import WebhookChannel, WebhookSettings
from activities.event_webhooks import EventDispatcher
from activities.ledger import LedgerActivities
from activities.notify import NotifyActivities
from activities.organisation import OrganisationActivities
from activities.webhook_client import WebhookClient
from domain.vocabulary import ChannelKind
from organisation.findings import OrganisationInvalid
from organisation.source import OrganisationSource
from records.database import Database
from records.deliveries import DeliveryLog
from records.errors import RecordsAway, SchemaMismatch
from records.event_queue import EventQueue
from records.ledger import Ledger
from records.reading import Reader
from starter.collecting import collecting_beside
from starter.connection import connect, register
from starter.database import open_database
from starter.errors import NotRegistered, ServerAway, SettingsInvalid
from starter.leaving import leave
from starter.logs import set_up_logs
from starter.settings import Settings, load_settings
from workflows.escalation import EscalationWorkflow
from workflows.names import TASK_QUEUE
from workflows.sandbox import SharedSandboxRunner
from workflows.test_message import TestMessageWorkflow

SERVER_PATIENCE = 30.0
"""Seconds that a starting worker waits for a server that starts as well."""
TRY_AGAIN = 0.5
DRAIN = timedelta(seconds=15)
"""How long running activities may go on after the order to end; then they are cancelled, to be repeated."""
WORKFLOW_TASKS_AT_ONCE = 8
"""More of them share one interpreter, and in a rush each would take longer than the server waits for it."""
ROOMS = ("activities", "domain", "organisation", "records", "workflows")
"""What decides how an escalation goes on."""
HEARTBEATS_AT_LEAST = timedelta(seconds=5)
"""Beats are passed on at least so often, so that a dead worker's messages are taken over soon."""

log = structlog.get_logger("worker")


def channels(settings: Settings) -> Mapping[ChannelKind, Channel]:
    """The ways to tell people; webhooks only with a secret to sign them by."""
    password = settings.smtp_password
    smtp = SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_sender,
        security=SmtpSecurity(settings.smtp_security),
        username=settings.smtp_user,
        password=password.get_secret_value() if password is not None else None,
    )
    ways: dict[ChannelKind, Channel] = {
        ChannelKind.EMAIL: EmailChannel(smtp),
        ChannelKind.APPRISE: AppriseChannel(),
        ChannelKind.CONSOLE: ConsoleChannel(sys.stdout),
    }
    secret = webhook_secret(settings)
    if secret is None:
        log.warning("webhooks_off", why="ESCALATIONS_WEBHOOK_SECRET is not set")
        return ways
    webhooks = WebhookSettings(secret=secret, allow_private_addresses=settings.webhook_private_addresses)
    return {**ways, ChannelKind.WEBHOOK: WebhookChannel(webhooks)}


def webhook_secret(settings: Settings) -> str | None:
    """As set; the embedded stack makes one for itself and keeps it."""
    if settings.webhook_secret is not None:
        return settings.webhook_secret.get_secret_value()
    return _kept_secret(settings.data / "webhook.secret") if settings.is_embedded else None


def _kept_secret(file: Path) -> str:
    with suppress(FileExistsError):
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as opened:
            opened.write("whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())
    return file.read_text().strip()


def activities(
    source: OrganisationSource, database: Database, ways: Mapping[ChannelKind, Channel]
) -> Sequence[Callable[..., Any]]:
    organisation = OrganisationActivities(source)
    notify = NotifyActivities(source, DeliveryLog(database), Reader(database), ways)
    return (
        organisation.prepare_escalation,
        organisation.fetch_policy,
        organisation.resolve_working_time,
        organisation.find_people,
        notify.send_notices,
        LedgerActivities(Ledger(database)).write_ledger,
    )


def event_webhooks(settings: Settings, database: Database) -> EventDispatcher:
    """What sends events to subscribers, beside the worker."""
    client = WebhookClient(allow_private_addresses=settings.webhook_private_addresses)
    return EventDispatcher(EventQueue(database), client)


def build_id() -> str:
    """Names the code of this worker in the histories that it writes: the hash of our rooms.

    Left to itself, the SDK hashes the bytecode of every module there is, for seconds at every start.
    """
    home = Path(__file__).parent
    code = sha256()
    for file in sorted(file for room in ROOMS for file in (home / room).rglob("*.py")):
        code.update(file.read_bytes())
    return code.hexdigest()[:32]


def build(client: Client, acts: Sequence[Callable[..., Any]], cached: int) -> Worker:
    """The worker, not yet running, which keeps so many escalations in memory.

    What passes the sandbox is said in the workflow's own file.
    """
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[EscalationWorkflow, TestMessageWorkflow],
        activities=acts,
        workflow_runner=SharedSandboxRunner(),
        build_id=build_id(),
        graceful_shutdown_timeout=DRAIN,
        max_cached_workflows=cached,
        max_concurrent_workflow_tasks=WORKFLOW_TASKS_AT_ONCE,
        max_heartbeat_throttle_interval=HEARTBEATS_AT_LEAST,
        default_heartbeat_throttle_interval=HEARTBEATS_AT_LEAST,
    )


async def run(settings: Settings, stop: asyncio.Event, *, upgrade: bool = False) -> None:
    """Works until `stop` is set, then drains. Raises what keeps it from starting."""
    # Files of the zone data that is pinned with us, not the system's: deadlines must not differ by host.
    zoneinfo.reset_tzpath(())
    source = await asyncio.to_thread(OrganisationSource, settings.policies)
    database = open_database(settings)
    try:
        await (database.upgrade() if upgrade or settings.is_embedded else database.check())
        client = await _connect(settings)
        await register(client)
        acts = activities(source, database, channels(settings))
        worker = build(client, acts, settings.cached_escalations)
        log.info("worker_runs", server=client.service_client.config.target_host, namespace=client.namespace)
        await _until(stop, worker, event_webhooks(settings, database))
    finally:
        await database.close()
    log.info("worker_ended")


async def _connect(settings: Settings) -> Client:
    deadline = monotonic() + SERVER_PATIENCE
    while True:
        try:
            return await connect(settings)
        except ServerAway as away:
            if monotonic() > deadline:
                raise
            log.info("waiting_for_the_server", why=str(away))
            await asyncio.sleep(TRY_AGAIN)


async def _until(stop: asyncio.Event, worker: Worker, dispatcher: EventDispatcher) -> None:
    ended = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(worker.run())
        told = tasks.create_task(stop.wait())
        tasks.create_task(dispatcher.run(ended))
        await asyncio.wait({running, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        ended.set()
        if not running.done():
            log.info("worker_drains", at_most_seconds=DRAIN.total_seconds())
            await worker.shutdown()


async def _serve(settings: Settings, upgrade: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await collecting_beside(run(settings, stop, upgrade=upgrade))


def serve(
    upgrade_database: Annotated[
        bool, typer.Option(help="Bring the database to this release first, as the embedded stack does.")
    ] = False,
) -> None:
    """Carry escalations: run workflows and activities until SIGTERM or Ctrl-C, then drain and end."""
    try:
        settings = load_settings()
        set_up_logs(settings)
        asyncio.run(_serve(settings, upgrade_database))
    except (SettingsInvalid, OrganisationInvalid) as error:
        _fail(str(error), 2)
    except (ServerAway, NotRegistered, RecordsAway, SchemaMismatch) as error:
        _fail(str(error), 3)


def _fail(message: str, code: int) -> None:
    typer.echo(f"The worker cannot run: {message}", err=True)
    raise typer.Exit(code)


def main() -> None:
    app = typer.Typer(add_completion=False)
    app.command()(serve)
    try:
        app()
    except SystemExit as ended:
        leave(ended.code if isinstance(ended.code, int) else 1)


if __name__ == "__main__":
    main()
