"""What the activities are asked for that is no errand of the core."""

from datetime import datetime

from domain.conditions import ReportFacts
from domain.events import Event
from domain.summary import Summary
from domain.value import Value


class PrepareEscalation(Value):
    """Read the newest version of a policy, and its calendars around `at`, before an escalation opens."""

    policy: str
    at: datetime
    facts: ReportFacts | None = None
    """What the routes are asked of; None from a workflow of an earlier release."""


class LedgerBatch(Value):
    """Everything that one wake-up produced: events without gaps, and the row as it stands after them."""

    summary: Summary
    events: tuple[Event, ...]
    task_at: datetime | None = None
    """When the workflow task began that made the events; None from a worker of an earlier release."""
