"""A past case under a policy: the core, a virtual clock, and people who do again what they did.

Nobody answers before they are told: see `Answer` and `Work` for what that does to times.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush

from domain.comparison.past import Act, Answer, OnItsOwn, PastCase, Withdrawal, Work
from domain.decisions import (
    Acknowledge,
    AddPlanStep,
    AddPreventiveAction,
    AnyDecision,
    DecisionBase,
    RevisePlanStep,
    SetEstimate,
    Snooze,
)
from domain.errands import PolicyFetched
from domain.events import Acknowledged, AnyEvent, MessageDelivered
from domain.simulation.life import Life, Outside, Played, Simulated
from domain.vocabulary import LadderStatus, Template

NO_DELAY = timedelta(0)
NOT_TOLD = "is not told"
NOT_ACKNOWLEDGED = "nobody has acknowledged"
NOT_YET = "would come later than now"
MOMENTS: Mapping[type[DecisionBase], str] = {
    Snooze: "until",
    SetEstimate: "at",
    AddPlanStep: "due",
    RevisePlanStep: "due",
    AddPreventiveAction: "due",
}
"""Instants that decisions name; they move with the decision."""


@dataclass(frozen=True, slots=True)
class NotCome:
    """What somebody did then and does not come to do under a policy, and why."""

    act: Act
    why: str


@dataclass(frozen=True)
class Replayed:
    simulated: Simulated
    not_come: tuple[NotCome, ...]


def replay(case: PastCase, known: PolicyFetched, outside: Outside, now: datetime) -> Replayed:
    """From the opening until the past case ended and all is done again, or nobody is left to be told who
    would do it; while the case is open, until now."""
    run = _Replay(case, outside)
    run.life.open(case.opening, known)
    while (due := run.next_at()) is not None and due <= run.until(now):
        run.jump(due)
    ended_at = run.life.now if run.life.is_over else run.until(now)
    return Replayed(run.life.result(run.played, ended_at), run.people.not_come())


class _Replay:
    def __init__(self, case: PastCase, outside: Outside) -> None:
        self.played: list[Played] = []
        self._case = case
        self.people = _People(case)
        self.life = Life(outside, case.at, self.people.hear)

    def until(self, now: datetime) -> datetime:
        """A case that has ended goes on while what comes later than it did may still come."""
        if self._case.ended_at is None or self._may_be_told:
            return now
        return max(self._case.ended_at, self.people.last)

    @property
    def _may_be_told(self) -> bool:
        """Whether somebody who answered then is still to be told, at a further level."""
        return self.people.wait_to_be_told and self.life.escalation.ladder.status is LadderStatus.CLIMBING

    def next_at(self) -> datetime | None:
        """When time or somebody brings about the next thing."""
        due, turn = self.life.next_due, self.people.next_at
        first = turn if due is None or (turn is not None and turn < due) else due
        return None if first is None else max(first, self.life.now)

    def jump(self, at: datetime) -> None:
        """To an instant: what time has brought about comes first, then what people do."""
        self.life.elapse(at)
        while (turn := self.people.next_at) is not None and turn <= at:
            self._do(*self.people.turn())

    def _do(self, act: Act, late: timedelta) -> None:
        if isinstance(act.does, Withdrawal):
            self.life.withdraw(act.does.by, act.does.reason)
            return
        self.played.append(self.life.decide(_moved(act.does, late)))
        if isinstance(act.does, Acknowledge):
            self.people.acknowledged_by[act.who] += 1


class _People:
    """Those who did something then. They hear what happens now, and what that calls for waits here for its
    time. They know nothing of the life, so that it is gone as soon as it is over, without the collector."""

    def __init__(self, case: PastCase) -> None:
        self.last = case.at
        """When the last of them acts, as far as it is planned."""
        self.acknowledged_by: Counter[str] = Counter()
        self._case = case
        self._acts = case.acts
        self._agenda: list[tuple[datetime, int, timedelta]] = []
        """When, which act, and how much later than it was."""
        self._answers: defaultdict[str, list[int]] = defaultdict(list)
        self._work: list[int] = []
        self._is_acknowledged = False
        for number, act in enumerate(case.acts):
            match act.timing:
                case OnItsOwn():
                    self._plan(number, case.at + act.after)
                case Work():
                    self._work.append(number)
                case Answer(who=who):
                    self._answers[who].append(number)

    @property
    def wait_to_be_told(self) -> bool:
        return any(self._answers.values())

    @property
    def next_at(self) -> datetime | None:
        return self._agenda[0][0] if self._agenda else None

    def turn(self) -> tuple[Act, timedelta]:
        """Whose turn is next, and how much later than it was."""
        _, number, late = heappop(self._agenda)
        return self._acts[number], late

    def not_come(self) -> tuple[NotCome, ...]:
        untold = {number: NOT_TOLD for numbers in self._answers.values() for number in numbers}
        unclaimed = dict.fromkeys(self._work, NOT_ACKNOWLEDGED)
        future = dict.fromkeys((number for _, number, _ in self._agenda), NOT_YET)
        found = sorted((untold | unclaimed | future).items())
        return tuple(NotCome(self._acts[number], why) for number, why in found)

    def hear(self, events: Sequence[AnyEvent]) -> None:
        for event in events:
            # By the very type, because there are many of them, and most concern nobody here.
            if type(event) is MessageDelivered:
                if event.recipient in self._answers:
                    self._told(event)
            elif type(event) is Acknowledged and not self._is_acknowledged:
                self._is_acknowledged = True
                self._in_hand(event.at)

    def _plan(self, number: int, at: datetime) -> None:
        late = at - self._case.at - self._acts[number].after
        heappush(self._agenda, (at, number, late))
        self.last = max(self.last, at)

    def _told(self, event: MessageDelivered) -> None:
        """They answer as long after this as they did after they were told then."""
        waiting = self._answers[event.recipient]
        for number in tuple(waiting):
            timing = self._acts[number].timing
            is_page = event.template is Template.LEVEL_PAGE
            if isinstance(timing, Answer) and self._waits(timing) and (is_page or not timing.to_a_page):
                waiting.remove(number)
                self._plan(number, event.at + timing.delay)

    def _waits(self, answer: Answer) -> bool:
        return answer.turn == self.acknowledged_by[answer.who]

    def _in_hand(self, at: datetime) -> None:
        """The work begins, and nobody has to be told any more to take part in it."""
        then = self._case.acknowledged_after
        late = NO_DELAY if then is None else max(NO_DELAY, at - self._case.at - then)
        for waiting in self._answers.values():
            for number in [one for one in waiting if not isinstance(self._acts[one].does, Acknowledge)]:
                waiting.remove(number)
                self._work.append(number)
        for number in self._work:
            self._plan(number, max(at, self._case.at + self._acts[number].after + late))
        self._work.clear()


def _moved(decision: AnyDecision, late: timedelta) -> AnyDecision:
    name = MOMENTS.get(type(decision)) if late else None
    moment = getattr(decision, name) if name else None
    return decision.but(**{name: moment + late}) if name and moment else decision
