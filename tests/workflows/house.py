"""A house around the workflow for tests: a server, a worker that can go away, and an outside."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker, WorkflowRunner

from domain.decisions import Author
from domain.escalation import Escalation
from domain.events import AnyEvent
from domain.events.base import EventBase
from domain.opening import Begin, Carried, Decided, Opening
from domain.report import Report
from domain.summary import Summary
from domain.vocabulary import Role
from tests.domain.world import REPORT, decision
from tests.eventually import eventually
from tests.servers import dev_server, test_server
from tests.workflows.histories import names, under_way
from tests.workflows.outside import Outside
from workflows.escalation import EscalationWorkflow
from workflows.names import SEARCH_ATTRIBUTES
from workflows.payloads import data_converter
from workflows.sandbox import SharedSandboxRunner

QUEUE = "escalations-under-test"
BUILD = "tests"
"""Without a name for it, the SDK takes seconds to hash the bytecode of every module."""
PATIENCE = timedelta(seconds=20)
"""For calls to the server; a test that hangs says where, instead of running into its own limit."""

ENDS = frozenset({"WorkflowExecutionCompleted", "WorkflowExecutionFailed", "WorkflowExecutionCanceled"})

E = TypeVar("E", bound=EventBase)


class House:
    """One server, one worker at a time, one outside. `pass_time` is the only way time moves."""

    def __init__(self, env: WorkflowEnvironment, outside: Outside, max_cached_workflows: int) -> None:
        self.env = env
        self.outside = outside
        self.client: Client = env.client
        self._max_cached = max_cached_workflows
        self._worker: Worker | None = None
        self._running: asyncio.Task[None] | None = None
        self._lives: list[Life] = []
        self._numbers = count(1)

    async def start(
        self,
        report: Report = REPORT,
        *,
        policy: str | None = None,
        key: str | None = None,
        carried: Escalation | None = None,
    ) -> "Life":
        """Starts a life without waiting for anything; with `carried`, it is reported once more."""
        number = next(self._numbers)
        key = carried.key if carried else key or f"trouble-{number}"
        opening = Opening(
            id=carried.id if carried else f"esc-{key}~20260302-090000",
            key=key,
            request_id=f"open-{number}",
            policy=policy or self.outside.policy.name,
            report=report,
            author=Author(id="crm", role=Role.SERVICE),
        )
        begin = Begin(opening=opening, carried=Carried(escalation=carried) if carried else None)
        handle = await self.client.start_workflow(
            EscalationWorkflow.run, begin, id=f"esc-{key}", task_queue=QUEUE
        )
        life = Life(self, handle, opening.id)
        self._lives.append(life)
        return life

    async def open(self, report: Report = REPORT, *, carried: Escalation | None = None) -> "Life":
        """Starts a life and waits until it is open and the first level is told."""
        life = await self.start(report, carried=carried)
        await life.has("level_notified")
        await life.settled()
        return life

    @property
    def has_worker(self) -> bool:
        return self._worker is not None

    async def pass_time(self, span: timedelta) -> None:
        """Skips ahead. Needs a worker: the server skips no time while there is work to do."""
        await self.env.sleep(span)

    async def clock_reaches(self, at: datetime) -> None:
        """Waits in real time, for lives whose policy counts in milliseconds and whom nobody looks after."""

        async def reached() -> bool:
            return await self.env.get_current_time() >= at

        await eventually(reached, f"{at:%H:%M:%S}")

    def hire_worker(self, sandbox: WorkflowRunner | None = None) -> None:
        self._worker = Worker(
            self.client,
            task_queue=QUEUE,
            workflows=[EscalationWorkflow],
            activities=self.outside.all(),
            max_cached_workflows=self._max_cached,
            max_concurrent_workflow_tasks=None if self._max_cached else 1,
            workflow_runner=sandbox or SharedSandboxRunner(),
            build_id=BUILD,
            # In production a fault stalls the task until it is mended; here it must fail the test.
            workflow_failure_exception_types=[Exception],
        )
        self._running = asyncio.create_task(self._worker.run())

    async def send_worker_away(self) -> None:
        assert self._worker is not None
        assert self._running is not None
        await self._worker.shutdown()
        await self._running
        self._worker = self._running = None

    @asynccontextmanager
    async def worker_away(self) -> AsyncIterator[None]:
        """Nobody works inside this block; afterwards a new worker does, which remembers nothing.

        Waits for a pause first: a worker that leaves can take a task along, which the server then gives
        to nobody else for ten seconds.
        """
        for life in self._lives:
            await life.pauses()
        await self.send_worker_away()
        try:
            yield
        finally:
            self.hire_worker()


class Life:
    """One escalation under test."""

    def __init__(
        self, house: House, handle: WorkflowHandle[EscalationWorkflow, Escalation], escalation_id: str
    ) -> None:
        self.house = house
        self.handle = handle
        self.id = escalation_id

    async def decide(self, kind: str, by: str, /, **fields: object) -> Decided:
        done: Decided = await self.handle.execute_update(
            "decide", decision(kind, by, **fields), result_type=Decided, rpc_timeout=PATIENCE
        )
        return done

    async def signal(self, kind: str, by: str, /, **fields: object) -> None:
        await self.handle.signal("decide", decision(kind, by, **fields))

    async def refusal(self, kind: str, by: str, /, **fields: object) -> ApplicationError:
        """The error by which the caller hears of a refusal. Fails when the decision is accepted."""
        with pytest.raises(WorkflowUpdateFailedError) as raised:
            await self.decide(kind, by, **fields)
        assert isinstance(raised.value.cause, ApplicationError)
        return raised.value.cause

    async def ended(self) -> Escalation:
        """How it ended. Bounded: while somebody waits for a result, the server skips years."""
        return await asyncio.wait_for(self.handle.result(), PATIENCE.total_seconds())

    async def has_ended(self) -> HistoryEvent:
        """Waits for the end, whatever it is, and skips no time; answers the last event of the history."""

        async def ended() -> bool:
            return names(await self.history())[-1] in ENDS

        await eventually(ended, "the end")
        return (await self.history())[-1]

    async def snapshot(self) -> Escalation:
        return await self.handle.query(EscalationWorkflow.snapshot, rpc_timeout=PATIENCE)

    async def summary(self) -> Summary:
        return await self.handle.query(EscalationWorkflow.summary, rpc_timeout=PATIENCE)

    async def history(self) -> list[HistoryEvent]:
        return list((await self.handle.fetch_history()).events)

    def events(self) -> list[AnyEvent]:
        """What the ledger has."""
        return self.house.outside.timeline(self.id)

    def types(self) -> list[str]:
        """The types of the events in the ledger."""
        return [event.type for event in self.events()]

    def all(self, kind: type[E]) -> list[E]:
        """The events of one type in the ledger."""
        return [event for event in self.events() if isinstance(event, kind)]

    async def has(self, event_type: str) -> None:
        """Waits until the ledger has an event of this type."""

        async def there() -> bool:
            return event_type in self.types()

        await eventually(there, event_type)

    async def pauses(self) -> None:
        """Waits until nothing is in a worker's hands: no task, no activity."""

        async def idle() -> bool:
            return not under_way(await self.history())

        await eventually(idle, "a pause")

    async def settled(self) -> Escalation:
        """The state once all errands are answered and the ledger has every event."""
        before = -1

        async def quiet() -> bool:
            nonlocal before
            known, before = before, (await self.snapshot()).seq
            return known == before == len(self.events()) and not under_way(await self.history())

        await eventually(quiet, "all recorded")
        return await self.snapshot()


