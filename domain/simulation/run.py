"""A dry run: the very core that runs real cases, under a virtual clock that jumps to what is due next."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.agenda import next_item
from domain.core import decide, elapse, open_escalation, report
from domain.decisions import DECISION, AnyDecision
from domain.errands import AnyAnswer, AnyErrand, NoticesSent, PolicyFetched, SendNotices
from domain.escalation import Escalation
from domain.events import AnyEvent
from domain.opening import Opening
from domain.refusals import Refused
from domain.simulation.messages import Message, message
from domain.simulation.players import Action, Players, people
from domain.simulation.script import Actor, Cue, Script
from domain.telling import bundled
from domain.turn import Outcome
from domain.vocabulary import Role

MOST_TURNS = 500
"""More turns of people at one instant than any case has; a script that sets itself off has no end."""


class Endless(Exception):
    """The script sets itself off again and again. The text says where."""


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


def simulate(
    opening: Opening, known: PolicyFetched, script: Script, outside: Outside, at: datetime, until: datetime
) -> Simulated:
    """Runs a case from `at` until it is closed and every message is through, or until the horizon.

    Raises Endless, and Refused when the opening itself is.
    """
    run = _Run(script, outside, at)
    run.open(opening, known)
    while not run.is_over() and (due := run.next_at()) is not None and due <= until:
        run.jump(due)
    return run.result(run.now if run.is_over() else until)


class _Run:
    def __init__(self, script: Script, outside: Outside, at: datetime) -> None:
        self.now = at
        self._players = Players(script)
        self._outside = outside
        self._events: list[AnyEvent] = []
        self._messages: dict[str, Message] = {}
        self._played: list[Played] = []

    _escalation: Escalation

    def open(self, opening: Opening, known: PolicyFetched) -> None:
        self._take(open_escalation(opening, known, self.now))

    def is_over(self) -> bool:
        return self._escalation.is_closed and not self._escalation.undelivered

    def next_at(self) -> datetime | None:
        """When time or somebody brings about the next thing."""
        item = next_item(self._escalation)
        dues = [at for at in (item.at if item else None, self._players.next_at) if at is not None]
        return max(min(dues), self.now) if dues else None

    def jump(self, at: datetime) -> None:
        """To an instant: what time has brought about comes first, then what people do."""
        self.now = at
        self._take(elapse(self._escalation, at))
        before = len(self._played)
        while self._players.next_at is not None and self._players.next_at <= at:
            cue, action = self._players.turn()
            if len(self._played) - before >= MOST_TURNS:
                raise Endless(f"{cue.who} does {cue.does} when {cue.when}: that has no end; give it an until")
            self._played.extend(self._decisions(cue, action))

    def result(self, ended_at: datetime) -> Simulated:
        return Simulated(
            escalation=self._escalation,
            events=tuple(self._events),
            messages=tuple(self._messages.values()),
            played=tuple(self._played),
            ended_at=ended_at,
        )

    def _decisions(self, cue: Cue, action: Action) -> Iterator[Played]:
        acting = people(cue, action, self._escalation)
        if not acting:
            yield Played(self.now, str(cue.who), cue.does, refused="there is nobody to do it")
        for number, person in enumerate(acting):
            role = cue.role or self._role(cue, person)
            if role is None:
                yield Played(self.now, person, cue.does, refused=f"there is no person {person!r}")
                continue
            yield self._decide(_decision(cue, f"sim-{action.number}-{number}", person, role, self.now))

    def _role(self, cue: Cue, person: str) -> Role | None:
        match cue.who.actor:
            case Actor.CUSTOMER:
                return Role.REPORTER
            case Actor.SERVICE:
                return Role.SERVICE
            case _:
                return self._outside.role(person)

    def _decide(self, decision: AnyDecision) -> Played:
        who, does = decision.author.id, decision.type
        try:
            outcome = decide(self._escalation, decision, self.now)
        except Refused as refused:
            return Played(self.now, who, does, decision, refused.message)
        self._take(outcome)
        return Played(self.now, who, does, decision)

    def _take(self, outcome: Outcome) -> None:
        """Errands are answered at once; messages go out together once everybody is looked up."""
        self._happened(outcome)
        errands, letters = _sorted(outcome)
        while errands or letters:
            if not errands:
                errands.extend(bundled(letters) if len(letters) > 1 else letters)
                letters.clear()
            errand = errands.popleft()
            answer = self._outside.answer(errand, self.now)
            if isinstance(errand, SendNotices) and isinstance(answer, NoticesSent):
                self._told(errand, answer)
            outcome = report(self._escalation, errand, answer, self.now)
            self._happened(outcome)
            more, posted = _sorted(outcome)
            errands.extend(more)
            letters.extend(posted)

    def _happened(self, outcome: Outcome) -> None:
        self._escalation = outcome.escalation
        self._events.extend(outcome.events)
        self._players.hear(outcome.events)

    def _told(self, errand: SendNotices, answer: NoticesSent) -> None:
        for notice, delivery in zip(errand.notices, answer.deliveries, strict=True):
            if notice.key not in self._messages:
                self._messages[notice.key] = message(notice, delivery, self._events, self.now)


def _sorted(outcome: Outcome) -> tuple[deque[AnyErrand], deque[SendNotices]]:
    """The errands, and apart from them the messages."""
    errands: deque[AnyErrand] = deque()
    letters: deque[SendNotices] = deque()
    for errand in outcome.errands:
        if isinstance(errand, SendNotices):
            letters.append(errand)
        else:
            errands.append(errand)
    return errands, letters


def _decision(cue: Cue, decision_id: str, person: str, role: Role, now: datetime) -> AnyDecision:
    return DECISION.validate_python(
        {
            "type": cue.does,
            "decision_id": decision_id,
            "author": {"id": person, "role": role},
            **cue.fields,
            **{name: now + after for name, after in cue.moments.items()},
        }
    )
