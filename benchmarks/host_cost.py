"""Host cost: what the straight life leaves in Temporal's history, and the actions that a cloud would bill."""

import sys
from datetime import timedelta
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from benchmarks import straight_life
from benchmarks.figures import Figure, Run, judged
from benchmarks.instant import Instant
from benchmarks.prices import Cost, cost
from domain.opening import Begin
from workflows.escalation import EscalationWorkflow
from workflows.names import SEARCH_ATTRIBUTES, TASK_QUEUE
from workflows.payloads import data_converter

EVENTS, ACTIONS = 230, 90
WHY = {
    "WORKFLOW_TASK_SCHEDULED": "one wake-up: a decision, a due time, or messages that went out",
    "WORKFLOW_TASK_STARTED": "with each wake-up",
    "WORKFLOW_TASK_COMPLETED": "with each wake-up",
    "MARKER_RECORDED": "a local activity: policy, people of a level, a write to the ledger",
    "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES": "stage, severity, level, owner, due or broken promises changed",
    "TIMER_STARTED": "the earliest due time is another one",
    "TIMER_FIRED": "a due time came",
    "TIMER_CANCELED": "a decision moved the earliest due time",
    "WORKFLOW_EXECUTION_UPDATE_ACCEPTED": "a decision",
    "WORKFLOW_EXECUTION_UPDATE_COMPLETED": "a decision, answered",
    "ACTIVITY_TASK_SCHEDULED": "messages sent by one wake-up",
    "ACTIVITY_TASK_STARTED": "with each sending",
    "ACTIVITY_TASK_COMPLETED": "with each sending",
    "WORKFLOW_EXECUTION_STARTED": "the life begins",
    "WORKFLOW_EXECUTION_COMPLETED": "the life ends",
}


async def measure(run: Run) -> Figure:
    run.say("the straight life on the time-skipping server")
    spent = await straight_cost()
    events, actions = sum(spent.events.values()), sum(spent.actions.values())
    return Figure(
        name="host cost",
        how="the straight life: " + ", ".join(f"{n} {what}" for what, n in straight_life.COUNTS.items()),
        measured=f"{events} events, {actions} actions",
        aim=f"≤ {EVENTS} events, ≤ {ACTIONS} actions",
        verdict=judged(is_met=events <= EVENTS and actions <= ACTIONS),
        explained={"events": spent.events, "actions": spent.actions},
        breakdown=_breakdown(spent),
    )


async def straight_cost() -> Cost:
    """Lives it once and asserts from its timeline that it is the straight life."""
    outside = Instant(straight_life.policy())
    program = Path(sys.executable).parent / "temporal-test-server"
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(program), data_converter=data_converter
    ) as server:
        await _add_attributes(server.client)
        async with Worker(
            server.client,
            task_queue=TASK_QUEUE,
            workflows=[EscalationWorkflow],
            activities=outside.all(),
            workflow_failure_exception_types=[Exception],
        ):
            opening = straight_life.opening("straight", await server.get_current_time())
            life = await server.client.start_workflow(
                EscalationWorkflow.run, Begin(opening=opening), id="esc-straight", task_queue=TASK_QUEUE
            )
            passed = timedelta(0)
            for number, step in enumerate(straight_life.DECISIONS):
                await server.sleep(step.after - passed)
                passed = step.after
                decision = straight_life.decision(step, number)
                await life.execute_update("decide", decision, id=decision.decision_id)
            await server.sleep(straight_life.LENGTH - passed + timedelta(minutes=1))
            await life.result()
            history = await life.fetch_history()
    counted = straight_life.counts(outside.timelines[opening.id])
    if counted != straight_life.COUNTS:
        raise AssertionError(f"the life is not the straight one: {counted}")
    return cost(history)


async def _add_attributes(client: Client) -> None:
    """The test server cannot list them, so the starter's own registration does not work on it."""
    attributes = {
        key.name: IndexedValueType.ValueType(int(key.indexed_value_type)) for key in SEARCH_ATTRIBUTES
    }
    request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=attributes)
    await client.operator_service.add_search_attributes(request)


def _breakdown(spent: Cost) -> tuple[tuple[str, ...], ...]:
    ordered = sorted(spent.events.items(), key=lambda each: -each[1])
    lines = [(kind.replace("_", " ").lower(), str(number), WHY.get(kind, "")) for kind, number in ordered]
    lines.append(("all events", str(sum(spent.events.values())), ""))
    lines += [
        (f"billed: {what}", str(n), "") for what, n in sorted(spent.actions.items(), key=lambda one: -one[1])
    ]
    lines.append(("all billed actions", str(sum(spent.actions.values())), ""))
    return (("host cost", "number", "why"), *lines)
