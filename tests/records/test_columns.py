"""Instants in the records have an offset when they go in, and are UTC when they come out."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import StatementError

from records.columns import UtcDateTime
from records.database import Database

KOLKATA = timezone(timedelta(hours=5, minutes=30))


async def test_an_instant_with_another_offset_comes_back_as_the_same_instant_in_utc(
    database: Database,
) -> None:
    instant = datetime(2026, 11, 21, 1, 15, 0, 7, tzinfo=KOLKATA)
    async with database.reading() as connection:
        back = await connection.scalar(select(bindparam("at", instant, UtcDateTime)))
    assert back == instant
    assert back.tzinfo is UTC


async def test_an_instant_without_offset_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 21, 1, 15)  # noqa: DTZ001 — the case
    async with database.reading() as connection:
        with pytest.raises(StatementError, match="has no UTC offset"):
            await connection.scalar(select(bindparam("at", naive, UtcDateTime)))
