"""Decisions of those who take in and review an escalation."""

from typing import Literal

from domain.decisions.base import DecisionBase
from domain.report import Report
from domain.text import Identifier, Text, Words
from domain.vocabulary import Severity


class ReportAgain(DecisionBase):
    """The same trouble was reported once more (same dedup key)."""

    type: Literal["report_again"] = "report_again"
    report: Report
    joined_from: Identifier | None = None
    """The escalation that was joined to this one, where it came that way."""


class Acknowledge(DecisionBase):
    """I have seen it and take it."""

    type: Literal["acknowledge"] = "acknowledge"
    text: Text = ""


class Accept(DecisionBase):
    """The review says: rightly escalated."""

    type: Literal["accept"] = "accept"
    reason: Words


class ReturnWithGuidance(DecisionBase):
    """The review says: not here; this is how you go on."""

    type: Literal["return_with_guidance"] = "return_with_guidance"
    reason: Words
    guidance: Words


class Join(DecisionBase):
    """The review says: this is the same trouble as another escalation."""

    type: Literal["join"] = "join"
    into: Identifier
    reason: Words


class AskInformation(DecisionBase):
    """The review needs to know more before it can decide."""

    type: Literal["ask_information"] = "ask_information"
    question: Words


class SetSeverity(DecisionBase):
    type: Literal["set_severity"] = "set_severity"
    severity: Severity
    reason: Words


class ParentClosed(DecisionBase):
    """The escalation that this one is a child of has closed."""

    type: Literal["parent_closed"] = "parent_closed"
    parent: Identifier
    reason: Words
