"""Events of the promise clocks. Each carries the promise as it is afterwards."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from domain.escalation import Promise
from domain.events.base import EventBase

if TYPE_CHECKING:
    from domain.escalation import Escalation


def named(promise: Promise) -> str:
    """How people call a promise: "next update", "approval refund-1"."""
    return promise.key.replace("_", " ").replace(":", " ")


def moment(at: datetime | None) -> str:
    return "none" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"


class PromiseEvent(EventBase):
    promise: Promise

    def change(self, escalation: "Escalation") -> dict[str, Any]:
        return {"promises": {**escalation.promises, self.promise.key: self.promise}}


class PromiseMade(PromiseEvent):
    type: Literal["promise_made"] = "promise_made"

    def says(self) -> str:
        return f"Promise made: {named(self.promise)}, due {moment(self.promise.due)}"


class PromiseAtRisk(PromiseEvent):
    type: Literal["promise_at_risk"] = "promise_at_risk"

    def says(self) -> str:
        return f"Promise at risk: {named(self.promise)}, due {moment(self.promise.due)}"


class PromiseBroken(PromiseEvent):
    type: Literal["promise_broken"] = "promise_broken"

    def change(self, escalation: "Escalation") -> dict[str, Any]:
        key = self.promise.key
        broken = escalation.broken if key in escalation.broken else (*escalation.broken, key)
        changes = {**super().change(escalation), "broken": broken}
        waiting, due = escalation.waiting, self.promise.broken_at
        if waiting is not None and due is not None and waiting.promise == key:
            # The customer is silent: the clocks run again, and whoever has it has to act.
            changes |= {"waiting": None, "ladder": escalation.acknowledged_anew(due)}
        return changes

    def says(self) -> str:
        return f"Promise broken: {named(self.promise)} was due {moment(self.promise.broken_at)}"


class PromiseKept(PromiseEvent):
    type: Literal["promise_kept"] = "promise_kept"

    def says(self) -> str:
        late = ", late" if self.promise.broken_at else ""
        return f"Promise kept{late}: {named(self.promise)}"


class PromiseDropped(PromiseEvent):
    type: Literal["promise_dropped"] = "promise_dropped"

    def says(self) -> str:
        return f"Promise no longer needed: {named(self.promise)}"


class PromisePaused(PromiseEvent):
    type: Literal["promise_paused"] = "promise_paused"

    def says(self) -> str:
        causes = ", ".join(cause.replace("_", " ") for cause in self.promise.paused_by)
        return f"Clock stopped: {named(self.promise)} ({causes})"


class PromiseResumed(PromiseEvent):
    type: Literal["promise_resumed"] = "promise_resumed"

    def says(self) -> str:
        return f"Clock runs again: {named(self.promise)}, due {moment(self.promise.due)}"


class PromiseReplanned(PromiseEvent):
    type: Literal["promise_replanned"] = "promise_replanned"

    def says(self) -> str:
        return f"Promise planned anew: {named(self.promise)}, due {moment(self.promise.due)}"
