"""The tables. Migrations must lead to exactly these."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Table, TextClause, text
from sqlmodel import Field

from domain.vocabulary import Role, Severity
from records.columns import MARKS, SearchWords, UtcDateTime
from records.rows import (
    METADATA,
    DeliveryRow,
    EscalationRow,
    HookDeliveryRow,
    HookRow,
    Row,
    SupersededRow,
    TimelineRow,
)

ONLY_ON = "only_on"
"""In the info of an index: the one database that has it."""


_OPEN, _CLOSED = text("closed_at IS NULL"), text("closed_at IS NOT NULL")
_AT_LARGE = text("stage = 'closed'")
"""The same as _CLOSED in other words: a list that knows its owner, team or customer is kept from these
indexes, along which it might pass by a million rows of others.
"""
_TAG_OPEN, _TAG_CLOSED = text("updated_at IS NULL"), text("updated_at IS NOT NULL")


def _shelf(name: str, condition: TextClause, *columns: str) -> Index:
    """An index of the open escalations or of the closed ones only.

    Open ones are few and change with every event; closed ones are nearly all, and stay as they are. So a
    write touches small indexes only, but for the one that closes.
    """
    return Index(name, *columns, "id", sqlite_where=condition, postgresql_where=condition)


_LEADS = ("owner", "team", "customer", "asked_by")
"""By these alone a few rows of very many may be meant, so that each leads to them in order."""


class EscalationTable(EscalationRow, table=True):
    __tablename__ = "escalation"
    __table_args__ = (
        Index(None, "key", "opened_at"),
        *(
            _shelf(f"ix_escalation_open_{name}", _OPEN, name)
            for name in ("next_due", "opened_at", "updated_at")
        ),
        *(
            _shelf(f"ix_escalation_open_{name}", _OPEN, name, "next_due")
            for name in ("severity", "owner", "team", "customer", "asked_by")
        ),
        *(
            Index(
                f"ix_escalation_closed_{name}", *columns, sqlite_where=_AT_LARGE, postgresql_where=_AT_LARGE
            )
            for name, columns in (
                ("opened", ("severity", "opened_at", "id")),
                # With when it opened, by which rows are left out without a look at them.
                ("updated", ("updated_at", "id", "opened_at")),
            )
        ),
        *(
            _shelf(f"ix_escalation_closed_{name}_opened", _CLOSED, name, "severity", "opened_at")
            for name in _LEADS
        ),
        *(_shelf(f"ix_escalation_closed_{name}_updated", _CLOSED, name, "updated_at") for name in _LEADS),
    )


class TagTable(Row, table=True):
    """One thing an escalation is found by: a party, a promise broken or at risk; many have several.

    The other columns are copies from a closed escalation, by which it is sorted; None while it is open.
    """

    __tablename__ = "tag"
    __table_args__ = (
        Index("ix_tag_open", "tag", sqlite_where=_TAG_OPEN, postgresql_where=_TAG_OPEN),
        *(
            Index(
                f"ix_tag_closed_{name}",
                "tag",
                *columns,
                "escalation_id",
                sqlite_where=_TAG_CLOSED,
                postgresql_where=_TAG_CLOSED,
            )
            for name, columns in (("opened", ("severity", "opened_at")), ("updated", ("updated_at",)))
        ),
    )

    escalation_id: str = Field(primary_key=True, sa_column_args=[ForeignKey("escalation.id")])
    tag: str = Field(primary_key=True)
    severity: Severity | None = Field(default=None, sa_type=String)
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SearchTable(Row, table=True):
    """The words of an escalation, apart from its row, which changes while they do not.

    On PostgreSQL also where it stands on the shelf of what is closed (`records/shelf.py`); None while it is
    open, and on SQLite.
    """

    __tablename__ = "search"
    __table_args__ = (
        Index(
            "ix_search_shelf",
            "words",
            "marks",
            text("beginnings(words)"),
            postgresql_using="gin",
            # Each of the many looks of a walk goes through what is not yet in its place in the index.
            postgresql_with={"gin_pending_list_limit": 64},
            info={ONLY_ON: "postgresql"},
        ),
    )

    escalation_id: str = Field(primary_key=True, sa_column_args=[ForeignKey("escalation.id")])
    words: str = Field(sa_type=SearchWords)
    marks: list[str] | None = Field(default=None, sa_type=MARKS)
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class EventTable(TimelineRow, table=True):
    __tablename__ = "event"
    __table_args__ = (Index(None, "horizon", "position"),)

    escalation_id: str = Field(primary_key=True, sa_column_args=[ForeignKey("escalation.id")])
    task_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the workflow task began that made the event. None: written before this was kept."""
    position: int = Field(sa_type=BigInteger)
    horizon: int = Field(sa_type=BigInteger)
    """With the position, the event's place in the feed of all escalations (`records/order.py`)."""


