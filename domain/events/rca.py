"""Events of the root cause analysis and of preventive actions."""

from typing import Any, Literal

from domain.escalation import Escalation, PreventiveAction, Rca
from domain.events.base import EventBase, listed
from domain.vocabulary import RcaStatus, Stage


class RcaRequested(EventBase):
    type: Literal["rca_requested"] = "rca_requested"
    reason: str

    def change(self, escalation: Escalation) -> dict[str, Any]:
        resolution = escalation.resolution
        confirmed = resolution is not None and resolution.confirmed_at is not None
        stage = Stage.RCA if confirmed else escalation.stage
        return {"rca": Rca(), "close_at": None, "stage": stage}

    def says(self) -> str:
        return f"Root cause analysis asked for: {self.reason}"


class RcaWriterTold(EventBase):
    type: Literal["rca_writer_told"] = "rca_writer_told"
    people: tuple[str, ...]

    def change(self, escalation: Escalation) -> dict[str, Any]:
        rca = escalation.rca or Rca()
        return {"rca": rca.but(writer=self.people[0] if self.people else None)}

    def says(self) -> str:
        return f"The root cause analysis is with {listed(self.people)}"


class RcaSubmitted(EventBase):
    type: Literal["rca_submitted"] = "rca_submitted"
    root_cause: str
    customer_version: str = ""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        rca = escalation.rca or Rca()
        return {
            "rca": rca.but(
                status=RcaStatus.SUBMITTED,
                writer=self.by,
                root_cause=self.root_cause,
                customer_version=self.customer_version,
            )
        }

    def says(self) -> str:
        return f"Root cause analysis submitted: {self.root_cause}"


class RcaReviewersTold(EventBase):
    type: Literal["rca_reviewers_told"] = "rca_reviewers_told"
    people: tuple[str, ...]

    def says(self) -> str:
        return f"The root cause analysis is up for review by {listed(self.people)}"


class RcaReturned(EventBase):
    type: Literal["rca_returned"] = "rca_returned"
    reason: str

    def change(self, escalation: Escalation) -> dict[str, Any]:
        rca = escalation.rca or Rca()
        return {"rca": rca.but(status=RcaStatus.RETURNED, returned_because=self.reason)}

    def says(self) -> str:
        return f"Root cause analysis returned: {self.reason}"


class RcaApproved(EventBase):
    type: Literal["rca_approved"] = "rca_approved"
    comment: str = ""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        rca = escalation.rca or Rca()
        return {"rca": rca.but(status=RcaStatus.APPROVED)}

    def says(self) -> str:
        return f"Root cause analysis approved{': ' if self.comment else ''}{self.comment}"


class RcaShared(EventBase):
    type: Literal["rca_shared"] = "rca_shared"
    customers: tuple[str, ...]

    def change(self, escalation: Escalation) -> dict[str, Any]:
        rca = escalation.rca or Rca()
        return {"rca": rca.but(status=RcaStatus.SHARED)}

    def says(self) -> str:
        return f"Root cause analysis sent to {listed(self.customers)}"


class PreventiveActionAdded(EventBase):
    type: Literal["preventive_action_added"] = "preventive_action_added"
    action: PreventiveAction

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {
            "preventive_actions": {**escalation.preventive_actions, self.action.id: self.action},
            "close_at": None,
        }

    def says(self) -> str:
        one = self.action
        return f"Preventive action {one.id} for {one.owner}, due {one.due:%Y-%m-%d %H:%M:%S} UTC: {one.text}"


class PreventiveActionCompleted(EventBase):
    type: Literal["preventive_action_completed"] = "preventive_action_completed"
    action: str
    text: str = ""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        done = escalation.preventive_actions[self.action].but(done_at=self.at)
        return {"preventive_actions": {**escalation.preventive_actions, done.id: done}}

    def says(self) -> str:
        return f"Preventive action {self.action} done{': ' if self.text else ''}{self.text}"
