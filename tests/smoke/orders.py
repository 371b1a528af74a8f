"""What the people of the smoke tests open and decide."""

from domain.decisions import DECISION, AnyDecision
from domain.decisions.base import Author
from domain.report import Report
from domain.vocabulary import Reason, Role
from starter.orders import OpenOrder

GRACE = Author(id="grace-okafor", role=Role.AGENT)
OMAR = Author(id="omar-haddad", role=Role.TEAM_LEAD)


def order(key: str, policy: str, what_happened: str = "The totals are wrong.") -> OpenOrder:
    """Its subject is its key, so that every message can be told by it."""
    report = Report(
        subject=f"Case {key}", what_happened=what_happened, reason=Reason.MISSING_KNOWLEDGE, asked_by=GRACE.id
    )
    return OpenOrder(policy=policy, report=report, author=GRACE, key=key)


def decision(kind: str, decision_id: str, author: Author = OMAR, **fields: object) -> AnyDecision:
    return DECISION.validate_python({"type": kind, "decision_id": decision_id, "author": author, **fields})
