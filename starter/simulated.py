"""A simulated life as data for programs: who was told what and when, what was decided, what it came to."""

from datetime import datetime, timedelta

from pydantic import BaseModel, Field

from domain.simulation.summary import Digest, digest
from domain.vocabulary import Audience, ChannelKind, CloseReason, Stage, Template
from starter.dry_run import DryRun


class SimulatedEvent(BaseModel):
    seq: int
    at: datetime
    planned: datetime | None
    type: str
    by: str
    sentence: str


class SimulatedMessage(BaseModel):
    """One message to one recipient, at its first attempt."""

    at: datetime
    recipient: str
    audience: Audience
    template: Template
    channel: ChannelKind | None = Field(description="Null where no channel leads to the recipient.")
    cause: int = Field(description="The number of the event that called for it.")
    why: str


class SimulatedDecision(BaseModel):
    at: datetime
    who: str
    does: str
    refused: str | None = Field(description="Why it did not count.")


class ToldOften(BaseModel):
    recipient: str
    messages: int
    nights: list[datetime] = Field(description="When, of those that come at night; in local time.")


class PromiseTrouble(BaseModel):
    """A promise that is at risk or broken, once or again and again."""

    promise: str
    times: int
    first: datetime


class SimulatedSummary(BaseModel):
    told: list[ToldOften]
    at_risk: list[PromiseTrouble]
    broken: list[PromiseTrouble]
    acknowledged_after: timedelta | None
    stage: Stage
    owner: str
    closed_at: datetime | None
    close_reason: CloseReason | None


class SimulatedLife(BaseModel):
    """What came of a case that was run dry."""

    escalation_id: str
    policy: str
    policy_version: str
    script: str
    opened_at: datetime
    ended_at: datetime
    zone: str = Field(description="Whose nights count.")
    summary: SimulatedSummary
    events: list[SimulatedEvent]
    messages: list[SimulatedMessage]
    decisions: list[SimulatedDecision]


MESSAGE = tuple(SimulatedMessage.model_fields)


def as_data(run: DryRun, zone_name: str) -> SimulatedLife:
    """`zone_name` is where the people are whose nights count."""
    simulated, escalation = run.simulated, run.simulated.escalation
    return SimulatedLife(
        escalation_id=escalation.id,
        policy=escalation.policy.name,
        policy_version=escalation.policy.version,
        script=run.script.title,
        opened_at=escalation.opened_at,
        ended_at=simulated.ended_at,
        zone=zone_name,
        summary=_summary(digest(simulated, zone_name)),
        events=[
            SimulatedEvent(
                seq=event.seq,
                at=event.at,
                planned=event.planned,
                type=event.type,
                by=event.by,
                sentence=event.sentence(),
            )
            for event in simulated.events
        ],
        messages=[
            SimulatedMessage.model_validate({name: getattr(message, name) for name in MESSAGE})
            for message in simulated.messages
        ],
        decisions=[
            SimulatedDecision(at=one.at, who=one.who, does=one.does, refused=one.refused or None)
            for one in simulated.played
        ],
    )


def _summary(found: Digest) -> SimulatedSummary:
    return SimulatedSummary.model_validate(found, from_attributes=True)
