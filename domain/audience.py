"""What the customer's side may see of an escalation: the one place where it is filtered.

Everything is internal that is not shown here on purpose: who has it, levels and paging, notes between
colleagues, reasons of the review, drafts of the RCA, other customers, messages and clocks.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from domain import events as e
from domain.escalation import Escalation, OptionSet
from domain.events import CLOCK, AnyEvent
from domain.report import Report
from domain.summary import Summary
from domain.value import Value
from domain.vocabulary import (
    Audience,
    CloseReason,
    Priority,
    PromiseKind,
    PromiseStatus,
    RcaStatus,
    Reason,
    Severity,
    Stage,
)

STAFF = "staff"
"""How customers read of whoever acts inside."""


class CustomerEvent(Value):
    """An event as the customer's side reads it: another sentence, and only what it may know."""

    seq: int
    at: datetime
    by: str
    """The reader, "clock" or "staff"."""
    type: str
    sentence: str
    decision_id: str | None = None
    """Of the reader's own decisions."""
    event: dict[str, Any]


class CustomerSummary(Value):
    """A row of the customer's list."""

    id: str
    key: str
    seq: int
    updated_at: datetime
    subject: str
    reason: Reason
    stage: Stage
    severity: Severity
    priority: Priority
    opened_at: datetime
    closed_at: datetime | None
    close_reason: CloseReason | None


class CustomerView(CustomerSummary):
    """An escalation as the customer's side sees it."""

    report: Report
    question: str | None
    """What is asked of the customer, while the answer is waited for."""
    asked_at: datetime | None
    estimate: datetime | None
    next_update_due: datetime | None
    options: tuple[OptionSet, ...]
    what_was_done: str | None
    resolved_at: datetime | None
    confirmed_at: datetime | None
    root_cause: str | None
    """What was written for the customer, once it was sent."""
    scores: tuple[int, ...]


def customer_event(event: AnyEvent, reader: str) -> CustomerEvent | None:
    """The event as this reader, who raised the escalation, may see it; None where it is internal."""
    show = SHOWN.get(type(event))
    own = event.by == reader
    seen = show(event, own) if show else None
    if seen is None:
        return None
    return CustomerEvent(
        seq=event.seq,
        at=event.at,
        by=event.by if own or event.by == CLOCK else STAFF,
        type=event.type,
        sentence=" ".join(seen.sentence.split()),
        decision_id=event.decision_id if own else None,
        event=dict(seen.fields),
    )


def customer_timeline(events: Iterable[AnyEvent], reader: str) -> tuple[CustomerEvent, ...]:
    """What of a timeline this reader, who raised the escalation, may see; numbers keep their gaps."""
    seen = (customer_event(event, reader) for event in events)
    return tuple(event for event in seen if event is not None)


def customer_summary(summary: Summary) -> CustomerSummary:
    return CustomerSummary(**{name: getattr(summary, name) for name in CustomerSummary.model_fields})


def customer_view(escalation: Escalation, updated_at: datetime) -> CustomerView:
    """The state for whoever raised it."""
    waiting, resolution, rca = escalation.waiting, escalation.resolution, escalation.rca
    same = {"id", "key", "seq", "stage", "severity", "priority", "opened_at", "closed_at", "close_reason"}
    is_shared = rca is not None and rca.status is RcaStatus.SHARED
    return CustomerView(
        **{name: getattr(escalation, name) for name in sorted(same)},
        updated_at=updated_at,
        subject=escalation.report.subject,
        reason=escalation.report.reason,
        report=escalation.report,
        question=waiting.question if waiting else None,
        asked_at=waiting.since if waiting else None,
        estimate=escalation.estimate,
        next_update_due=_next_update_due(escalation),
        options=escalation.options,
        what_was_done=resolution.what_was_done if resolution else None,
        resolved_at=resolution.declared_at if resolution else None,
        confirmed_at=resolution.confirmed_at if resolution else None,
        root_cause=rca.customer_version if rca is not None and is_shared else None,
        scores=escalation.scores,
    )


