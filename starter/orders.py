"""What the gateway is asked and what it answers."""

from enum import StrEnum

from domain.decisions.base import Author, DecisionId
from domain.opening import Decided
from domain.report import Report
from domain.text import Identifier
from domain.value import Value


class OpenOrder(Value):
    """Somebody wants an escalation opened."""

    policy: Identifier
    report: Report
    author: Author
    key: Identifier | None = None
    """Dedup key; without it the same policy and report are the same trouble."""
    request_id: DecisionId | None = None
    """The same request twice is one request; without it the same content is, while the escalation is open."""


class OpenOutcome(StrEnum):
    STARTED = "started"
    ALREADY_OPEN = "already_open"
    """This request had opened it before."""
    JOINED = "joined"
    """The report was added to the escalation that is open under the key."""
    REOPENED = "reopened"


class Opened(Value):
    escalation_id: str
    key: str
    outcome: OpenOutcome
    applied: bool = True
    """False when no worker answered in time: the report is held durably and joins later."""


class DecisionStatus(StrEnum):
    DONE = "done"
    ACCEPTED = "accepted"
    """No worker answered in time: it is held durably, to be applied, or refused on the timeline."""


class DecisionOutcome(Value):
    escalation_id: str
    status: DecisionStatus
    decided: Decided | None = None
    """Set when the status is DONE."""
