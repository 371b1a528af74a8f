"""Column types that hold alike on SQLite and PostgreSQL."""

import json
from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: goes in with any offset, comes out in UTC. A naive one is refused with ValueError.

    SQLite keeps no offset and psycopg answers in the session's zone; callers see neither.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value.isoformat()} has no UTC offset; instants in the records need one")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """Text in which NUL, which PostgreSQL cannot store, becomes U+FFFD; a mail server may answer with one."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, _: Dialect) -> str | None:
        return None if value is None else value.replace("\0", "\ufffd")


class Names(TypeDecorator[tuple[str, ...]]):
    """Several names, as a JSON array in a text: a default of PostgreSQL's own JSON cannot be compared."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, _: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, _: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(json.loads(value))


class SearchWords(TypeDecorator[str]):
    """Words between blanks: on PostgreSQL a tsvector that says just these, since it is parsed by nobody."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else String())


MARKS = Text().with_variant(ARRAY(Text), "postgresql")
"""Texts in an array that can be indexed, which SQLite has no use for."""
