"""Events of identification and review."""

from datetime import datetime
from typing import Any, Literal

from domain.escalation import DECISIONS_REMEMBERED, Escalation, Ladder, Refusal, Waiting
from domain.events.base import EventBase
from domain.policy import Policy
from domain.refusals import RefusalCode
from domain.report import Link, Report
from domain.vocabulary import ApprovalStatus, ClimbCause, LadderStatus, Priority, Relation, Severity, Stage
from domain.working_time import WorkingTime

_BEGUN_ANEW: dict[str, Any] = {
    "resolution": None,
    "rca": None,
    "estimate": None,
    "joined_into": None,
    "involved": 0,
    "inform_failed": False,
}
"""What an escalation that comes back no longer has, or has to do again."""


class Opened(EventBase):
    """The first event. It carries everything that the escalation starts with."""

    type: Literal["opened"] = "opened"
    id: str
    key: str
    report: Report
    policy: Policy
    working_time: dict[str, WorkingTime]
    severity: Severity
    priority: Priority
    team: str
    owner: str
    manager: str
    route: int | None = None
    """Which of the policy's routes led to the team, counted from 1."""
    routes_holding: tuple[int, ...] = ()
    """The routes whose condition holds."""
    in_doubt: tuple[str, ...] = ()
    """The routes that were left out because nobody could tell whether their condition holds, and why."""
    rules: int = 1

    def begin(self) -> Escalation:
        """The escalation after this event and before any other."""
        id_, print_ = self.decision_id, self.fingerprint
        ladder = Ladder(
            status=LadderStatus.STOPPED, level=1, planned=self.at, climb_at=None, cause=ClimbCause.OPENED
        )
        return Escalation(
            **{name: getattr(self, name) for name in ("id", "key", "report", "policy", "working_time")},
            **{name: getattr(self, name) for name in ("severity", "priority", "team", "owner", "manager")},
            seq=self.seq,
            opened_at=self.at,
            stage=Stage.REVIEW,
            ladder=ladder,
            customers=self.report.customers(),
            links=self.report.links,
            routes_holding=self.routes_holding,
            rules=self.rules,
            decided={id_: self.seq} if id_ else {},
            fingerprints={id_: print_} if id_ and print_ else {},
        )

    def change(self, escalation: Escalation) -> dict[str, Any]:
        raise ValueError("an escalation opens once; Opened must be the first event")

    def says(self) -> str:
        reason = self.report.reason.replace("_", " ")
        policy = f"policy {self.policy.name} {self.policy.version}"
        routed = f", route {self.route} to {self.team}" if self.route else ""
        doubt = "".join(f"; cannot tell about {one}" for one in self.in_doubt)
        said = f"{self.severity}, {self.priority}, {reason}, {policy}{routed}"
        return f"Opened: {self.report.subject} ({said}){doubt}"


class ReportJoined(EventBase):
    """The same trouble, reported again under the same key."""

    type: Literal["report_joined"] = "report_joined"
    report: Report
    joined_from: str | None = None
    """The escalation that was joined to this one, where it came that way."""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        joined = (Link(relation=Relation.RELATED, id=self.joined_from),) if self.joined_from else ()
        links = tuple(link for link in (*self.report.links, *joined) if link not in escalation.links)
        customers = {**self.report.customers(), **escalation.customers}
        return {
            "reports_joined": escalation.reports_joined + 1,
            "customers": customers,
            "links": escalation.links + links,
            "close_at": escalation.close_at if len(customers) == len(escalation.customers) else None,
        }

    def says(self) -> str:
        if self.joined_from:
            return f"{self.joined_from} is joined to this one: {self.report.subject}"
        return f"Reported again by {self.report.asked_by}: {self.report.subject}"


class Reopened(EventBase):
    """A report of the same key within the policy's window after closing."""

    type: Literal["reopened"] = "reopened"
    report: Report

    def change(self, escalation: Escalation) -> dict[str, Any]:
        approvals = escalation.approvals.items()
        return {
            "stage": Stage.REVIEW,
            "reopened": escalation.reopened + 1,
            "reopened_at": self.at,
            "customers": {**self.report.customers(), **escalation.customers},
            "approvals": {key: one for key, one in approvals if one.status is not ApprovalStatus.PENDING},
            "closed_at": None,
            "close_reason": None,
            **_BEGUN_ANEW,
        }

    def says(self) -> str:
        return f"Reopened by a report of {self.report.asked_by}: {self.report.subject}"


class InformationAsked(EventBase):
    type: Literal["information_asked"] = "information_asked"
    question: str
    promise: str

    def change(self, escalation: Escalation) -> dict[str, Any]:
        waiting = Waiting(since=self.at, question=self.question, promise=self.promise)
        return {
            "stage": Stage.IDENTIFY,
            "waiting": waiting,
            "responded_at": escalation.responded_at or self.at,
        }

    def says(self) -> str:
        return f"More information asked for: {self.question}"


