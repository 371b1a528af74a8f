"""Events of climbing: levels, acknowledgements, owners."""

from datetime import datetime
from typing import Any, Literal

from domain.escalation import Escalation, Ladder
from domain.events.base import EventBase, listed, shortened
from domain.vocabulary import ClimbCause, LadderStatus


class LevelReached(EventBase):
    type: Literal["level_reached"] = "level_reached"
    level: int
    name: str
    round: int
    cause: ClimbCause
    climb_at: datetime
    """When the next level follows, unless somebody acknowledges."""
    reason: str = ""
    page_again_at: datetime | None = None
    condition: str = ""
    """What has to hold as well, in CEL; asked while its people are looked up."""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        ladder = Ladder(
            status=LadderStatus.CLIMBING,
            level=self.level,
            round=self.round,
            episode=escalation.ladder.episode + 1,
            planned=self.planned or self.at,
            climb_at=self.climb_at,
            cause=self.cause,
            reason=self.reason,
            page_again_at=self.page_again_at,
            empty_from=self._empty_from(escalation.ladder),
        )
        return {"ladder": ladder}

    def _empty_from(self, before: Ladder) -> int | None:
        at_once = self.cause is ClimbCause.NOBODY_ON_CALL and self.planned == before.planned
        if not at_once or self.round != before.round:
            return None
        # Whoever was handed it is not whom the level means.
        was_asked = before.cause is not ClimbCause.HANDED_OVER
        return before.empty_from or (before.level if was_asked else self.level)

    def says(self) -> str:
        why = f"{self.cause.replace('_', ' ')}{': ' if self.reason else ''}{self.reason}"
        again = f", round {self.round + 1}" if self.round else ""
        condition = f" if {shortened(self.condition)}" if self.condition else ""
        return f"Level {self.level} ({self.name}){again} is up{condition}: {why}"


class LevelPassedOver(EventBase):
    """A level whose condition did not hold when it was its turn; the next one follows at once."""

    type: Literal["level_passed_over"] = "level_passed_over"
    level: int
    name: str
    why: str

    def says(self) -> str:
        return f"Level {self.level} ({self.name}) does not apply: {self.why}"


class LevelNotified(EventBase):
    type: Literal["level_notified"] = "level_notified"
    level: int
    people: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    """Targets of the policy that no longer exist."""
    again: bool = False
    """Not the first round of this level."""
    in_doubt: str = ""
    """The level's condition and its fault, where nobody could tell whether it holds."""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        ladder = escalation.ladder
        before = ladder.told if self.again else ()
        told = tuple(dict.fromkeys((*before, *self.people)))
        return {"ladder": ladder.but(told=told), "responders": escalation.with_responders(self.people)}

    def says(self) -> str:
        gone = f"; no longer there: {listed(self.unknown)}" if self.unknown else ""
        again = " again" if self.again else ""
        doubt = f"; cannot tell whether {self.in_doubt}" if self.in_doubt else ""
        return f"Level {self.level} is told{again}: {listed(self.people)}{gone}{doubt}"


class LevelPagedAgain(EventBase):
    """A further paging round within a level; who is told follows when they are found."""

    type: Literal["level_paged_again"] = "level_paged_again"
    level: int
    round: int
    """Counted from 1; the first one came with the level."""
    page_again_at: datetime | None

    def change(self, escalation: Escalation) -> dict[str, Any]:
        again = escalation.ladder.paged_again + 1
        return {"ladder": escalation.ladder.but(paged_again=again, page_again_at=self.page_again_at)}

    def says(self) -> str:
        return f"Nobody has stopped the climb at level {self.level}; round {self.round} of telling begins"


class LevelLeft(EventBase):
    """People who were told, but are no longer among those whom the level means: they are not waited for."""

    type: Literal["level_left"] = "level_left"
    level: int
    people: tuple[str, ...]
    stops: bool = False
    """Whether climbing stops with it: the level asks for all, and all who are left have acknowledged."""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        ladder = escalation.ladder
        told = tuple(person for person in ladder.told if person not in self.people)
        if not self.stops:
            return {"ladder": ladder.but(told=told)}
        expires = escalation.policy.acknowledgement_expires
        stopped = ladder.but(
            told=told,
            status=LadderStatus.ACKNOWLEDGED,
            climb_at=None,
            expires_at=None if expires is None else self.at + expires,
        )
        return {"ladder": stopped}

    def says(self) -> str:
        rest = "; everybody who is left has acknowledged" if self.stops else ""
        return f"No longer at level {self.level}: {listed(self.people)}{rest}"


class EarlierLevelNotified(EventBase):
    """The people of a level that was already passed when they were found."""

    type: Literal["earlier_level_notified"] = "earlier_level_notified"
    level: int
    people: tuple[str, ...]
    in_doubt: str = ""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"responders": escalation.with_responders(self.people)}

    def says(self) -> str:
        doubt = f"; cannot tell whether {self.in_doubt}" if self.in_doubt else ""
        return f"Level {self.level} is told after the next one was up: {listed(self.people)}{doubt}"


