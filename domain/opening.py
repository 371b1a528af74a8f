"""The order to open an escalation, as the doors hand it in."""

from domain.decisions.base import Author, DecisionId
from domain.report import Report
from domain.text import Identifier
from domain.value import Value


class Opening(Value):
    """One order. The same `request_id` twice is one order; the same `key` is the same trouble."""

    id: Identifier
    """The escalation's id; see `starter.gateway` for how it derives from the key."""
    key: Identifier
    """Dedup key: one escalation per key while it is open."""
    request_id: DecisionId
    policy: Identifier
    report: Report
    author: Author