class SupersededEventTable(SupersededRow, table=True):
    __tablename__ = "superseded_event"
    __table_args__ = (Index(None, "horizon", "position"),)

    escalation_id: str = Field(primary_key=True, sa_column_args=[ForeignKey("escalation.id")])
    position: int = Field(sa_type=BigInteger)
    horizon: int = Field(sa_type=BigInteger)


class DeliveryTable(DeliveryRow, table=True):
    __tablename__ = "delivery"
    __table_args__ = (Index(None, "escalation_id", "first_at"),)


class IdempotentRequestTable(Row, table=True):
    """A request that came with an idempotency key, and how it was answered."""

    __tablename__ = "idempotent_request"
    __table_args__ = (Index(None, "begun_at"),)

    caller: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    digest: str
    """Of what was asked."""
    begun_at: datetime = Field(sa_type=UtcDateTime)
    status: int | None = None
    """None while it is under way."""
    answer: dict[str, Any] | None = Field(default=None, sa_type=JSON)


class ApiKeyTable(Row, table=True):
    """A key that a service or a person calls with; of its secret there is only the hash."""

    __tablename__ = "api_key"

    prefix: str = Field(primary_key=True)
    digest: str
    name: str
    role: Role = Field(sa_type=String)
    person: str | None = None
    scopes: list[str] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    """None: all that the role may."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_by: str | None = None
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HookTable(HookRow, table=True):
    __tablename__ = "webhook_subscription"

    secret: str
    cursor: str
    """The place in the feed up to which events were queued."""
    rests_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """The receiver asked to be left alone so long."""


class HookLaneTable(Row, table=True):
    """What waits for one subscriber of one escalation: goes out one after the other, by who has the lease."""

    __tablename__ = "webhook_lane"

    subscription_id: str = Field(primary_key=True, sa_column_args=[ForeignKey("webhook_subscription.id")])
    escalation_id: str = Field(primary_key=True)
    next_at: datetime = Field(sa_type=UtcDateTime, index=True)
    leased_by: str | None = None
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HookDeliveryTable(HookDeliveryRow, table=True):
    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index(None, "subscription_id", "escalation_id", "state", "horizon", "position"),
        Index("ix_webhook_delivery_listed", "subscription_id", "state", "queued_at"),
        Index(None, "state", "last_at"),
    )

    subscription_id: str = Field(sa_column_args=[ForeignKey("webhook_subscription.id")])
    horizon: int = Field(sa_type=BigInteger)
    position: int = Field(sa_type=BigInteger)
    """With the horizon, the event's place in the feed."""


class SessionTable(Row, table=True):
    """Somebody who has shown a key or a token; of the session's id there is only the hash."""

    __tablename__ = "session"
    __table_args__ = (Index(None, "expires_at"),)

    digest: str = Field(primary_key=True)
    caller: str
    role: Role = Field(sa_type=String)
    team: str | None = None
    person: str | None = None
    scopes: list[str] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    """None: all that the role may."""
    key_prefix: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


ESCALATION: Table = METADATA.tables["escalation"]
TAG: Table = METADATA.tables["tag"]
SEARCH: Table = METADATA.tables["search"]
EVENT_TABLE: Table = METADATA.tables["event"]
SUPERSEDED_EVENT: Table = METADATA.tables["superseded_event"]
DELIVERY: Table = METADATA.tables["delivery"]
IDEMPOTENT_REQUEST: Table = METADATA.tables["idempotent_request"]
API_KEY: Table = METADATA.tables["api_key"]
SESSION: Table = METADATA.tables["session"]
HOOK: Table = METADATA.tables["webhook_subscription"]
HOOK_LANE: Table = METADATA.tables["webhook_lane"]
HOOK_DELIVERY: Table = METADATA.tables["webhook_delivery"]
