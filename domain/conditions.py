"""Conditions that authors of policies write in words of their own: what is asked, and what comes of it.

The core only carries them; who asks and who answers is outside, because an answer may fail.
"""

from datetime import datetime

from domain.report import Report
from domain.value import Value
from domain.vocabulary import Severity, Verdict


class ReportFacts(Value):
    """What a condition can ask about a case from the first report on, as `case.customers` and so on.

    What nobody said is an empty text, so that it can be compared like any other.
    """

    key: str = ""
    """the key under which it was reported"""
    subject: str = ""
    """its subject line"""
    reason: str = ""
    """why it was escalated, such as 'major_outage'"""
    impact: str = ""
    """'high', 'medium' or 'low'"""
    urgency: str = ""
    """'high', 'medium' or 'low'"""
    severity: str = ""
    """'S1' to 'S4'"""
    topic: str = ""
    """what it is about"""
    product: str = ""
    """the product that it is about"""
    services: tuple[str, ...] = ()
    """the services that are affected, as a list"""
    skill: str = ""
    """what somebody has to know who is to solve it"""
    language: str = ""
    """the language to speak, such as 'de'"""
    tier: str = ""
    """the tier of the customer who reports it"""
    customer: str = ""
    """the id of the customer who reports it"""
    customers: int = 0
    """how many customers are affected"""


class CaseFacts(ReportFacts):
    """What a condition can ask once the case is open."""

    priority: str = ""
    """'P1' to 'P4'"""
    stage: str = ""
    """where it stands: 'review', 'communicate', 'escalate', 'resolve', 'rca'"""
    team: str = ""
    """the team in charge"""
    reports: int = 1
    """how often it was reported, the first time included"""
    reopened: int = 0
    """how often it came back after closing"""
    rejected: int = 0
    """how often a customer rejected the resolution"""


class Situation(Value):
    """Everything that a condition can ask. `at` is the instant that counts, by the clocks of `zone`."""

    case: CaseFacts
    level: int = 1
    """the number of the level, counted from 1"""
    repeat: int = 0
    """how often the ladder began again"""
    age: int = 0
    """whole minutes since it was opened or last reopened"""
    at: datetime
    zone: str = "UTC"


class Condition(Value):
    """A condition as its author wrote it, and what it is asked of."""

    expression: str
    situation: Situation


class Judged(Value):
    """What came of the condition of a route; `why` says it where it does not simply hold."""

    route: int
    """Counted from 1."""
    verdict: Verdict
    why: str = ""


def reported(report: Report, key: str, severity: Severity | None = None) -> ReportFacts:
    """What a report says of itself; the severity is for the policy to say."""
    return ReportFacts(
        key=key,
        subject=report.subject,
        reason=report.reason,
        impact=report.impact,
        urgency=report.urgency,
        severity=severity or "",
        topic=report.topic or "",
        product=report.product or "",
        services=report.services,
        skill=report.skill or "",
        language=report.spoken or "",
        tier=report.tier or "",
        customer=report.customer.id if report.customer else "",
        customers=len(report.customers()),
    )
