"""By what lists are narrowed and sorted: who asked, parties, promises by kind, words, and their indexes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from records.migrations.filling_lists import fill

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OPEN, _CLOSED = sa.text("closed_at IS NULL"), sa.text("closed_at IS NOT NULL")
_AT_LARGE = sa.text("stage = 'closed'")
_TAG_OPEN, _TAG_CLOSED = sa.text("updated_at IS NULL"), sa.text("updated_at IS NOT NULL")


def upgrade() -> None:
    op.add_column(
        "escalation", sa.Column("asked_by", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "escalation", sa.Column("parties", sa.String(), nullable=False, server_default=sa.text("'[]'"))
    )
    _tag()
    _search()
    # Before the indexes, which are made faster than they are kept.
    fill(op.get_bind())
    _indexes()


def _tag() -> None:
    op.create_table(
        "tag",
        sa.Column("escalation_id", sa.String(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("severity", sa.String()),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("updated_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("escalation_id", "tag", name="pk_tag"),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalation.id"], name="fk_tag_escalation_id"),
    )


def _search() -> None:
    words = sa.String().with_variant(TSVECTOR(), "postgresql")
    op.create_table(
        "search",
        sa.Column("escalation_id", sa.String(), nullable=False),
        sa.Column("words", words, nullable=False),
        sa.PrimaryKeyConstraint("escalation_id", name="pk_search"),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalation.id"], name="fk_search_escalation_id"),
    )


def _indexes() -> None:
    for column in ("stage", "severity", "owner", "team", "customer", "next_due"):
        op.drop_index(f"ix_escalation_{column}", "escalation")
    for column in ("next_due", "opened_at", "updated_at"):
        _index("escalation", f"open_{column}", _OPEN, column, "id")
    for column in ("severity", "owner", "team", "customer", "asked_by"):
        _index("escalation", f"open_{column}", _OPEN, column, "next_due", "id")
    _index("escalation", "closed_opened", _AT_LARGE, "severity", "opened_at", "id")
    _index("escalation", "closed_updated", _AT_LARGE, "updated_at", "id", "opened_at")
    for column in ("owner", "team", "customer", "asked_by", "reason", "level"):
        _index("escalation", f"closed_{column}_opened", _CLOSED, column, "severity", "opened_at", "id")
    for column in ("owner", "team", "customer", "asked_by"):
        _index("escalation", f"closed_{column}_updated", _CLOSED, column, "updated_at", "id")
    _index("tag", "open", _TAG_OPEN, "tag")
    _index("tag", "closed_opened", _TAG_CLOSED, "tag", "severity", "opened_at", "escalation_id")
    _index("tag", "closed_updated", _TAG_CLOSED, "tag", "updated_at", "escalation_id")
    if op.get_bind().dialect.name == "postgresql":
        # Parties of everything beside those of one thing: what is common must be known by name.
        op.execute("ALTER TABLE tag ALTER tag SET STATISTICS 1000")
    op.create_index("ix_search_words", "search", ["words"], postgresql_using="gin")


def _index(table: str, name: str, condition: sa.TextClause, *columns: str) -> None:
    op.create_index(
        f"ix_{table}_{name}", table, [*columns], sqlite_where=condition, postgresql_where=condition
    )
