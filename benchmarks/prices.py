"""What a life costs on Temporal: events of its history by kind, and the actions for which a cloud bills."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

_PREFIX = "EVENT_TYPE_"


class Cost(NamedTuple):
    events: dict[str, int]
    actions: dict[str, int]


_BILLED = {
    "WORKFLOW_EXECUTION_STARTED": "workflow started",
    "WORKFLOW_EXECUTION_UPDATE_ACCEPTED": "update accepted",
    "WORKFLOW_EXECUTION_SIGNALED": "signal received",
    "TIMER_STARTED": "timer started",
    "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES": "search attributes upserted",
    "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED": "signal sent",
    "WORKFLOW_EXECUTION_CONTINUED_AS_NEW": "continued as new",
    "ACTIVITY_TASK_SCHEDULED": "activity scheduled",
}
"""One action each. Retries of activities are added from the attempt that they end with."""
LOCAL = "workflow task with local activities"
RETRY = "activity tried again"


def cost(history: WorkflowHistory) -> Cost:
    kinds = [kind(event) for event in history.events]
    actions = Counter(_BILLED[one] for one in kinds if one in _BILLED)
    actions[RETRY] = sum(
        event.activity_task_started_event_attributes.attempt - 1
        for event in history.events
        if kind(event) == "ACTIVITY_TASK_STARTED"
    )
    # A task's commands come right after it, its markers among them: one action for all of a task's.
    actions[LOCAL] = sum("MARKER_RECORDED" in task for task in tasks(history))
    return Cost(dict(Counter(kinds)), {what: number for what, number in actions.items() if number})


def tasks(history: WorkflowHistory) -> Iterator[list[str]]:
    """For each workflow task the kinds of the events that follow from its completion."""
    current: list[str] | None = None
    for event in history.events:
        if kind(event) == "WORKFLOW_TASK_COMPLETED":
            if current is not None:
                yield current
            current = []
        elif current is not None:
            current.append(kind(event))
    if current is not None:
        yield current


def kind(event: HistoryEvent) -> str:
    return EventType.Name(event.event_type).removeprefix(_PREFIX)
