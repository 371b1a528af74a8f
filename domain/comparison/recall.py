"""A past case from its events: what people did, and whether on their own, upon being told, or as work."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from domain.comparison.past import Act, Answer, OnItsOwn, PastCase, Withdrawal, Work
from domain.comparison.taken import OWN, SAME, taken
from domain.decisions import Acknowledge, AnyDecision, Join, ParentClosed, ReportAgain
from domain.events import (
    Acknowledged,
    AnyEvent,
    CancelDecided,
    Closed,
    DecisionRefused,
    EarlierLevelNotified,
    EventBase,
    Joined,
    LastResortTold,
    LevelNotified,
    MessageDelivered,
    OptionsProposed,
    PolicyMoveAsked,
    PromiseMade,
    Reopened,
)
from domain.opening import Opening
from domain.vocabulary import Role, Template

_ELSE = (LevelNotified, EarlierLevelNotified, LastResortTold, Joined, MessageDelivered, PromiseMade)
NEEDED: tuple[type[EventBase], ...] = tuple(dict.fromkeys((*SAME, *OWN, *_ELSE)))
"""The events that a case is recalled from, beside those that carry a decision's id."""
_OUTSIDE = frozenset({Role.REPORTER, Role.SERVICE, Role.AUDITOR})
"""Whoever acts so does not wait to be told."""


def recall(opening: Opening, at: datetime, events: Iterable[AnyEvent]) -> PastCase:
    """The case that left these events; others than those needed may be missing among them."""
    stream = [event for event in events if event.seq > 1]
    memory = _Memory(opening, at, stream)
    for together in _grouped(stream):
        memory.take(together)
    return memory.case()


def _grouped(events: Sequence[AnyEvent]) -> Iterator[list[AnyEvent]]:
    """The events of one decision together, every other one alone."""
    together: list[AnyEvent] = []
    for event in events:
        if together and event.decision_id is None and _same_turn(together[0], event):
            together.append(event)
            continue
        if together:
            yield together
        together = [event]
    if together:
        yield together


def _same_turn(first: AnyEvent, event: AnyEvent) -> bool:
    return first.decision_id is not None and (first.by, first.at) == (event.by, event.at)


class _Memory:
    """Goes through a life in its order."""

    def __init__(self, opening: Opening, at: datetime, stream: Sequence[AnyEvent]) -> None:
        self._opening = opening
        self._at = at
        self._knew = {opening.author.id, opening.report.asked_by}
        pages = (event for event in stream if isinstance(event, MessageDelivered) and _is_page(event))
        self._reached = {event.recipient for event in pages}
        self._joined = any(isinstance(event, Joined) for event in stream)
        self._paged: dict[str, datetime] = {}
        self._told: dict[str, datetime] = {}
        self._turns: Counter[str] = Counter()
        self._options: dict[str, tuple[str, ...]] = {}
        self._acknowledged: datetime | None = None
        self._ended: datetime | None = None
        self._acts: list[Act] = []
        self._left_out: list[str] = []

    def case(self) -> PastCase:
        first = self._acknowledged
        return PastCase(
            opening=self._opening,
            at=self._at,
            ended_at=self._ended,
            acts=tuple(self._acts),
            acknowledged_after=first - self._at if first else None,
            left_out=tuple(self._left_out),
        )

    def take(self, together: Sequence[AnyEvent]) -> None:
        first = together[0]
        if first.decision_id is not None:
            self._decided(together)
        elif isinstance(first, CancelDecided):
            gone = Withdrawal(first.by, first.reason)
            self._acts.append(Act(first.at - self._at, gone, OnItsOwn()))
        for event in together:
            self._hear(event)

    def _decided(self, together: Sequence[AnyEvent]) -> None:
        first = together[0]
        decision = taken(together, self._options)
        if decision is None or (isinstance(decision, Join) and not self._joined):
            self._left_out.append(_named(first))
            return
        self._acts.append(Act(first.at - self._at, decision, self._timing(decision, first.at)))
        if isinstance(decision, Acknowledge):
            who = decision.author.id
            self._turns[who] += 1
            self._paged.pop(who, None)
            self._told.pop(who, None)

    def _timing(self, decision: AnyDecision, at: datetime) -> OnItsOwn | Work | Answer:
        if isinstance(decision, ReportAgain | ParentClosed):
            return OnItsOwn()
        in_hand = self._acknowledged is not None
        unasked = Work() if in_hand else OnItsOwn()
        if in_hand and not isinstance(decision, Acknowledge):
            return unasked
        who = decision.author.id
        if decision.author.role in _OUTSIDE or who in self._knew:
            return unasked
        paged, told = self._paged.get(who), self._told.get(who)
        since = paged or told
        return unasked if since is None else Answer(who, self._turns[who], at - since, paged is not None)

    def _hear(self, event: AnyEvent) -> None:
        match event:
            case MessageDelivered():
                (self._paged if _is_page(event) else self._told).setdefault(event.recipient, event.at)
            case LevelNotified() | EarlierLevelNotified() | LastResortTold():
                # An answer can come before the record that the page went out.
                for person in self._reached.intersection(event.people):
                    self._paged.setdefault(person, event.at)
            case Acknowledged():
                self._acknowledged = self._acknowledged or event.at
            case OptionsProposed():
                self._options[event.options_id] = event.options
            case Closed():
                self._ended = event.at
            case Reopened():
                self._ended = None
            case _:
                pass


def _is_page(event: MessageDelivered) -> bool:
    return event.template is Template.LEVEL_PAGE


def _named(event: AnyEvent) -> str:
    match event:
        case PolicyMoveAsked():
            return "move_policy"
        case DecisionRefused():
            return f"{event.decision} (refused then)"
        case _:
            return event.type
