"""Events of resolution, confirmation and the end."""

from datetime import datetime
from typing import Any, Literal

from domain.escalation import Escalation, Resolution
from domain.events.base import EventBase
from domain.vocabulary import CloseReason, LadderStatus, Stage


class ResolutionDeclared(EventBase):
    type: Literal["resolution_declared"] = "resolution_declared"
    what_was_done: str

    def change(self, escalation: Escalation) -> dict[str, Any]:
        resolution = Resolution(what_was_done=self.what_was_done, declared_by=self.by, declared_at=self.at)
        stopped = escalation.ladder.but(
            status=LadderStatus.STOPPED, climb_at=None, expires_at=None, snoozed_until=None
        )
        return {"stage": Stage.RESOLVE, "resolution": resolution, "waiting": None, "ladder": stopped}

    def says(self) -> str:
        return f"Resolution declared: {self.what_was_done}"


class CustomerVerified(EventBase):
    type: Literal["customer_verified"] = "customer_verified"
    customer: str
    text: str = ""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        resolution = escalation.resolution
        return {"resolution": resolution and resolution.but(verified=(*resolution.verified, self.customer))}

    def says(self) -> str:
        return f"Verified with {self.customer}{': ' if self.text else ''}{self.text}"


class Confirmed(EventBase):
    """The customer confirmed, or the policy takes silence for it."""

    type: Literal["confirmed"] = "confirmed"
    text: str = ""
    by_silence: bool = False
    rca_owed: bool
    close_at: datetime | None
    """When it closes by itself, if nothing is owed any more."""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        resolution = escalation.resolution
        return {
            "resolution": resolution and resolution.but(confirmed_at=self.at, confirmed_by=self.by),
            "stage": Stage.RCA if self.rca_owed else Stage.RESOLVE,
            "close_at": self.close_at,
        }

    def says(self) -> str:
        if self.by_silence:
            return "No answer from the customer; the policy takes it as confirmed"
        return f"The customer confirms{': ' if self.text else ''}{self.text}"


class ResolutionRejected(EventBase):
    type: Literal["resolution_rejected"] = "resolution_rejected"
    reason: str
    by_silence: bool = False

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {
            "stage": Stage.ESCALATE,
            "resolution": None,
            "close_at": None,
            "resolutions_rejected": escalation.resolutions_rejected + 1,
        }

    def says(self) -> str:
        if self.by_silence:
            return "No answer from the customer; the policy takes it as not resolved"
        return f"The customer rejects the resolution: {self.reason}"


class Rated(EventBase):
    type: Literal["rated"] = "rated"
    score: int
    text: str = ""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"scores": (*escalation.scores, self.score)}

    def says(self) -> str:
        return f"Satisfaction {self.score} of 5{': ' if self.text else ''}{self.text}"


class FollowUpRaised(EventBase):
    """A bad score comes back to the owner."""

    type: Literal["follow_up_raised"] = "follow_up_raised"
    score: int

    def says(self) -> str:
        return f"The score of {self.score} calls for a follow-up by the owner"


class ClosingPlanned(EventBase):
    """Nothing is owed any more."""

    type: Literal["closing_planned"] = "closing_planned"
    close_at: datetime

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"close_at": self.close_at}

    def says(self) -> str:
        return f"Nothing is owed any more; closes {self.close_at:%Y-%m-%d %H:%M:%S} UTC"


class CancelDecided(EventBase):
    type: Literal["cancel_decided"] = "cancel_decided"
    reason: str

    def says(self) -> str:
        return f"Cancelled: {self.reason}"


class Closed(EventBase):
    type: Literal["closed"] = "closed"
    reason: CloseReason
    owner: str
    text: str = ""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        stopped = escalation.ladder.but(
            status=LadderStatus.STOPPED, climb_at=None, expires_at=None, snoozed_until=None
        )
        return {
            "stage": Stage.CLOSED,
            "close_reason": self.reason,
            "closed_at": self.at,
            "close_at": None,
            "waiting": None,
            "ladder": stopped,
            # Answers are no longer heard, so nothing may wait for them.
            "informing": (),
            "extending": False,
        }

    def says(self) -> str:
        text = f": {self.text}" if self.text else ""
        return f"Closed ({self.reason.replace('_', ' ')}), owner {self.owner}{text}"
