"""Escalations as they stand, their events, and the deliveries of their messages."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _escalation()
    _event()
    _delivery()


def _escalation() -> None:
    op.create_table(
        "escalation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("manager", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("customer", sa.String()),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True)),
        sa.Column("broken", sa.JSON(), nullable=False),
        sa.Column("at_risk", sa.JSON(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("close_reason", sa.String()),
        sa.Column("joined_into", sa.String()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_escalation"),
    )
    for column in ("stage", "severity", "owner", "team", "customer"):
        op.create_index(f"ix_escalation_{column}", "escalation", [column, "next_due", "id"])
    op.create_index("ix_escalation_next_due", "escalation", ["next_due", "id"])
    op.create_index("ix_escalation_key", "escalation", ["key", "opened_at"])


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("escalation_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned", sa.DateTime(timezone=True)),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("role", sa.String()),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("decision_id", sa.String()),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("escalation_id", "seq", name="pk_event"),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalation.id"], name="fk_event_escalation_id"),
    )


def _delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("escalation_id", sa.String(), nullable=False),
        sa.Column("notice_key", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_delivery"),
    )
    op.create_index("ix_delivery_escalation_id", "delivery", ["escalation_id", "first_at"])
