"""All that is due, derived from the state: nothing is scheduled twice, nothing can be forgotten."""

from datetime import datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

from domain.escalation import NEXT_ITEM, Escalation
from domain.vocabulary import LadderStatus, Stage

EXTEND_BEFORE = timedelta(days=90)
"""How long before the known working windows end further ones are resolved."""
_UNSOLVED = (Stage.IDENTIFY, Stage.REVIEW, Stage.COMMUNICATE, Stage.ESCALATE)


class AgendaKind(IntEnum):
    """What can come due; at the same instant, in this order."""

    EXTEND_WORKING_TIME = 1
    PROMISE_WARNING = 2
    PROMISE_DUE = 3
    SNOOZE_END = 4
    ACKNOWLEDGEMENT_EXPIRY = 5
    CLIMB = 6
    INVOLVE = 7
    REDELIVERY = 8
    CLOSE = 9
    PAGE_AGAIN = 10


class AgendaItem(NamedTuple):
    """Something that time will bring about. Sorts by time, then kind, then key."""

    at: datetime
    kind: AgendaKind
    key: str = ""


_Item = tuple[datetime, AgendaKind, str]
"""An agenda item before it is shown; made by the dozen, so a bare tuple."""


def agenda(escalation: Escalation) -> list[AgendaItem]:
    """Everything that is planned, earliest first."""
    return [AgendaItem(*item) for item in sorted(_items(escalation))]


def next_item(escalation: Escalation) -> AgendaItem | None:
    """The earliest of all that is planned; None when time can bring about nothing any more.

    Asked again and again about the same state, so the state remembers it.
    """
    try:
        known: AgendaItem | None = object.__getattribute__(escalation, NEXT_ITEM)
    except AttributeError:
        pass
    else:
        return known
    earliest = min(_items(escalation), default=None)
    item = AgendaItem._make(earliest) if earliest else None
    object.__setattr__(escalation, NEXT_ITEM, item)
    return item


def _items(escalation: Escalation) -> list[_Item]:
    items: list[_Item] = []
    for key, waiting in escalation.undelivered.items():
        if waiting.next_try is not None:
            items.append((waiting.next_try, AgendaKind.REDELIVERY, key))
    if escalation.stage is not Stage.CLOSED:
        _promises(escalation, items)
        _ladder(escalation, items)
        _end(escalation, items)
    return items


def _promises(escalation: Escalation, items: list[_Item]) -> None:
    for key, promise in escalation.promises.items():
        due = promise.due
        if due is None:
            continue
        calendar = promise.rule.calendar
        if calendar is not None and due >= escalation.working_time[calendar].horizon_at:
            # Only a lower bound: working time is not known any further.
            continue
        items.append((due, AgendaKind.PROMISE_DUE, key))
        warning = promise.next_warning
        if warning is not None and warning < due:
            items.append((warning, AgendaKind.PROMISE_WARNING, key))


def _ladder(escalation: Escalation, items: list[_Item]) -> None:
    ladder = escalation.ladder
    status, snoozed_until = ladder.status, ladder.snoozed_until
    if snoozed_until is not None:
        items.append((snoozed_until, AgendaKind.SNOOZE_END, ""))
    elif status is LadderStatus.CLIMBING and ladder.climb_at is not None:
        items.append((ladder.climb_at, AgendaKind.CLIMB, ""))
        if ladder.page_again_at is not None:
            items.append((ladder.page_again_at, AgendaKind.PAGE_AGAIN, ""))
    elif status is LadderStatus.ACKNOWLEDGED and ladder.expires_at and not escalation.waiting:
        # Nobody has to act while the customer is waited for.
        items.append((ladder.expires_at, AgendaKind.ACKNOWLEDGEMENT_EXPIRY, ""))
    rules = escalation.policy.involve
    if rules and escalation.involved < len(rules) and escalation.stage in _UNSOLVED:
        rule = rules[escalation.involved]
        items.append((escalation.began_at + rule.after, AgendaKind.INVOLVE, ""))


def _end(escalation: Escalation, items: list[_Item]) -> None:
    close_at, known = escalation.close_at, escalation.working_time
    if close_at is not None:
        items.append((close_at, AgendaKind.CLOSE, ""))
    if known and not escalation.extending:
        at = min([time.horizon_at for time in known.values()]) - EXTEND_BEFORE
        again = escalation.extend_again_at
        items.append((max(at, again) if again else at, AgendaKind.EXTEND_WORKING_TIME, ""))
