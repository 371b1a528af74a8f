"""Random lives of an escalation, and what has to hold after every step of each."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from pydantic import TypeAdapter

from domain.agenda import next_item
from domain.apply import apply, fold
from domain.core import decide, elapse, open_escalation, refuse, report, withdraw
from domain.decisions import AnyDecision
from domain.ending import owed
from domain.errands import (
    AnyAnswer,
    AnyErrand,
    Errand,
    ErrandFailed,
    EscalationTold,
    FetchPolicy,
    FindPeople,
    NoticesSent,
    PeopleFound,
    PolicyFetched,
    ResolveWorkingTime,
    SendNotices,
    TellEscalation,
)
from domain.escalation import Escalation
from domain.events import AnyEvent, Event, PromiseBroken, PromiseMade
from domain.notices import Delivery, Notice
from domain.refusals import Refused
from domain.rulebook import NEWEST
from domain.turn import Outcome
from domain.vocabulary import ChannelKind, LadderStatus, PromiseStatus, Verdict
from tests.domain.choices import random_decision
from tests.domain.finish import next_towards_the_end
from tests.domain.hours import hours, hours_asked
from tests.domain.house import POLICIES, REPORTS
from tests.domain.world import START, judged, opening

ERRAND: TypeAdapter[AnyErrand] = TypeAdapter(Errand)
ERRANDS: TypeAdapter[tuple[AnyErrand, ...]] = TypeAdapter(tuple[Errand, ...])
EVENTS: TypeAdapter[tuple[AnyEvent, ...]] = TypeAdapter(tuple[Event, ...])
AFTER_THE_END = frozenset(
    {
        "message_delivered",
        "message_failed",
        "message_retried",
        "message_given_up",
        "errand_undone",
        "decision_refused",
    }
)
"""What may still happen to a closed escalation, beside being reopened."""
SPANS = (
    (0.30, timedelta(seconds=60)),
    (0.60, timedelta(hours=1)),
    (0.85, timedelta(hours=12)),
    (0.97, timedelta(days=4)),
    (1.00, timedelta(days=45)),
)
PEOPLE = ("anna", "ben", "xena", "mara", "eva", "theo", "cora")


class Life:
    """One escalation under a policy, with an outside that is late, fails, forgets nothing."""

    def __init__(self, seed: int, trouble: float) -> None:
        self.chance = Random(seed)
        self.trouble = trouble
        """How often errands stay unanswered for a while, fail, or find nobody."""
        self.now = START + timedelta(seconds=self.chance.randrange(7 * 86_400))
        self.policy = self.chance.choice(POLICIES)
        self.events: list[AnyEvent] = []
        self.errands: list[AnyErrand] = []
        self.pending: list[AnyErrand] = []
        self.decided: set[str] = set()
        self.notices: dict[str, Notice] = {}
        self.keys: set[str] = set()
        self.making: dict[str, int] = {}
        self.broken: set[tuple[str, int]] = set()
        known = PolicyFetched(key="open", policy=self.policy, working_time=self._windows(), rules=NEWEST)
        first = open_escalation(opening(self.chance.choice(REPORTS)), known, self.now)
        self.escalation = first.events[0].begin()  # type: ignore[union-attr]
        self._take(Outcome(first.escalation, first.events[1:], first.errands))
        self.events.insert(0, first.events[0])

    def step(self) -> None:
        """A decision, or time passes, or the outside answers."""
        lot = self.chance.random()
        sensible = next_towards_the_end(self.escalation, f"d-{self.escalation.seq}") if lot < 0.1 else None
        if sensible is not None:
            self._decide(sensible)
        elif lot < 0.65:
            self._decide(random_decision(self.chance, self.escalation, self.now, self.escalation.seq))
        elif lot < 0.85:
            span = next(most for share, most in SPANS if self.chance.random() <= share)
            self.now += span * self.chance.random()
            self._look()
        elif lot < 0.995 or self.escalation.is_closed:
            self._answer_some(1.0)
        else:
            self._take(withdraw(self.escalation, "operator", "cancelled", self.now))
        self._answer_some(1 - self.trouble)

    def finish(self) -> None:
        """Somebody sees to it that it ends well."""
        self.trouble = 0.0
        for number in range(60):
            self._answer_some(1.0)
            if self.escalation.is_closed:
                return
            decision = next_towards_the_end(self.escalation, f"end-{number}")
            if decision is None:
                self.now = max(self.now, next_item(self.escalation).at)  # type: ignore[union-attr]
                self._look()
            else:
                self._decide(decision)
        raise AssertionError(f"it does not end: {[event.sentence() for event in self.events[-20:]]}")

    def check_the_whole(self) -> None:
        """What is checked once a life, and in one life of seven, because it costs."""
        timeline = tuple(self.events)
        assert fold(timeline) == self.escalation
        if self.chance.random() < 0.85:
            return
        assert EVENTS.validate_json(EVENTS.dump_json(timeline)) == timeline
        assert Escalation.model_validate_json(self.escalation.model_dump_json()) == self.escalation
        errands = tuple(self.errands)
        assert ERRANDS.validate_json(ERRANDS.dump_json(errands)) == errands

    def _decide(self, decision: AnyDecision) -> None:
        self._look()
        try:
            outcome = decide(self.escalation, decision, self.now)
        except Refused as refused:
            if self.chance.random() < 0.2:
                self._refuse(decision, refused)
            return
        assert outcome.events
        self._take(outcome)
        self.decided.add(decision.type)
        assert decide(self.escalation, decision, self.now) == (self.escalation, (), ())

    def _refuse(self, decision: AnyDecision, refused: Refused) -> None:
        """It came by signal; coming again, it is refused in the same way and leaves no second trace."""
        self._take(refuse(self.escalation, decision, refused, self.now))
        assert refuse(self.escalation, decision, refused, self.now) == (self.escalation, (), ())
        with pytest.raises(Refused) as again:
            decide(self.escalation, decision, self.now)
        assert (again.value.code, again.value.message) == (refused.code, refused.message)

    def _look(self) -> None:
        self._take(elapse(self.escalation, self.now))

    def _answer_some(self, share: float) -> None:
        for errand in tuple(self.pending):
            if self.chance.random() < share:
                self.pending.remove(errand)
                self._take(report(self.escalation, errand, self._answer(errand), self.now))

    def _answer(self, errand: AnyErrand) -> AnyAnswer:
        if self.chance.random() < self.trouble / 2:
            return ErrandFailed(key=errand.key, why="the outside is away\n(really)")
        match errand:
            case FindPeople():
                found = self.chance.random() >= self.trouble
                people = tuple(self.chance.sample(PEOPLE, self.chance.randint(1, 3))) if found else ()
                answer = PeopleFound(key=errand.key, people=people, nobody=() if found else ("on_call:x",))
                verdicts = list(Verdict) if errand.condition else [Verdict.HOLDS]
                return judged(answer, self.chance.choice(verdicts))
            case SendNotices():
                return NoticesSent(key=errand.key, deliveries=tuple(map(self._deliver, errand.notices)))
            case TellEscalation():
                return EscalationTold(key=errand.key)
            case FetchPolicy():
                policy = self.chance.choice(POLICIES)
                return PolicyFetched(key=errand.key, policy=policy, working_time=self._windows())
            case ResolveWorkingTime():
                return hours_asked(errand)

    def _deliver(self, notice: Notice) -> Delivery:
        if self.chance.random() < self.trouble:
            return Delivery(key=notice.key, delivered=False)
        return Delivery(key=notice.key, delivered=True, channel=ChannelKind.EMAIL)

    def _windows(self) -> dict[str, Any]:
        until = START + timedelta(days=99) + max(timedelta(), self.now - START).days // 7 * timedelta(days=7)
        return {name: hours(name, START - timedelta(days=9), until) for name in ("always", "office")}

    def _take(self, outcome: Outcome) -> None:
        before = self.escalation
        self.escalation = outcome.escalation
        for event in outcome.events:
            self._check_event(before, event)
            before = apply(before, event)
            self.events.append(event)
        assert before == self.escalation
        for errand in outcome.errands:
            self._check_errand(errand)
            self.pending.append(errand)
            self.errands.append(errand)
        self._check_state()

    def _check_event(self, before: Escalation, event: AnyEvent) -> None:
        assert event.seq == before.seq + 1
        assert event.at == self.now
        assert event.planned is None or event.planned <= self.now
        said = event.sentence()
        assert said == " ".join(said.split()) != ""
        assert not before.is_closed or event.type in AFTER_THE_END or event.type == "reopened"
        if isinstance(event, PromiseMade):
            self.making[event.promise.key] = event.seq
        if isinstance(event, PromiseBroken):
            self._check_breach(event)

    def _check_breach(self, event: PromiseBroken) -> None:
        promise = event.promise
        once = (promise.key, self.making[promise.key])
        assert once not in self.broken
        self.broken.add(once)
        assert promise.broken_at is not None
        assert promise.broken_at == event.planned
        assert promise.broken_at <= event.at
        assert promise.seen_broken_at == event.at

    def _check_errand(self, errand: AnyErrand) -> None:
        assert errand.key not in self.keys
        self.keys.add(errand.key)
        if isinstance(errand, SendNotices):
            for notice in errand.notices:
                assert self.notices.setdefault(notice.key, notice) is notice

    def _check_state(self) -> None:
        state = self.escalation
        assert state.owner
        assert state.manager
        assert elapse(state, self.now) == (state, (), ())
        for promise in state.promises.values():
            assert (promise.due is not None) == (promise.status is PromiseStatus.RUNNING)
        self._check_nothing_is_forgotten(state)
        if state.is_closed:
            assert state.close_reason
            assert state.closed_at
            assert all(promise.settled_at or promise.broken_at for promise in state.promises.values())

    def _check_nothing_is_forgotten(self, state: Escalation) -> None:
        """What is waited for is under way or on the agenda."""
        under_way = {errand.key for errand in self.pending}
        under_way |= {
            one.key for errand in self.pending if isinstance(errand, SendNotices) for one in errand.notices
        }
        assert set(state.informing) <= under_way | set(state.undelivered)
        tried = {key for key, one in state.undelivered.items() if one.next_try is None}
        assert tried <= under_way
        ladder = state.ladder
        if ladder.status is LadderStatus.CLIMBING:
            assert ladder.climb_at is not None
        expires = state.policy.acknowledgement_expires is not None
        assert not expires or ladder.status is not LadderStatus.ACKNOWLEDGED or ladder.expires_at
        solved = state.resolution is not None and state.resolution.confirmed_at is not None
        if solved and not state.is_closed:
            assert state.close_at or owed(state)


def live(seed: int, trouble: float, steps: int = 9) -> Life:
    """One whole life, from the first report to its end."""
    life = Life(seed, trouble)
    for _ in range(steps):
        life.step()
    life.finish()
    life.check_the_whole()
    return life
