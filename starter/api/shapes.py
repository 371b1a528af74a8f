"""An escalation as the API shows it: the ledger's row, and what the state knows beside it."""

from datetime import datetime, timedelta

from domain.escalation import (
    Approval,
    Escalation,
    Ladder,
    OptionSet,
    PlanStep,
    PreventiveAction,
    Promise,
    Rca,
    Resolution,
    TaskForce,
    Waiting,
)
from domain.report import Customer, Link, Report
from domain.summary import Summary, summarise
from domain.value import Value
from domain.vocabulary import Pause, PromiseKind, PromiseStatus


class PromiseView(Value):
    """A promise with its clock. Instants UTC; `target` in seconds of the calendar's time."""

    key: str
    kind: PromiseKind
    status: PromiseStatus
    target: timedelta
    calendar: str | None
    """None: time as it elapses."""
    started_at: datetime
    due: datetime | None
    next_warning: datetime | None
    paused_by: tuple[Pause, ...]
    broken_at: datetime | None
    settled_at: datetime | None


class EscalationView(Summary):
    """An escalation as it stands after event `seq`, which is also its ETag."""

    report: Report
    ladder: Ladder
    promises: tuple[PromiseView, ...]
    waiting: Waiting | None
    customers: tuple[Customer, ...]
    links: tuple[Link, ...]
    estimate: datetime | None
    updates_sent: int
    plan: tuple[PlanStep, ...]
    options: tuple[OptionSet, ...]
    approvals: tuple[Approval, ...]
    task_force: TaskForce | None
    resolution: Resolution | None
    rca: Rca | None
    preventive_actions: tuple[PreventiveAction, ...]
    scores: tuple[int, ...]
    undelivered: tuple[str, ...]
    """Keys of messages that have not got through yet."""


def view_of(escalation: Escalation, updated_at: datetime) -> EscalationView:
    row = summarise(escalation, updated_at)
    return EscalationView(
        **{name: getattr(row, name) for name in Summary.model_fields},
        report=escalation.report,
        ladder=escalation.ladder,
        promises=tuple(_promise(each) for each in escalation.promises.values()),
        waiting=escalation.waiting,
        customers=tuple(escalation.customers.values()),
        links=escalation.links,
        estimate=escalation.estimate,
        updates_sent=escalation.updates_sent,
        plan=escalation.plan,
        options=escalation.options,
        approvals=tuple(escalation.approvals.values()),
        task_force=escalation.task_force,
        resolution=escalation.resolution,
        rca=escalation.rca,
        preventive_actions=tuple(escalation.preventive_actions.values()),
        scores=escalation.scores,
        undelivered=tuple(escalation.undelivered),
    )


def _promise(promise: Promise) -> PromiseView:
    return PromiseView(
        key=promise.key,
        kind=promise.kind,
        status=promise.status,
        target=promise.rule.target,
        calendar=promise.rule.calendar,
        started_at=promise.started_at,
        due=promise.due,
        next_warning=promise.next_warning,
        paused_by=promise.paused_by,
        broken_at=promise.broken_at,
        settled_at=promise.settled_at,
    )
