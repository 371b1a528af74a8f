"""The people of a simulation: they hear what happens and say what they decide, and when."""

from collections.abc import Iterable
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import count
from typing import NamedTuple, assert_never

from domain.escalation import Escalation
from domain.events import AnyEvent
from domain.events.promises import PromiseEvent
from domain.simulation.script import Actor, Cue, Script


class Action(NamedTuple):
    """Somebody's turn. Sorts by time, then by when it was set off."""

    at: datetime
    number: int
    cue: int
    told: tuple[str, ...]
    """Whom the event named that set it off."""


class Players:
    """Each cue counts the events that set it off; what they set off waits here for its time."""

    def __init__(self, script: Script) -> None:
        self._cues = script.cues
        self._heard: dict[str, list[int]] = {}
        for number, cue in enumerate(script.cues):
            self._heard.setdefault(cue.when, []).append(number)
        self._ends = {cue.until for cue in script.cues}
        self._seen = [0] * len(script.cues)
        self._actions: list[Action] = []
        self._numbers = count(1)

    @property
    def next_at(self) -> datetime | None:
        return self._actions[0].at if self._actions else None

    def hear(self, events: Iterable[AnyEvent]) -> None:
        for event in events:
            if event.type in self._ends:
                self._drop(event)
            for number in self._heard.get(event.type, ()):
                cue = self._cues[number]
                if _sets_off(cue, event):
                    self._seen[number] += 1
                    if cue.nth in (None, self._seen[number]):
                        self._plan(event.at, number, tuple(getattr(event, "people", ())))

    def turn(self) -> tuple[Cue, Action]:
        """Whose turn is next; a cue that repeats is planned again at once."""
        action = heappop(self._actions)
        cue = self._cues[action.cue]
        if cue.every is not None:
            heappush(self._actions, action._replace(at=action.at + cue.every, number=next(self._numbers)))
        return cue, action

    def _plan(self, at: datetime, cue: int, told: tuple[str, ...]) -> None:
        heappush(self._actions, Action(at + self._cues[cue].after, next(self._numbers), cue, told))

    def _drop(self, event: AnyEvent) -> None:
        kept = [one for one in self._actions if self._cues[one.cue].until != event.type]
        if len(kept) < len(self._actions):
            self._actions = kept
            heapify(self._actions)


def people(cue: Cue, action: Action, escalation: Escalation) -> tuple[str, ...]:
    """The ids of those who act; empty where there is nobody of that kind."""
    told = action.told or escalation.ladder.told
    match cue.who.actor:
        case Actor.TOLD:
            return told[:1]
        case Actor.EVERYBODY_TOLD:
            return told
        case Actor.OWNER:
            return (escalation.owner,)
        case Actor.MANAGER:
            return (escalation.manager,)
        case Actor.CUSTOMER:
            customer = escalation.report.customer
            return (customer.id if customer else escalation.report.asked_by,)
        case Actor.PERSON | Actor.SERVICE:
            return (cue.who.id,)
        case other:
            assert_never(other)


def _sets_off(cue: Cue, event: AnyEvent) -> bool:
    """Whether it does, being of the type that is waited for."""
    if cue.level is not None and getattr(event, "level", None) != cue.level:
        return False
    return cue.promise is None or (isinstance(event, PromiseEvent) and event.promise.kind is cue.promise)
