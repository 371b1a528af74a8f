"""Subscriptions to events, what waits for each subscriber, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _subscription()
    _lane()
    _delivery()


def _subscription() -> None:
    op.create_table(
        "webhook_subscription",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("severity", sa.String()),
        sa.Column("team", sa.String()),
        sa.Column("view", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_why", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("cursor", sa.String(), nullable=False),
        sa.Column("rests_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_subscription"),
    )


def _lane() -> None:
    op.create_table(
        "webhook_lane",
        sa.Column("subscription_id", sa.String(), nullable=False),
        sa.Column("escalation_id", sa.String(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_by", sa.String()),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("subscription_id", "escalation_id", name="pk_webhook_lane"),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["webhook_subscription.id"], name="fk_webhook_lane_subscription_id"
        ),
    )
    op.create_index("ix_webhook_lane_next_at", "webhook_lane", ["next_at"])


def _delivery() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("subscription_id", sa.String(), nullable=False),
        sa.Column("escalation_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True)),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("horizon", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["webhook_subscription.id"], name="fk_webhook_delivery_subscription_id"
        ),
    )
    lane = ["subscription_id", "escalation_id", "state", "horizon", "position"]
    op.create_index("ix_webhook_delivery_subscription_id", "webhook_delivery", lane)
    listed = ["subscription_id", "state", "queued_at"]
    op.create_index("ix_webhook_delivery_listed", "webhook_delivery", listed)
    op.create_index("ix_webhook_delivery_state", "webhook_delivery", ["state", "last_at"])
