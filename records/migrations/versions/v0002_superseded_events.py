"""Which workflow task made an event, and the events of tasks that were lost."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("task_at", sa.DateTime(timezone=True)))
    op.create_table(
        "superseded_event",
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
        sa.Column("task_at", sa.DateTime(timezone=True)),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("escalation_id", "seq", "superseded_at", name="pk_superseded_event"),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalation.id"], name="fk_superseded_event_escalation_id"
        ),
    )
