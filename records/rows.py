"""Rows as values for readers; the tables that keep them are made of these (`records/tables.py`)."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, MetaData, String, text
from sqlmodel import Field, SQLModel

from domain.vocabulary import ChannelKind, CloseReason, Priority, Reason, Role, Severity, Stage, Template
from domain.webhooks import View
from records.columns import Names, PlainText, UtcDateTime

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


class Row(SQLModel):
    """Instants are UTC."""

    metadata: ClassVar[MetaData] = METADATA


class DeliveryState(StrEnum):
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class EscalationRow(Row):
    """What lists show of an escalation: its state after event `seq`."""

    id: str = Field(primary_key=True)
    key: str
    seq: int
    stage: Stage = Field(sa_type=String)
    severity: Severity = Field(sa_type=String)
    priority: Priority = Field(sa_type=String)
    level: int
    owner: str
    manager: str
    team: str
    customer: str | None = None
    """Id of the customer who asked, else of the first who is affected."""
    reason: Reason = Field(sa_type=String)
    subject: str = Field(sa_type=PlainText)
    policy: str
    policy_version: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    next_due: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """The earliest due time of an open promise."""
    broken: tuple[str, ...] = Field(default=(), sa_type=JSON)
    """Keys of promises that were broken, also of those that were kept late."""
    at_risk: tuple[str, ...] = Field(default=(), sa_type=JSON)
    """Keys of open promises of which was warned."""
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    close_reason: CloseReason | None = Field(default=None, sa_type=String)
    joined_into: str | None = None
    updated_at: datetime = Field(sa_type=UtcDateTime)
    """When the last event was recorded."""
    asked_by: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """Who reported it. Empty where the ledger was filled by an earlier release and lacks the first event."""
    parties: tuple[str, ...] = Field(
        default=(), sa_type=Names, sa_column_kwargs={"server_default": text("'[]'")}
    )
    """Everybody inside who has to do with it, sorted."""


class TimelineRow(Row):
    """One event as people read it, and `payload`, the event itself as JSON."""

    escalation_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    planned: datetime | None = Field(default=None, sa_type=UtcDateTime)
    by: str
    role: Role | None = Field(default=None, sa_type=String)
    type: str
    decision_id: str | None = None
    sentence: str = Field(sa_type=PlainText)
    """As it was worded when it was written; a later release may word it otherwise."""
    payload: dict[str, Any] = Field(sa_type=JSON)


class SupersededRow(TimelineRow):
    """An event that was written by a workflow task which Temporal never completed, so it did not happen."""

    task_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    superseded_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)


class DeliveryRow(Row):
    """What became of one message on one channel, over all attempts."""

    key: str = Field(primary_key=True)
    """The notice's key, "/" and the channel."""
    escalation_id: str
    notice_key: str
    template: Template = Field(sa_type=String)
    recipient: str
    channel: ChannelKind = Field(sa_type=String)
    address: str = Field(sa_type=PlainText)
    message_id: str
    subject: str = Field(sa_type=PlainText)
    body: str = Field(sa_type=PlainText)
    state: DeliveryState = Field(sa_type=String)
    attempts: int
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    detail: str = Field(default="", sa_type=PlainText)


class HookRow(Row):
    """A subscription to events; its secret is not among what is read of it."""

    id: str = Field(primary_key=True)
    url: str
    types: tuple[str, ...] = Field(default=(), sa_type=JSON)
    """Of events; none: all."""
    severity: Severity | None = Field(default=None, sa_type=String)
    """The least severity of escalations whose events are sent; None: any."""
    team: str | None = None
    customer: str | None = None
    view: View = Field(sa_type=String)
    created_by: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    enabled: bool
    disabled_why: str = Field(default="", sa_type=PlainText)


class HookState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    PARKED = "parked"


class HookDeliveryRow(Row):
    """One event on its way to one subscriber, or there."""

    id: str = Field(primary_key=True)
    """The `webhook-id` that the receiver sees."""
    subscription_id: str
    escalation_id: str
    seq: int
    type: str
    at: datetime = Field(sa_type=UtcDateTime)
    """When it happened."""
    state: HookState = Field(sa_type=String)
    attempts: int = 0
    queued_at: datetime = Field(sa_type=UtcDateTime)
    """Also when it was replayed; a day later it is parked."""
    last_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the last attempt ended."""
    answer: str = Field(default="", sa_type=PlainText)
    """What the receiver said last, cut."""
