"""Decisions about who has it: owners, teams, levels, approvals, the task force."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.decisions.base import DecisionBase
from domain.text import Identifier, Instant, Line, Text, Words


class AssignOwner(DecisionBase):
    type: Literal["assign_owner"] = "assign_owner"
    owner: Identifier
    reason: Text = ""


class HandOver(DecisionBase):
    """Functional escalation: to the team with the right skill."""

    type: Literal["hand_over"] = "hand_over"
    team: Identifier | None = None
    """Left out, the team that has the skill; whoever takes the decision in looks it up."""
    skill: Identifier | None = None
    reason: Words

    @model_validator(mode="after")
    def _to_somebody(self) -> Self:
        if self.team is None and self.skill is None:
            raise ValueError("neither a team nor a skill is given; say which team, or what it has to know")
        return self


class Climb(DecisionBase):
    """Hierarchical escalation: to the next level, now."""

    type: Literal["climb"] = "climb"
    reason: Words


class DeEscalate(DecisionBase):
    """Back down one level, with guidance."""

    type: Literal["de_escalate"] = "de_escalate"
    guidance: Words


class Snooze(DecisionBase):
    """No climbing until then."""

    type: Literal["snooze"] = "snooze"
    until: Instant
    reason: Words


class RequestApproval(DecisionBase):
    """Asks for a decision beyond the owner's authority."""

    type: Literal["request_approval"] = "request_approval"
    approval: Identifier
    """An id for this request, new in this escalation."""
    kind: Identifier
    amount: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0
    text: Words


class Approve(DecisionBase):
    type: Literal["approve"] = "approve"
    approval: Identifier
    comment: Text = ""


class Refuse(DecisionBase):
    type: Literal["refuse"] = "refuse"
    approval: Identifier
    comment: Words


class DeployTaskForce(DecisionBase):
    type: Literal["deploy_task_force"] = "deploy_task_force"
    roles: Annotated[dict[Line, Identifier], Field(min_length=1, max_length=20)]
    """Role in the task force to person id."""


class StandDown(DecisionBase):
    type: Literal["stand_down"] = "stand_down"
    reason: Text = ""


class MovePolicy(DecisionBase):
    """Runs under another policy or version from now on; promises are planned anew from the original start."""

    type: Literal["move_policy"] = "move_policy"
    policy: Identifier
    version: str | None = None
    """None: the newest."""
    reason: Words


class Cancel(DecisionBase):
    """It should never have been, or it is no longer wanted."""

    type: Literal["cancel"] = "cancel"
    reason: Words
