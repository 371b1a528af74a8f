"""An escalation under a virtual clock: time and decisions act on it, and the outside answers at once."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.agenda import next_item
from domain.core import decide, elapse, open_escalation, report, withdraw
from domain.decisions import AnyDecision
from domain.errands import AnyAnswer, AnyErrand, NoticesSent, PolicyFetched, SendNotices
from domain.escalation import Escalation
from domain.events import AnyEvent
from domain.opening import Opening
from domain.refusals import Refused
from domain.simulation.messages import Message
from domain.telling import bundled
from domain.turn import Outcome
from domain.vocabulary import Role


class Outside(Protocol):
    """The world around an escalation, as far as a simulation needs one. Answers at once."""

    def answer(self, errand: AnyErrand, now: datetime) -> AnyAnswer: ...

    def role(self, person: str) -> Role | None:
        """None for somebody who is not known."""
        ...


@dataclass(frozen=True)
class Played:
    """A decision that somebody took. `refused` says why it did not count, where it did not."""

    at: datetime
    who: str
    does: str
    decision: AnyDecision | None = None
    """None where nobody could take it."""
    refused: str = ""


@dataclass(frozen=True)
class Simulated:
    """A whole life, or as much of it as there was until the horizon."""

    escalation: Escalation
    events: tuple[AnyEvent, ...]
    messages: tuple[Message, ...]
    played: tuple[Played, ...]
    ended_at: datetime
    """When nothing was left to happen, else the horizon."""


class Life:
    """One escalation from its opening on. `hear` is told of all events as they happen."""

    def __init__(self, outside: Outside, at: datetime, hear: Callable[[Sequence[AnyEvent]], None]) -> None:
        self.now = at
        self._outside = outside
        self._hear = hear
        self._events: list[AnyEvent] = []
        self._messages: dict[str, Message] = {}

    escalation: Escalation

    @property
    def is_over(self) -> bool:
        """Whether time can bring about nothing more; a new report still can."""
        return self.escalation.is_closed and not self.escalation.undelivered

    @property
    def next_due(self) -> datetime | None:
        """When time brings about the next thing."""
        item = next_item(self.escalation)
        return item.at if item else None

    def open(self, opening: Opening, known: PolicyFetched) -> None:
        self._take(open_escalation(opening, known, self.now))

    def elapse(self, at: datetime) -> None:
        """To an instant: what time has brought about by then happens."""
        self.now = at
        due = self.next_due
        if due is not None and due <= at:
            self._take(elapse(self.escalation, at))

    def decide(self, decision: AnyDecision) -> Played:
        who, does = decision.author.id, decision.type
        try:
            outcome = decide(self.escalation, decision, self.now)
        except Refused as refused:
            return Played(self.now, who, does, decision, refused.message)
        self._take(outcome)
        return Played(self.now, who, does, decision)

    def withdraw(self, by: str, reason: str) -> None:
        """The end from outside the rules."""
        self._take(withdraw(self.escalation, by, reason, self.now))

    def result(self, played: Sequence[Played], ended_at: datetime) -> Simulated:
        return Simulated(
            escalation=self.escalation,
            events=tuple(self._events),
            messages=tuple(self._messages.values()),
            played=tuple(played),
            ended_at=ended_at,
        )

    def _take(self, outcome: Outcome) -> None:
        """Errands are answered at once; messages go out together once everybody is looked up."""
        errands: deque[AnyErrand] = deque()
        letters: deque[SendNotices] = deque()
        self._happened(outcome, errands, letters)
        while errands or letters:
            if not errands:
                errands.extend(bundled(letters) if len(letters) > 1 else letters)
                letters.clear()
            errand = errands.popleft()
            answer = self._outside.answer(errand, self.now)
            if isinstance(errand, SendNotices) and isinstance(answer, NoticesSent):
                self._told(errand, answer)
            outcome = report(self.escalation, errand, answer, self.now)
            self._happened(outcome, errands, letters)

    def _happened(self, outcome: Outcome, errands: deque[AnyErrand], letters: deque[SendNotices]) -> None:
        """What is asked of the outside joins what it was asked before, messages apart."""
        self.escalation, events, asked = outcome
        self._events.extend(events)
        self._hear(events)
        for errand in asked:
            if isinstance(errand, SendNotices):
                letters.append(errand)
            else:
                errands.append(errand)

    def _told(self, errand: SendNotices, answer: NoticesSent) -> None:
        messages, at, events = self._messages, self.now, self._events
        for notice, delivery in zip(errand.notices, answer.deliveries, strict=True):
            key = notice.key
            if key not in messages:
                channel = delivery.channel if delivery.delivered else None
                messages[key] = Message(at, notice.recipient, notice.audience, channel, notice, events)
