"""What an escalation's workflow begins with, and what it answers."""

from domain.decisions.base import Author, DecisionId
from domain.escalation import Escalation
from domain.report import Report
from domain.text import Identifier
from domain.value import Value
from domain.vocabulary import Stage


class Opening(Value):
    """The order to open. The same `request_id` twice is one order; the same `key` is the same trouble."""

    id: Identifier
    """The escalation's id, made by the gateway from the key and the time."""
    key: Identifier
    """Dedup key: one escalation per key while it is open."""
    request_id: DecisionId
    policy: Identifier
    report: Report
    author: Author


class Carried(Value):
    """An escalation on its way from one workflow run to the next: quiet, and recorded to its last event."""

    escalation: Escalation


class Begin(Value):
    """The workflow's input. With `carried` it goes on; a carried escalation that is closed is reopened."""

    opening: Opening
    carried: Carried | None = None


class Decided(Value):
    """The answer to a decision."""

    escalation_id: str
    seq: int
    """The last event after the decision."""
    stage: Stage
    changed: bool
    """False when the same decision had been handled before."""
    recorded: bool
    """False when the decision counts but the ledger is away; the record follows."""
