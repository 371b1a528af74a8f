"""Beginnings of words in the index of the shelf, in place of a table of words that spelled them out."""

import sqlalchemy as sa
from alembic import op

from records.migrations.filling_lists import spell_anew

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_BEGINNINGS = """
CREATE FUNCTION beginnings(words tsvector) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT left(word, letters)), '{}')
    FROM unnest(tsvector_to_array(words)) AS word, generate_series(3, least(length(word), 10)) AS letters
$$
"""
"""What it says is in the index, so whoever changes it has to make the index anew."""


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.drop_table("word")
    if on_postgresql:
        op.drop_index("ix_search_shelf", "search")
    spell_anew(op.get_bind())
    if on_postgresql:
        _index_beginnings()


def _index_beginnings() -> None:
    op.execute(_BEGINNINGS)
    op.create_index(
        "ix_search_shelf",
        "search",
        ["words", "marks", sa.text("beginnings(words)")],
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 64},
    )
    op.execute("ANALYZE search")
