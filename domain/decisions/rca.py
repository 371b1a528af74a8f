"""Decisions of the root cause analysis and what follows from it."""

from typing import Literal

from domain.decisions.base import DecisionBase
from domain.text import Identifier, Instant, Text, Words


class RequestRca(DecisionBase):
    type: Literal["request_rca"] = "request_rca"
    reason: Words


class SubmitRca(DecisionBase):
    type: Literal["submit_rca"] = "submit_rca"
    root_cause: Words
    customer_version: Text = ""
    """What the customer may read."""


class ReturnRca(DecisionBase):
    type: Literal["return_rca"] = "return_rca"
    reason: Words


class ApproveRca(DecisionBase):
    type: Literal["approve_rca"] = "approve_rca"
    comment: Text = ""


class ShareRca(DecisionBase):
    """Sends the customer-facing version."""

    type: Literal["share_rca"] = "share_rca"


class AddPreventiveAction(DecisionBase):
    type: Literal["add_preventive_action"] = "add_preventive_action"
    action: Identifier
    text: Words
    owner: Identifier
    due: Instant


class CompletePreventiveAction(DecisionBase):
    type: Literal["complete_preventive_action"] = "complete_preventive_action"
    action: Identifier
    text: Text = ""
