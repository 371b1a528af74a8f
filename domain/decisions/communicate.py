"""Decisions about what is said to whom, and what is waited for."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from domain.decisions.base import DecisionBase
from domain.report import Customer, Link
from domain.text import Identifier, Instant, Text, Words
from domain.vocabulary import Audience

Wait = Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=60))]


class Note(DecisionBase):
    """Something to remember. What a reporter notes both sides read, whatever the audience."""

    type: Literal["note"] = "note"
    text: Words
    audience: Audience = Audience.INTERNAL


class SendUpdate(DecisionBase):
    """A status update to the customers, or inside only."""

    type: Literal["send_update"] = "send_update"
    text: Words
    audience: Audience = Audience.CUSTOMER


class SetEstimate(DecisionBase):
    """When it will be solved; a changed estimate is itself an update."""

    type: Literal["set_estimate"] = "set_estimate"
    at: Instant
    text: Text = ""


class WaitForCustomer(DecisionBase):
    """Nothing can go on before the customer answers."""

    type: Literal["wait_for_customer"] = "wait_for_customer"
    question: Words
    wait: Wait = timedelta(days=3)
    """How long before silence is brought up."""


class CustomerReplied(DecisionBase):
    type: Literal["customer_replied"] = "customer_replied"
    text: Words


class AddLink(DecisionBase):
    type: Literal["link"] = "link"
    link: Link


class AddAffectedCustomer(DecisionBase):
    type: Literal["add_affected_customer"] = "add_affected_customer"
    customer: Customer


class ProposeOptions(DecisionBase):
    """Options put to the customer."""

    type: Literal["propose_options"] = "propose_options"
    options_id: Identifier
    options: Annotated[tuple[Words, ...], Field(min_length=2, max_length=10)]


class ChooseOption(DecisionBase):
    type: Literal["choose_option"] = "choose_option"
    options_id: Identifier
    option: Annotated[int, Field(ge=1)]
    """Counted from 1."""
