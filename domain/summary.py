"""The current row of an escalation: what lists, search and the ledger show of it."""

from datetime import datetime

from domain.escalation import Escalation
from domain.parties import parties_of
from domain.value import Value
from domain.vocabulary import CloseReason, Priority, PromiseStatus, Reason, Severity, Stage


class Summary(Value):
    """A snapshot after event `seq`. Instants UTC."""

    id: str
    key: str
    seq: int
    updated_at: datetime
    subject: str
    reason: Reason
    stage: Stage
    severity: Severity
    priority: Priority
    level: int
    owner: str
    manager: str
    team: str
    customer: str | None
    """Id of the customer who asked, else of the first who is affected."""
    policy: str
    policy_version: str
    opened_at: datetime
    next_due: datetime | None
    """The earliest due time of an open promise."""
    broken: tuple[str, ...]
    """Keys of the promises that were broken, sorted."""
    at_risk: tuple[str, ...]
    """Keys of open promises whose warning has been given, sorted."""
    closed_at: datetime | None
    close_reason: CloseReason | None
    joined_into: str | None
    asked_by: str = ""
    """Who reported it. Empty from a worker of an earlier release."""
    parties: tuple[str, ...] = ()
    """Everybody inside who has to do with it, sorted."""


def summarise(escalation: Escalation, updated_at: datetime) -> Summary:
    promises = escalation.promises.values()
    report = escalation.report
    concerned = (report.customer, *report.affected) if report.customer else report.affected
    return Summary(
        id=escalation.id,
        key=escalation.key,
        seq=escalation.seq,
        updated_at=updated_at,
        subject=escalation.report.subject,
        reason=escalation.report.reason,
        stage=escalation.stage,
        severity=escalation.severity,
        priority=escalation.priority,
        level=escalation.level,
        owner=escalation.owner,
        manager=escalation.manager,
        team=escalation.team,
        customer=concerned[0].id if concerned else None,
        policy=escalation.policy.name,
        policy_version=escalation.policy.version,
        opened_at=escalation.opened_at,
        next_due=next_due(escalation),
        broken=tuple(sorted(escalation.broken)),
        at_risk=tuple(sorted(promise.key for promise in promises if promise.is_open and promise.warned)),
        closed_at=escalation.closed_at,
        close_reason=escalation.close_reason,
        joined_into=escalation.joined_into,
        asked_by=escalation.report.asked_by,
        parties=parties_of(escalation),
    )


def next_due(escalation: Escalation) -> datetime | None:
    """The earliest due time of a running promise; None where nothing runs."""
    running = (one for one in escalation.promises.values() if one.status is PromiseStatus.RUNNING)
    return min((promise.due for promise in running if promise.due is not None), default=None)
