"""The place of every event among the events of all escalations, and of those that were superseded."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("event", "superseded_event"):
        op.add_column(table, sa.Column("position", sa.BigInteger()))
        op.add_column(table, sa.Column("horizon", sa.BigInteger()))
        op.execute(f"UPDATE {table} SET position = 0, horizon = 0")
    op.execute(
        "UPDATE event SET position = numbered.position FROM (SELECT escalation_id, seq, "
        "row_number() OVER (ORDER BY at, escalation_id, seq) AS position FROM event) AS numbered "
        "WHERE event.escalation_id = numbered.escalation_id AND event.seq = numbered.seq"
    )
    for table in ("event", "superseded_event"):
        # SQLite cannot alter a column: there, the table is copied.
        with op.batch_alter_table(table) as changing:
            changing.alter_column("position", existing_type=sa.BigInteger(), nullable=False)
            changing.alter_column("horizon", existing_type=sa.BigInteger(), nullable=False)
        op.create_index(f"ix_{table}_horizon", table, ["horizon", "position"])
    if op.get_context().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE event_position")
        op.execute("SELECT setval('event_position', (SELECT count(*) + 1 FROM event), false)")
