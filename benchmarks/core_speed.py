"""Core speed: the decisions and due times of the straight life, over and over, in this one process."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

from benchmarks import straight_life
from benchmarks.figures import Figure, Run, judged
from domain.agenda import next_item
from domain.core import decide, elapse, open_escalation, report
from domain.errands import (
    AnyAnswer,
    AnyErrand,
    FindPeople,
    NoticesSent,
    PeopleFound,
    PolicyFetched,
    SendNotices,
)
from domain.escalation import Escalation
from domain.events import AnyEvent
from domain.notices import Delivery
from domain.rulebook import NEWEST
from domain.turn import Outcome
from domain.vocabulary import ChannelKind

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
AIM = 20_000

Step = Callable[[], Outcome]


class Play:
    """Plays the straight life in memory and keeps each decide and elapse, to be done again and again."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.events: list[AnyEvent] = []
        known = PolicyFetched(key="open", policy=straight_life.policy(), working_time={}, rules=NEWEST)
        self._take(open_escalation(straight_life.opening("core", START), known, START), START)
        for number, step in enumerate(straight_life.DECISIONS):
            now = START + step.after
            self._elapse_until(now)
            decision, before = straight_life.decision(step, number), self._state
            self._do(lambda d=decision, e=before, at=now: decide(e, d, at), now)  # type: ignore[misc]
        self._elapse_until(START + straight_life.LENGTH + timedelta(minutes=1))

    _state: Escalation

    def _elapse_until(self, end: datetime) -> None:
        while (item := next_item(self._state)) is not None and item.at <= end:
            at, before = item.at, self._state
            self._do(lambda e=before, now=at: elapse(e, now), at)  # type: ignore[misc]

    def _do(self, step: Step, now: datetime) -> None:
        self.steps.append(step)
        self._take(step(), now)

    def _take(self, outcome: Outcome, now: datetime) -> None:
        waiting = deque([outcome])
        while waiting:
            outcome = waiting.popleft()
            self._state = outcome.escalation
            self.events.extend(outcome.events)
            for errand in outcome.errands:
                waiting.append(report(self._state, errand, _answer(errand), now))
                self._state = waiting[-1].escalation


def _answer(errand: AnyErrand) -> AnyAnswer:
    match errand:
        case FindPeople():
            return PeopleFound(key=errand.key, people=tuple(target.id for target in errand.targets))
        case SendNotices():
            through = tuple(
                Delivery(key=notice.key, delivered=True, channel=ChannelKind.CONSOLE)
                for notice in errand.notices
            )
            return NoticesSent(key=errand.key, deliveries=through)
        case _:
            raise TypeError(f"the straight life asks for no {errand.type}")


async def measure(run: Run) -> Figure:
    play = Play()
    counted = straight_life.counts(play.events)
    if counted != straight_life.COUNTS:
        raise AssertionError(f"the life is not the straight one: {counted}")
    rounds = []
    for _ in range(run.size(7, 3)):
        done, start = 0, perf_counter()
        while perf_counter() - start < 1:
            for step in play.steps:
                step()
            done += len(play.steps)
        rounds.append(done / (perf_counter() - start))
        run.say(f"{rounds[-1]:,.0f} steps/s")
    middle = median(rounds)
    return Figure(
        name="core speed",
        how=f"the {len(play.steps)} decide and elapse steps of the straight life, again and again",
        measured=f"{middle:,.0f} steps/s ({min(rounds):,.0f} to {max(rounds):,.0f})",
        aim=f"≥ {AIM:,} steps/s",
        verdict=judged(is_met=middle >= AIM),
        explained={"steps_per_second": middle, "rounds": rounds, "steps_in_a_life": len(play.steps)},
    )
