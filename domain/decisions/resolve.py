"""Decisions on the way to the solution and its confirmation."""

from typing import Annotated, Literal

from pydantic import Field

from domain.decisions.base import DecisionBase
from domain.text import Identifier, Instant, Text, Words


class AddPlanStep(DecisionBase):
    type: Literal["add_plan_step"] = "add_plan_step"
    step: Identifier
    text: Words
    owner: Identifier
    due: Instant | None = None


class RevisePlanStep(DecisionBase):
    """Fields left out stay as they are."""

    type: Literal["revise_plan_step"] = "revise_plan_step"
    step: Identifier
    text: Words | None = None
    owner: Identifier | None = None
    due: Instant | None = None
    reason: Words


class CompletePlanStep(DecisionBase):
    type: Literal["complete_plan_step"] = "complete_plan_step"
    step: Identifier
    text: Text = ""


class DeclareResolved(DecisionBase):
    type: Literal["declare_resolved"] = "declare_resolved"
    what_was_done: Words


class VerifyCustomer(DecisionBase):
    """It was checked with an affected customer that the service works again."""

    type: Literal["verify_customer"] = "verify_customer"
    customer: Identifier
    text: Text = ""


class Confirm(DecisionBase):
    """The customer says: solved."""

    type: Literal["confirm"] = "confirm"
    text: Text = ""


class RejectResolution(DecisionBase):
    """The customer says: not solved."""

    type: Literal["reject_resolution"] = "reject_resolution"
    reason: Words


class Rate(DecisionBase):
    """The customer's satisfaction, 1 (bad) to 5."""

    type: Literal["rate"] = "rate"
    score: Annotated[int, Field(ge=1, le=5)]
    text: Text = ""


class Close(DecisionBase):
    type: Literal["close"] = "close"
    reason: Words
