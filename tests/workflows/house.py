"""A house around the workflow for tests: the time-skipping server, and an outside that answers as told."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.inputs import LedgerBatch, PrepareEscalation
from domain.decisions import Author
from domain.errands import (
    FetchPolicy,
    FindPeople,
    NoticesSent,
    PeopleFound,
    PolicyFetched,
    ResolveWorkingTime,
    SendNotices,
    WorkingTimeResolved,
)
from domain.escalation import Escalation
from domain.events import AnyEvent
from domain.notices import Delivery, Notice
from domain.opening import Begin, Decided, Opening
from domain.policy import Policy
from domain.report import Report
from domain.vocabulary import ChannelKind, Role
from domain.working_time import always
from tests.domain.world import ON_CALL, POLICY, REPORT, TEAMS, decision
from tests.servers import test_server
from workflows.escalation import EscalationWorkflow
from workflows.names import SEARCH_ATTRIBUTES

BEFORE, AHEAD = timedelta(days=1), timedelta(days=270)


class Outside:
    """Activities that answer from memory and remember what they were asked."""

    def __init__(self, policy: Policy = POLICY) -> None:
        self.policy = policy
        self.on_call = dict(ON_CALL)
        self.unreachable: set[str] = set()
        self.ledger_is_away = False
        self.events: dict[str, list[AnyEvent]] = {}
        self.writes = 0
        self.notices: list[Notice] = []
        self.find_fails = False

    def timeline(self, escalation_id: str) -> list[AnyEvent]:
        return self.events.get(escalation_id, [])

    @activity.defn(name="prepare-escalation")
    async def prepare_escalation(self, prepare: PrepareEscalation) -> PolicyFetched:
        if prepare.policy != self.policy.name:
            raise ApplicationError(f"no policy {prepare.policy}", type="UnknownPolicy", non_retryable=True)
        windows = {"always": always(prepare.at - BEFORE, prepare.at + AHEAD)}
        return PolicyFetched(key="prepare", policy=self.policy, working_time=windows)

    @activity.defn(name="fetch-policy")
    async def fetch_policy(self, errand: FetchPolicy) -> PolicyFetched:
        windows = {"always": always(errand.at - BEFORE, errand.until + AHEAD)}
        return PolicyFetched(key=errand.key, policy=self.policy, working_time=windows)

    @activity.defn(name="resolve-working-time")
    async def resolve_working_time(self, errand: ResolveWorkingTime) -> WorkingTimeResolved:
        more = {name: always(errand.start, errand.until) for name in errand.calendars}
        return WorkingTimeResolved(key=errand.key, working_time=more)

    @activity.defn(name="find-people")
    async def find_people(self, errand: FindPeople) -> PeopleFound:
        if self.find_fails:
            raise ApplicationError("the files are broken", non_retryable=True)
        people: list[str] = []
        for target in errand.targets:
            people.extend(TEAMS.get(target.id) or self.on_call.get(target.id, (target.id,)))
        found = tuple(one for one in dict.fromkeys(people) if one)
        return PeopleFound(key=errand.key, people=found, nobody=() if found else ("nobody",))

    @activity.defn(name="send-notices")
    async def send_notices(self, errand: SendNotices) -> NoticesSent:
        self.notices.extend(errand.notices)
        return NoticesSent(key=errand.key, deliveries=tuple(map(self._deliver, errand.notices)))

    @activity.defn(name="write-ledger")
    async def write_ledger(self, batch: LedgerBatch) -> None:
        if self.ledger_is_away:
            raise ApplicationError("the ledger is away", type="RecordsAway")
        self.writes += 1
        known = self.events.setdefault(batch.summary.id, [])
        known.extend(event for event in batch.events if event.seq == len(known) + 1)

    def _deliver(self, notice: Notice) -> Delivery:
        if notice.recipient in self.unreachable:
            return Delivery(key=notice.key, delivered=False)
        return Delivery(key=notice.key, delivered=True, channel=ChannelKind.EMAIL)

    def all(self) -> Sequence[Callable[..., Any]]:
        return (
            self.prepare_escalation,
            self.fetch_policy,
            self.resolve_working_time,
            self.find_people,
            self.send_notices,
            self.write_ledger,
        )


class House:
    """One time-skipping server, one worker, one outside. `pass_time` is the only way time moves."""

    def __init__(self, env: WorkflowEnvironment, outside: Outside, queue: str) -> None:
        self.env = env
        self.outside = outside
        self.queue = queue
        self.client: Client = env.client

    async def open(self, report: Report = REPORT, key: str | None = None) -> "Life":
        """Starts a life and waits until it is open."""
        key = key or f"k-{uuid4().hex[:8]}"
        opening = Opening(
            id=f"esc-{key}~1",
            key=key,
            request_id=f"open-{key}",
            policy=self.outside.policy.name,
            report=report,
            author=Author(id="crm", role=Role.SERVICE),
        )
        handle = await self.client.start_workflow(
            EscalationWorkflow.run, Begin(opening=opening), id=f"esc-{key}", task_queue=self.queue
        )
        life = Life(self, handle, opening.id)
        await life.decide("note", "anna", text="seen")
        return life

    async def pass_time(self, span: timedelta) -> None:
        await self.env.sleep(span)


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
            "decide", decision(kind, by, **fields), result_type=Decided
        )
        return done

    async def refusal(self, kind: str, by: str, /, **fields: object) -> ApplicationError:
        """The error by which the caller hears of a refusal. Fails when the decision is accepted."""
        with pytest.raises(WorkflowUpdateFailedError) as raised:
            await self.decide(kind, by, **fields)
        assert isinstance(raised.value.cause, ApplicationError)
        return raised.value.cause

    async def snapshot(self) -> Escalation:
        return await self.handle.query(EscalationWorkflow.snapshot)

    def types(self) -> list[str]:
        """The types of the events in the ledger."""
        return [event.type for event in self.house.outside.timeline(self.id)]

    async def history_types(self) -> list[str]:
        history = await self.handle.fetch_history()
        return [str(event.event_type) for event in history.events]


@asynccontextmanager
async def house(outside: Outside | None = None, *, max_cached_workflows: int = 100) -> AsyncIterator[House]:
    """A server of its own for each test: its clock is one for all that runs on it."""
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(test_server()), data_converter=pydantic_data_converter
    ) as env:
        await _register_search_attributes(env.client)
        around = House(env, outside or Outside(), f"q-{uuid4().hex[:8]}")
        async with Worker(
            env.client,
            task_queue=around.queue,
            workflows=[EscalationWorkflow],
            activities=around.outside.all(),
            max_cached_workflows=max_cached_workflows,
            # In production a fault stalls the task until it is mended; here it must fail the test.
            workflow_failure_exception_types=[Exception],
        ):
            yield around


async def _register_search_attributes(client: Client) -> None:
    attributes = {
        key.name: IndexedValueType.ValueType(int(key.indexed_value_type)) for key in SEARCH_ATTRIBUTES
    }
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes=attributes)
    )
