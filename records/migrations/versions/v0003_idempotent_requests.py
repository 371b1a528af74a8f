"""Requests with an idempotency key, and how they were answered."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotent_request",
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("answer", sa.JSON()),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_idempotent_request"),
    )
    op.create_index("ix_idempotent_request_begun_at", "idempotent_request", ["begun_at"])