class NobodyOnCall(EventBase):
    type: Literal["nobody_on_call"] = "nobody_on_call"
    level: int
    targets: tuple[str, ...]

    def says(self) -> str:
        return f"Nobody to tell at level {self.level}: {listed(self.targets)}"


class LevelUnreached(EventBase):
    """No message of the level got through; climbing goes on as planned, and they are tried again."""

    type: Literal["level_unreached"] = "level_unreached"
    level: int
    people: tuple[str, ...]

    def says(self) -> str:
        return f"Level {self.level} could not be reached: {listed(self.people)}; they are tried again"


class Acknowledged(EventBase):
    type: Literal["acknowledged"] = "acknowledged"
    level: int
    text: str = ""
    stops: bool
    """Whether climbing stops with it; a level may ask for all."""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        ladder = escalation.ladder
        by = (
            ladder.acknowledged_by
            if self.by in ladder.acknowledged_by
            else (*ladder.acknowledged_by, self.by)
        )
        if not self.stops:
            return {"ladder": ladder.but(acknowledged_by=by)}
        stopped = ladder.but(acknowledged_by=by, status=LadderStatus.ACKNOWLEDGED, climb_at=None)
        return {"ladder": stopped}

    def says(self) -> str:
        rest = "" if self.stops else " (the level asks for all of them)"
        return f"Acknowledged at level {self.level}{rest}{': ' if self.text else ''}{self.text}"


class AcknowledgementExpired(EventBase):
    type: Literal["acknowledgement_expired"] = "acknowledgement_expired"
    acknowledged_by: tuple[str, ...]

    def change(self, escalation: Escalation) -> dict[str, Any]:
        ladder = escalation.ladder
        # Whoever went silent keeps it only until somebody else takes it.
        is_silent = escalation.owner in self.acknowledged_by
        return {
            "ladder": ladder.but(status=LadderStatus.CLIMBING, acknowledged_by=(), expires_at=None),
            "owner_by_policy": escalation.owner_by_policy or is_silent,
        }

    def says(self) -> str:
        return (
            f"The acknowledgement of {listed(self.acknowledged_by)} no longer counts: nothing was heard since"
        )


class LastResortReached(EventBase):
    type: Literal["last_resort_reached"] = "last_resort_reached"
    targets: tuple[str, ...]
    nobody: bool = False
    """Nobody is on any level, so that it is not climbed again, though repeats are left."""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        ladder = escalation.ladder
        return {
            "ladder": ladder.but(
                status=LadderStatus.LAST_RESORT,
                climb_at=None,
                episode=ladder.episode + 1,
                told=(),
                acknowledged_by=(),
                expires_at=None,
                planned=self.planned or self.at,
            )
        }

    def says(self) -> str:
        ended = "Nobody can be told on any level" if self.nobody else "The ladder has ended"
        return f"{ended}, the last resort is told: {listed(self.targets)}"


class LastResortTold(EventBase):
    type: Literal["last_resort_told"] = "last_resort_told"
    people: tuple[str, ...]

    def change(self, escalation: Escalation) -> dict[str, Any]:
        ladder = escalation.ladder.but(told=self.people)
        return {"ladder": ladder, "responders": escalation.with_responders(self.people)}

    def says(self) -> str:
        return f"The last resort has it: {listed(self.people)}"


class OwnerAssigned(EventBase):
    type: Literal["owner_assigned"] = "owner_assigned"
    owner: str
    reason: str = ""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"owner": self.owner, "owner_by_policy": False}

    def says(self) -> str:
        return f"Owner is now {self.owner}{': ' if self.reason else ''}{self.reason}"


class HandedOver(EventBase):
    type: Literal["handed_over"] = "handed_over"
    team: str
    reason: str
    skill: str = ""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"team": self.team, "owner_by_policy": True}

    def says(self) -> str:
        skilled = f" for {self.skill}" if self.skill else ""
        return f"Handed over to {self.team}{skilled}: {self.reason}"


class ClimbDecided(EventBase):
    type: Literal["climb_decided"] = "climb_decided"
    reason: str

    def says(self) -> str:
        return f"Escalated to the next level: {self.reason}"


class DeEscalated(EventBase):
    type: Literal["de_escalated"] = "de_escalated"
    guidance: str

    def says(self) -> str:
        return f"Handed back down. Guidance: {self.guidance}"


class Snoozed(EventBase):
    type: Literal["snoozed"] = "snoozed"
    until: datetime
    reason: str

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"ladder": escalation.ladder.but(snoozed_until=self.until)}

    def says(self) -> str:
        return f"No climbing until {self.until:%Y-%m-%d %H:%M:%S} UTC: {self.reason}"


class SnoozeEnded(EventBase):
    type: Literal["snooze_ended"] = "snooze_ended"

    def change(self, escalation: Escalation) -> dict[str, Any]:
        ladder, ended = escalation.ladder, self.planned or self.at
        return {
            "ladder": ladder.but(
                snoozed_until=None,
                climb_at=ladder.climb_at and max(ladder.climb_at, ended),
                expires_at=ladder.expires_at and max(ladder.expires_at, ended),
                page_again_at=ladder.page_again_at and max(ladder.page_again_at, ended),
            )
        }

    def says(self) -> str:
        return "The snooze is over"
