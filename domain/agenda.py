"""All that is due, derived from the state: nothing is scheduled twice, nothing can be forgotten."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

from domain.escalation import Escalation, Promise
from domain.vocabulary import LadderStatus, Stage

EXTEND_BEFORE = timedelta(days=90)
"""How long before the known working windows end further ones are resolved."""


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
    """The earliest of all that is planned; None when time can bring about nothing any more."""
    earliest = min(_items(escalation), default=None)
    return AgendaItem(*earliest) if earliest else None


def _items(escalation: Escalation) -> Iterator[_Item]:
    for key, waiting in escalation.undelivered.items():
        if waiting.next_try is not None:
            yield waiting.next_try, AgendaKind.REDELIVERY, key
    if escalation.stage is Stage.CLOSED:
        return
    for key, promise in escalation.promises.items():
        due = promise.due
        if due is not None and not _may_move(escalation, promise):
            yield due, AgendaKind.PROMISE_DUE, key
            warning = promise.next_warning
            if warning is not None and warning < due:
                yield warning, AgendaKind.PROMISE_WARNING, key
    yield from _ladder(escalation)
    if escalation.close_at is not None:
        yield escalation.close_at, AgendaKind.CLOSE, ""
    if escalation.working_time and not escalation.extending:
        horizon = min(time.horizon_at for time in escalation.working_time.values())
        at = horizon - EXTEND_BEFORE
        again = escalation.extend_again_at
        yield max(at, again) if again else at, AgendaKind.EXTEND_WORKING_TIME, ""


def _may_move(escalation: Escalation, promise: Promise) -> bool:
    """Whether a due time is only a lower bound, because working time is not known any further."""
    if promise.rule.calendar is None or promise.due is None:
        return False
    return promise.due >= escalation.working_time[promise.rule.calendar].horizon_at


def _ladder(escalation: Escalation) -> Iterator[_Item]:
    ladder = escalation.ladder
    if ladder.snoozed_until is not None:
        yield ladder.snoozed_until, AgendaKind.SNOOZE_END, ""
    elif ladder.status is LadderStatus.CLIMBING and ladder.climb_at is not None:
        yield ladder.climb_at, AgendaKind.CLIMB, ""
        if ladder.page_again_at is not None:
            yield ladder.page_again_at, AgendaKind.PAGE_AGAIN, ""
    elif ladder.status is LadderStatus.ACKNOWLEDGED and ladder.expires_at and not escalation.waiting:
        # Nobody has to act while the customer is waited for.
        yield ladder.expires_at, AgendaKind.ACKNOWLEDGEMENT_EXPIRY, ""
    if escalation.stage in (Stage.IDENTIFY, Stage.REVIEW, Stage.COMMUNICATE, Stage.ESCALATE):
        rules = escalation.policy.involve
        if escalation.involved < len(rules):
            rule = rules[escalation.involved]
            yield escalation.began_at + rule.after, AgendaKind.INVOLVE, ""