STATE_SHOWN = frozenset(
    {
        *("id", "key", "seq", "report", "opened_at", "stage", "severity", "priority"),
        *("waiting", "estimate", "options", "scores", "closed_at", "close_reason"),
        # Of these a part only: the next update's due time, what was done, the version for customers.
        *("promises", "resolution", "rca"),
    }
)
STATE_HIDDEN = frozenset(
    {
        *("policy", "working_time", "team", "owner", "owner_by_policy", "manager", "ladder", "broken"),
        *("customers", "links", "reports_joined", "informing", "inform_failed", "responded_at"),
        *("updates_sent", "plan", "approvals", "task_force", "involved", "parties", "responders"),
        *("resolutions_rejected", "preventive_actions", "undelivered", "extending", "extend_again_at"),
        *("decided", "fingerprints", "reuses", "refused", "close_at", "joined_into", "routes_holding"),
        *("reopened", "reopened_at", "rules"),
    }
)
"""Together the fields of Escalation; a test says so, so that whoever adds one decides who sees it."""


class _Seen(NamedTuple):
    sentence: str
    fields: Mapping[str, Any]


def _seen(sentence: str, **fields: Any) -> _Seen:
    return _Seen(sentence, fields)


def _with(sentence: str, text: str) -> str:
    return f"{sentence}{': ' if text else ''}{text}"


def _opened(event: e.Opened, own: bool) -> _Seen:
    subject = event.report.subject
    return _seen(
        f"Opened: {subject} ({event.severity}, {event.priority})",
        subject=subject,
        severity=event.severity,
        priority=event.priority,
    )


def _reported_again(event: e.ReportJoined | e.Reopened, own: bool) -> _Seen:
    """Another customer may have reported the same trouble; that one's words are not this one's to read."""
    word = "Reopened" if isinstance(event, e.Reopened) else "Reported again"
    return _seen(_with(word, event.report.subject), subject=event.report.subject) if own else _seen(word)


def _noted(event: e.Noted, own: bool) -> _Seen | None:
    is_shown = own or event.audience is Audience.CUSTOMER
    return _seen(f"Note: {event.text}", text=event.text) if is_shown else None


def _update(event: e.UpdateSent, own: bool) -> _Seen | None:
    is_shown = event.audience is Audience.CUSTOMER
    return _seen(f"Status update: {event.text}", text=event.text) if is_shown else None


def _estimate(event: e.EstimateSet, own: bool) -> _Seen:
    said = f"Solution expected {event.estimate:%Y-%m-%d %H:%M} UTC"
    return _seen(_with(said, event.text), estimate=event.estimate, text=event.text)


def _question(event: e.InformationAsked | e.CustomerAwaited, own: bool) -> _Seen:
    return _seen(f"Your answer is needed: {event.question}", question=event.question)


def _answered(event: e.CustomerAnswered, own: bool) -> _Seen:
    said = "The customer's side answered"
    return _seen(_with(said, event.text), text=event.text) if own else _seen(said)


def _options(event: e.OptionsProposed, own: bool) -> _Seen:
    numbered = "; ".join(f"{number}. {text}" for number, text in enumerate(event.options, 1))
    said = f"You have the choice ({event.options_id}): {numbered}"
    return _seen(said, options_id=event.options_id, options=event.options)


def _chosen(event: e.OptionChosen, own: bool) -> _Seen:
    return _seen(f"Chosen: {event.chosen}", options_id=event.options_id, chosen=event.chosen)


def _linked(event: e.Linked, own: bool) -> _Seen | None:
    return _seen(f"Linked {event.link.relation} {event.link.id}", link=event.link) if own else None


def _resolved(event: e.ResolutionDeclared, own: bool) -> _Seen:
    return _seen(f"Solved, says staff: {event.what_was_done}", what_was_done=event.what_was_done)


def _confirmed(event: e.Confirmed, own: bool) -> _Seen:
    if event.by_silence:
        return _seen("No answer; it counts as confirmed", by_silence=True)
    return _own_words("Confirmed", event.text, own)


def _rejected(event: e.ResolutionRejected, own: bool) -> _Seen:
    if event.by_silence:
        return _seen("No answer; it counts as not solved", by_silence=True)
    return _own_words("Not solved", event.reason, own)


def _rated(event: e.Rated, own: bool) -> _Seen:
    said = _own_words(f"Satisfaction {event.score} of 5", event.text, own)
    return _seen(said.sentence, **said.fields, score=event.score)


def _own_words(said: str, text: str, own: bool) -> _Seen:
    """Somebody else of the customers may have said it, or staff noted it down in words of their own."""
    return _seen(_with(said, text), text=text) if own else _seen(said)


def _severity(event: e.SeveritySet, own: bool) -> _Seen:
    said = f"Severity is now {event.severity} ({event.priority})"
    return _seen(said, severity=event.severity, priority=event.priority)


