"""A dry run: the very core that runs real cases, under a virtual clock that jumps to what is due next."""

from collections.abc import Callable, Iterator
from datetime import datetime

from domain.decisions import DECISION, AnyDecision
from domain.errands import PolicyFetched
from domain.opening import Opening
from domain.simulation.life import Life, Outside, Played, Simulated
from domain.simulation.players import Action, Players, people
from domain.simulation.script import Actor, Cue, Script
from domain.vocabulary import Role

__all__ = ["MOST_EVENTS", "MOST_TURNS", "Endless", "Outside", "Played", "Simulated", "TooLong", "simulate"]

MOST_TURNS = 500
"""More turns of people at one instant than any case has; a script that sets itself off has no end."""
MOST_EVENTS = 50_000
"""More than months of a real case have; a policy that counts in seconds would fill the memory by then."""


class Endless(Exception):
    """The script sets itself off again and again. The text says where."""


class TooLong(Exception):
    """More happens until the horizon than anybody reads. The text says until when it was looked ahead."""


def simulate(
    opening: Opening,
    known: PolicyFetched,
    script: Script,
    outside: Outside,
    at: datetime,
    until: datetime,
    *,
    most: int | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> Simulated:
    """Runs a case from `at` until it is closed and every message is through, or until the horizon.

    `most` events (else MOST_EVENTS), and as many decisions, are enough; `go_on` is asked at every step.
    Raises Endless, TooLong, and Refused when the opening itself is.
    """
    most = MOST_EVENTS if most is None else most
    run = _Run(script, outside, at)
    run.life.open(opening, known)
    while not run.life.is_over and (due := run.next_at()) is not None and due <= until:
        run.jump(due)
        by = f"{run.life.now:%Y-%m-%d %H:%M} UTC"
        if run.life.escalation.seq > most:
            raise TooLong(f"there are more than {most} events by {by}; look less far ahead")
        if len(run.played) > most:
            raise TooLong(f"there are more than {most} decisions by {by}; look less far ahead")
        if not go_on():
            raise TooLong(f"it has taken too long by {by}; look less far ahead")
    return run.life.result(run.played, run.life.now if run.life.is_over else until)


class _Run:
    def __init__(self, script: Script, outside: Outside, at: datetime) -> None:
        self.played: list[Played] = []
        self._players = Players(script)
        self._outside = outside
        self.life = Life(outside, at, self._players.hear)

    def next_at(self) -> datetime | None:
        """When time or somebody brings about the next thing."""
        dues = [at for at in (self.life.next_due, self._players.next_at) if at is not None]
        return max(min(dues), self.life.now) if dues else None

    def jump(self, at: datetime) -> None:
        """To an instant: what time has brought about comes first, then what people do."""
        self.life.elapse(at)
        before = len(self.played)
        while self._players.next_at is not None and self._players.next_at <= at:
            cue, action = self._players.turn()
            if len(self.played) - before >= MOST_TURNS:
                raise Endless(f"{cue.who} does {cue.does} when {cue.when}: that has no end; give it an until")
            self.played.extend(self._decisions(cue, action))

    def _decisions(self, cue: Cue, action: Action) -> Iterator[Played]:
        now = self.life.now
        acting = people(cue, action, self.life.escalation)
        if not acting:
            yield Played(now, str(cue.who), cue.does, refused="there is nobody to do it")
        for number, person in enumerate(acting):
            role = cue.role or self._role(cue, person)
            if role is None:
                yield Played(now, person, cue.does, refused=f"there is no person {person!r}")
                continue
            yield self.life.decide(_decision(cue, f"sim-{action.number}-{number}", person, role, now))

    def _role(self, cue: Cue, person: str) -> Role | None:
        match cue.who.actor:
            case Actor.CUSTOMER:
                return Role.REPORTER
            case Actor.SERVICE:
                return Role.SERVICE
            case _:
                return self._outside.role(person)


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
