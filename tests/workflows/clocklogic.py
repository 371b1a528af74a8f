"""Logic that asks a clock, which no logic may."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
