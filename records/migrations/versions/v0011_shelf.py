"""The shelf: marks and words of what is closed in one inverted index, in stretches of ten days."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_MARKED = """
INSERT INTO search (escalation_id, words, opened_at, updated_at, marks)
SELECT old.escalation_id, old.words, closed.opened_at, closed.updated_at,
    CASE WHEN closed.id IS NULL THEN ARRAY['open'] ELSE
        ARRAY['severity:' || severity, 'owner:' || owner, 'team:' || team]
        || CASE WHEN customer IS NOT NULL THEN ARRAY['customer:' || customer] ELSE ARRAY[]::text[] END
        || ARRAY['reason:' || reason, 'asked_by:' || asked_by, 'level:' || level]
        || ARRAY(SELECT 'level>=:' || least FROM generate_series(1, level) AS least)
        || ARRAY(SELECT tag FROM tag WHERE tag.escalation_id = closed.id ORDER BY tag COLLATE "C")
        || ARRAY['opened:' || floor(extract(epoch FROM closed.opened_at) / 864000)::bigint,
            'opened/100:' || floor(extract(epoch FROM closed.opened_at) / 8640000)::bigint,
            'updated:' || floor(extract(epoch FROM closed.updated_at) / 864000)::bigint,
            'updated/100:' || floor(extract(epoch FROM closed.updated_at) / 8640000)::bigint]
    END
FROM searched AS old LEFT JOIN escalation AS closed
    ON closed.id = old.escalation_id AND closed.closed_at IS NOT NULL
ORDER BY closed.opened_at
"""
"""In the order of time, in which the ledger fills it: the index skips best when neighbours stand together."""


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    # Since there is the shelf, nothing is found by these any more.
    for column in ("reason", "level"):
        op.drop_index(f"ix_escalation_closed_{column}_opened", "escalation")
    op.drop_index("ix_search_words", "search")
    op.add_column("search", sa.Column("marks", sa.Text().with_variant(ARRAY(sa.Text), "postgresql")))
    for column in ("opened_at", "updated_at"):
        op.add_column("search", sa.Column(column, sa.DateTime(timezone=True)))
    word = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        "word", sa.Column("word", word, nullable=False), sa.PrimaryKeyConstraint("word", name="pk_word")
    )
    if on_postgresql:
        _shelve()


def _shelve() -> None:
    op.execute("CREATE TEMPORARY TABLE searched ON COMMIT DROP AS SELECT escalation_id, words FROM search")
    op.execute("TRUNCATE search")
    op.execute(_MARKED)
    op.execute(
        "INSERT INTO word SELECT DISTINCT unnest(tsvector_to_array(words)) FROM search"
        " WHERE updated_at IS NOT NULL"
    )
    op.create_index(
        "ix_search_shelf",
        "search",
        ["words", "marks"],
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 64},
    )
    op.execute("ANALYZE search")