def _closed(event: e.Closed, own: bool) -> _Seen:
    return _seen(f"Closed ({event.reason.replace('_', ' ')})", reason=event.reason)


def _refused(event: e.DecisionRefused, own: bool) -> _Seen | None:
    said = f"Refused: {event.decision.replace('_', ' ')}. {event.why}"
    return _seen(said, decision=event.decision, code=event.code, why=event.why) if own else None


def _cancelled(event: e.CancelDecided, own: bool) -> _Seen | None:
    return _own_words("Cancelled", event.reason, own) if own else None


def _plain(sentence: str) -> Callable[[Any, bool], _Seen]:
    def show(event: Any, own: bool) -> _Seen:
        return _seen(sentence)

    return show


def _guidance(event: e.Returned, own: bool) -> _Seen:
    return _seen(f"Returned with guidance: {event.guidance}", guidance=event.guidance)


SHOWN: Mapping[type[e.EventBase], Callable[[Any, bool], _Seen | None]] = {
    e.Opened: _opened,
    e.ReportJoined: _reported_again,
    e.Reopened: _reported_again,
    e.InformationAsked: _question,
    e.Accepted: _plain("Accepted; it is being worked on"),
    e.Returned: _guidance,
    e.Joined: _plain("It carries on together with another escalation of the same trouble"),
    e.SeveritySet: _severity,
    e.Noted: _noted,
    e.UpdateSent: _update,
    e.EstimateSet: _estimate,
    e.CustomerAwaited: _question,
    e.CustomerAnswered: _answered,
    e.OptionsProposed: _options,
    e.OptionChosen: _chosen,
    e.Linked: _linked,
    e.ResolutionDeclared: _resolved,
    e.Confirmed: _confirmed,
    e.ResolutionRejected: _rejected,
    e.Rated: _rated,
    e.DecisionRefused: _refused,
    e.CancelDecided: _cancelled,
    e.Closed: _closed,
    e.RcaShared: _plain("The root cause analysis was sent"),
}
"""How the customer's side reads what it may know; what is not here is internal."""

INTERNAL: frozenset[type[e.EventBase]] = frozenset(
    {
        *(e.JoinAsked, e.ErrandUndone, e.PolicyMoved, e.PolicyMoveAsked),
        *(e.PolicyMoveFailed, e.WorkingTimeAsked, e.WorkingTimeExtended, e.WorkingTimeUnknown),
        *(e.PromiseMade, e.PromiseAtRisk, e.PromiseBroken, e.PromiseKept, e.PromiseDropped),
        *(e.PromisePaused, e.PromiseResumed, e.PromiseReplanned),
        *(e.LevelReached, e.LevelLeft, e.LevelNotified, e.LevelPagedAgain, e.LevelPassedOver),
        *(e.EarlierLevelNotified, e.NobodyOnCall, e.LevelUnreached, e.Acknowledged),
        *(e.AcknowledgementExpired, e.LastResortReached, e.LastResortTold, e.OwnerAssigned),
        *(e.HandedOver, e.ClimbDecided, e.DeEscalated, e.Snoozed, e.SnoozeEnded),
        *(e.InformationSent, e.EverybodyInformed, e.CustomerAdded),
        *(e.MessageDelivered, e.MessageFailed, e.MessageRetried, e.MessageGivenUp),
        *(e.PlanStepAdded, e.PlanStepRevised, e.PlanStepCompleted),
        *(e.ApprovalRequested, e.ApproverTold, e.StandInAsked, e.ApprovalDecided),
        *(e.TaskForceDeployed, e.TaskForceStoodDown, e.MorePartiesDue, e.PartiesInvolved),
        *(e.CustomerVerified, e.FollowUpRaised, e.ClosingPlanned),
        *(e.RcaRequested, e.RcaWriterTold, e.RcaSubmitted, e.RcaReturned, e.RcaReviewersTold),
        *(e.RcaApproved, e.PreventiveActionAdded, e.PreventiveActionCompleted),
    }
)
"""The rest. With SHOWN it is every event; a test says so, so that whoever adds one decides who sees it."""


def _next_update_due(escalation: Escalation) -> datetime | None:
    promise = escalation.promises.get(PromiseKind.NEXT_UPDATE)
    is_running = promise is not None and promise.status is PromiseStatus.RUNNING
    return promise.due if promise is not None and is_running else None
