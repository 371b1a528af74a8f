"""The only thing that changes state: one event, applied. `fold(events)` is the state."""

from collections.abc import Iterable
from typing import Any, TypeVar

from domain.escalation import DECISIONS_REMEMBERED, Escalation
from domain.events import AnyEvent, Opened
from domain.events.base import EventBase
from domain.vocabulary import LadderStatus, Role

T = TypeVar("T")
_OUTSIDE = (Role.REPORTER, Role.SERVICE, Role.AUDITOR)
"""Roles whose decisions do not show that somebody works on it."""


def apply(escalation: Escalation, event: EventBase) -> Escalation:
    """The escalation after the event. Raises ValueError when the event is not the next one."""
    seq, decision_id, role = event.seq, event.decision_id, event.role
    if seq != escalation.seq + 1:
        raise ValueError(f"event {seq} cannot follow event {escalation.seq} of {escalation.id}")
    changes = event.change(escalation)
    changes["seq"] = seq
    if decision_id is not None:
        changes["decided"] = _remembered(escalation.decided, decision_id, seq)
        if event.fingerprint is not None:
            changes["fingerprints"] = _remembered(escalation.fingerprints, decision_id, event.fingerprint)
    if role is not None and role not in _OUTSIDE:
        _renew_acknowledgement(escalation, event, changes)
    return escalation.but(**changes)


def fold(events: Iterable[AnyEvent]) -> Escalation:
    """The state that a whole timeline leads to. Raises ValueError when it is not one escalation's."""
    stream = iter(events)
    first = next(stream, None)
    if not isinstance(first, Opened):
        raise ValueError("a timeline begins with Opened")
    escalation = first.begin()
    for event in stream:
        escalation = apply(escalation, event)
    return escalation


def _remembered(known: dict[str, T], decision_id: str, what: T) -> dict[str, T]:
    kept = {**known, decision_id: what}
    if len(kept) > DECISIONS_REMEMBERED:
        del kept[next(iter(kept))]
    return kept


def _renew_acknowledgement(escalation: Escalation, event: EventBase, changes: dict[str, Any]) -> None:
    """Whatever staff decide shows that somebody has it: the acknowledgement counts from here again."""
    expires = changes.get("policy", escalation.policy).acknowledgement_expires
    ladder = changes.get("ladder", escalation.ladder)
    if expires is None or ladder.status is not LadderStatus.ACKNOWLEDGED:
        return
    expires_at = event.at + expires
    # The events of one decision come at one instant, and only the first of them moves it.
    if ladder.expires_at != expires_at:
        changes["ladder"] = ladder.but(expires_at=expires_at)
