"""Reads Temporal histories: timers, activities, upserts."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

Events = Iterable[HistoryEvent]


def names(events: Events) -> list[str]:
    """The kinds of the events, as Temporal's pages call them: "TimerStarted"."""
    return [_name(event) for event in events]


def timers(events: Events) -> list[timedelta]:
    """The durations of all timers that were started."""
    return [
        event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
        for event in events
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED
    ]


def timer_ends(events: Events) -> list[datetime]:
    """The instants for which timers were started."""
    return [
        _at(event) + event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
        for event in events
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED
    ]


def armed(events: Events) -> list[int]:
    """How many timers were armed whenever the workflow had done a piece of work and went to sleep."""
    counts, open_timers, working = [], 0, False
    for event in events:
        is_command = _completed_by(event) > 0
        if working and not is_command:
            counts.append(open_timers)
        working = is_command or event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        open_timers += _CHANGES.get(event.event_type, 0)
    return counts


def under_way(events: Events) -> bool:
    """Whether a task or an activity is waiting for a worker, or with one."""
    return sum(_HANDS.get(event.event_type, 0) for event in events) > 0


def work(events: Events) -> list[str]:
    """The activities by name in the order of their commands; local ones stand where they were done."""
    return list(_work(events))


def upserts(events: Events) -> list[list[str]]:
    """The names of the search attributes in each upsert, sorted."""
    kind = EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES
    return [
        sorted(event.upsert_workflow_search_attributes_event_attributes.search_attributes.indexed_fields)
        for event in events
        if event.event_type == kind
    ]


def said(events: Events) -> str:
    """All payloads as one text."""
    return "".join(str(event) for event in events).replace('\\"', '"')


def failed_tasks(events: Events) -> list[HistoryEvent]:
    return [event for event in events if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED]


_CHANGES = {
    EventType.EVENT_TYPE_TIMER_STARTED: 1,
    EventType.EVENT_TYPE_TIMER_CANCELED: -1,
    EventType.EVENT_TYPE_TIMER_FIRED: -1,
}

_HANDS = {
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED: 1,
    EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED: -1,
    EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED: -1,
    EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT: -1,
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: 1,
    EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED: -1,
    EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED: -1,
    EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT: -1,
    EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED: -1,
}


def _work(events: Events) -> Iterator[str]:
    for event in events:
        match event.event_type:
            case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                yield event.activity_task_scheduled_event_attributes.activity_type.name
            case EventType.EVENT_TYPE_MARKER_RECORDED:
                details = event.marker_recorded_event_attributes.details
                yield f"local {_marked(details['data'].payloads[0].data)}"
            case _:
                pass


def _marked(data: bytes) -> str:
    return str(json.loads(data)["activity_type"])


def _name(event: HistoryEvent) -> str:
    words = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").split("_")
    return "".join(word.capitalize() for word in words)


def _completed_by(event: HistoryEvent) -> int:
    """The workflow task that gave this command; 0 for all that is no command."""
    attributes = getattr(event, str(event.WhichOneof("attributes")))
    return int(getattr(attributes, "workflow_task_completed_event_id", 0))


def _at(event: HistoryEvent) -> datetime:
    return event.event_time.ToDatetime(UTC)