@asynccontextmanager
async def house(
    outside: Outside | None = None, *, max_cached_workflows: int = 100, worker: bool = True
) -> AsyncIterator[House]:
    """A time-skipping server of its own for each test: its clock is one for all that runs on it.

    Not for policies that count in less than seconds. Where a timer fires while a task that cancels it is
    with the worker, this server refuses the task's result and never gives the task out again. What is due
    in minutes cannot fire then: its clock skips nothing while a task is out.
    """
    async with (
        await WorkflowEnvironment.start_time_skipping(
            test_server_existing_path=str(test_server()), data_converter=data_converter
        ) as env,
        at_home(env, outside or Outside(), max_cached_workflows, worker) as home,
    ):
        yield home


@asynccontextmanager
async def house_on_the_dev_server(
    *options: str, outside: Outside | None = None, max_cached_workflows: int = 100
) -> AsyncIterator[House]:
    """On the server of the product, in real time; `options` are its own, by name and JSON value."""
    async with (
        await WorkflowEnvironment.start_local(
            dev_server_existing_path=str(dev_server()),
            data_converter=data_converter,
            dev_server_log_level="never",
            dev_server_extra_args=[part for option in options for part in ("--dynamic-config-value", option)],
        ) as env,
        at_home(env, outside or Outside(), max_cached_workflows) as home,
    ):
        yield home


@asynccontextmanager
async def at_home(
    env: WorkflowEnvironment, outside: Outside, max_cached_workflows: int = 100, worker: bool = True
) -> AsyncIterator[House]:
    """The same on a server that runs."""
    await _register_search_attributes(env.client)
    home = House(env, outside, max_cached_workflows)
    if worker:
        home.hire_worker()
    try:
        yield home
    finally:
        if home.has_worker:
            await home.send_worker_away()


async def _register_search_attributes(client: Client) -> None:
    attributes = {
        key.name: IndexedValueType.ValueType(int(key.indexed_value_type)) for key in SEARCH_ATTRIBUTES
    }
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes=attributes)
    )