class Accepted(EventBase):
    type: Literal["accepted"] = "accepted"
    reason: str

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"stage": Stage.COMMUNICATE, "waiting": None}

    def says(self) -> str:
        return f"Accepted: {self.reason}"


class Returned(EventBase):
    type: Literal["returned"] = "returned"
    reason: str
    guidance: str

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"responded_at": escalation.responded_at or self.at}

    def says(self) -> str:
        return f"Returned with guidance: {self.reason} Guidance: {self.guidance}"


class JoinAsked(EventBase):
    """The other escalation is being told; it may be closed by now."""

    type: Literal["join_asked"] = "join_asked"
    into: str
    reason: str

    def says(self) -> str:
        return f"To be joined to {self.into}: {self.reason}"


class ErrandUndone(EventBase):
    """Something asked of the outside world that could not be done."""

    type: Literal["errand_undone"] = "errand_undone"
    what: str
    why: str

    def says(self) -> str:
        return f"Could not be done: {self.what} ({self.why})"


class Joined(EventBase):
    type: Literal["joined"] = "joined"
    into: str
    reason: str

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"joined_into": self.into}

    def says(self) -> str:
        return f"Joined to {self.into}: {self.reason}"


class SeveritySet(EventBase):
    type: Literal["severity_set"] = "severity_set"
    severity: Severity
    priority: Priority
    reason: str

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"severity": self.severity, "priority": self.priority}

    def says(self) -> str:
        return f"Severity is now {self.severity} ({self.priority}): {self.reason}"


class DecisionRefused(EventBase):
    """A decision that came by signal, where nobody waited for the answer, and that the rules do not allow."""

    type: Literal["decision_refused"] = "decision_refused"
    decision: str
    """The decision's type."""
    code: RefusalCode
    why: str
    reused: str | None = None
    """The decision's id, where it is another decision's; this event is none of that one."""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        if self.fingerprint is not None and self.reused is not None:
            return {"reuses": (*escalation.reuses, self.fingerprint)[-DECISIONS_REMEMBERED:]}
        if self.decision_id is None:
            return {}
        remembered = {key: one for key, one in escalation.refused.items() if key in escalation.decided}
        return {"refused": {**remembered, self.decision_id: Refusal(code=self.code, why=self.why)}}

    def says(self) -> str:
        return f"Refused ({self.code.replace('_', ' ')}): {self.decision.replace('_', ' ')}. {self.why}"


class PolicyMoved(EventBase):
    type: Literal["policy_moved"] = "policy_moved"
    policy: Policy
    working_time: dict[str, WorkingTime]
    reason: str
    routes_holding: tuple[int, ...] = ()

    def change(self, escalation: Escalation) -> dict[str, Any]:
        ladder = escalation.ladder
        if ladder.level > len(self.policy.levels):
            ladder = ladder.but(level=len(self.policy.levels))
        if ladder.climb_at is not None:
            ladder = ladder.but(climb_at=ladder.planned + self.policy.level(ladder.level).wait)
        if self.policy.acknowledgement_expires is None:
            ladder = ladder.but(expires_at=None)
        return {
            "policy": self.policy,
            "working_time": self.working_time,
            "routes_holding": self.routes_holding,
            "ladder": ladder,
            "extending": False,
            "extend_again_at": None,
        }

    def says(self) -> str:
        return f"Moved to policy {self.policy.name} {self.policy.version}: {self.reason}"


class PolicyMoveAsked(EventBase):
    type: Literal["policy_move_asked"] = "policy_move_asked"
    policy: str
    version: str | None
    reason: str

    def says(self) -> str:
        return f"Move to policy {self.policy} {self.version or '(newest version)'} asked for: {self.reason}"


class PolicyMoveFailed(EventBase):
    type: Literal["policy_move_failed"] = "policy_move_failed"
    policy: str
    why: str

    def says(self) -> str:
        return f"The policy {self.policy} could not be read, the old one stays: {self.why}"


class WorkingTimeAsked(EventBase):
    """The known working windows near their end."""

    type: Literal["working_time_asked"] = "working_time_asked"
    until: datetime

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"extending": True}

    def says(self) -> str:
        return f"Working time until {self.until:%Y-%m-%d} is being resolved"


class WorkingTimeExtended(EventBase):
    """The working windows are known further into the future."""

    type: Literal["working_time_extended"] = "working_time_extended"
    working_time: dict[str, WorkingTime]
    until: datetime

    def change(self, escalation: Escalation) -> dict[str, Any]:
        known = {**escalation.working_time, **self.working_time}
        return {"working_time": known, "extending": False, "extend_again_at": None}

    def says(self) -> str:
        return f"Working time is known until {self.until:%Y-%m-%d}"


class WorkingTimeUnknown(EventBase):
    """Further working windows could not be resolved; clocks that need them wait."""

    type: Literal["working_time_unknown"] = "working_time_unknown"
    why: str
    again_at: datetime

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"extending": False, "extend_again_at": self.again_at}

    def says(self) -> str:
        return f"Working time could not be resolved further, tried again {self.again_at:%Y-%m-%d}: {self.why}"
