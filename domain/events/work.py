"""Events of the work on a solution: plan, approvals, task force, more parties."""

from typing import Any, Literal

from domain.escalation import Approval, Escalation, PlanStep, TaskForce
from domain.events.base import EventBase, listed
from domain.vocabulary import ApprovalStatus


class PlanStepAdded(EventBase):
    type: Literal["plan_step_added"] = "plan_step_added"
    step: PlanStep

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"plan": (*escalation.plan, self.step)}

    def says(self) -> str:
        due = f", due {self.step.due:%Y-%m-%d %H:%M:%S} UTC" if self.step.due else ""
        return f"Plan step {self.step.id} for {self.step.owner}{due}: {self.step.text}"


class PlanStepRevised(EventBase):
    type: Literal["plan_step_revised"] = "plan_step_revised"
    step: PlanStep
    reason: str

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"plan": tuple(self.step if old.id == self.step.id else old for old in escalation.plan)}

    def says(self) -> str:
        return f"Plan step {self.step.id} revised ({self.reason}): {self.step.text}, {self.step.owner}"


class PlanStepCompleted(EventBase):
    type: Literal["plan_step_completed"] = "plan_step_completed"
    step: str
    text: str = ""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        done = tuple(
            old.but(done_at=self.at, done_by=self.by) if old.id == self.step else old
            for old in escalation.plan
        )
        return {"plan": done}

    def says(self) -> str:
        return f"Plan step {self.step} done{': ' if self.text else ''}{self.text}"


class ApprovalRequested(EventBase):
    type: Literal["approval_requested"] = "approval_requested"
    approval: Approval

    def change(self, escalation: Escalation) -> dict[str, Any]:
        approvals = {**escalation.approvals, self.approval.id: self.approval}
        return {"approvals": approvals, "close_at": None}

    def says(self) -> str:
        one = self.approval
        return f"Approval {one.id} asked of {one.approver}: {one.kind}, {one.amount:g}. {one.text}"


class ApproverTold(EventBase):
    type: Literal["approver_told"] = "approver_told"
    approval: str
    people: tuple[str, ...]

    def change(self, escalation: Escalation) -> dict[str, Any]:
        one = escalation.approvals[self.approval]
        return {"approvals": {**escalation.approvals, one.id: one.but(asked=one.asked + self.people)}}

    def says(self) -> str:
        return f"Approval {self.approval} is with {listed(self.people)}"


class StandInAsked(EventBase):
    """The approver let the deadline pass."""

    type: Literal["stand_in_asked"] = "stand_in_asked"
    approval: str

    def change(self, escalation: Escalation) -> dict[str, Any]:
        one = escalation.approvals[self.approval]
        return {"approvals": {**escalation.approvals, one.id: one.but(stand_in_asked=True)}}

    def says(self) -> str:
        return f"Approval {self.approval} goes to the stand-in"


class ApprovalDecided(EventBase):
    type: Literal["approval_decided"] = "approval_decided"
    approval: str
    status: ApprovalStatus
    comment: str = ""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        one = escalation.approvals[self.approval]
        decided = one.but(status=self.status, decided_by=self.by, comment=self.comment)
        return {"approvals": {**escalation.approvals, one.id: decided}}

    def says(self) -> str:
        return f"Approval {self.approval} is {self.status}{': ' if self.comment else ''}{self.comment}"


class TaskForceDeployed(EventBase):
    type: Literal["task_force_deployed"] = "task_force_deployed"
    roles: dict[str, str]

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"task_force": TaskForce(roles=self.roles, deployed_at=self.at)}

    def says(self) -> str:
        return "Task force: " + ", ".join(f"{role} {person}" for role, person in self.roles.items())


class TaskForceStoodDown(EventBase):
    type: Literal["task_force_stood_down"] = "task_force_stood_down"
    reason: str = ""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        force = escalation.task_force
        return {"task_force": force.but(stood_down_at=self.at) if force else None}

    def says(self) -> str:
        return f"Task force stood down{': ' if self.reason else ''}{self.reason}"


class MorePartiesDue(EventBase):
    """No solution in the set time; more parties are brought in."""

    type: Literal["more_parties_due"] = "more_parties_due"
    targets: tuple[str, ...]
    by_rule: bool = True
    """False when a broken promise asked for it out of turn."""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"involved": escalation.involved + 1}

    def says(self) -> str:
        return f"More parties are brought in: {listed(self.targets)}"


class PartiesInvolved(EventBase):
    type: Literal["parties_involved"] = "parties_involved"
    people: tuple[str, ...]

    def change(self, escalation: Escalation) -> dict[str, Any]:
        new = tuple(person for person in self.people if person not in escalation.parties)
        return {"parties": escalation.parties + new}

    def says(self) -> str:
        return f"Brought in: {listed(self.people)}"
