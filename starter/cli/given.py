"""Instants, durations and zones as they are given on the command line."""

from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from domain.calendars import zone
from domain.text import Instant
from organisation.durations import duration
from starter.errors import OrderInvalid, Problem

_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


def given_instant(text: str, field: str) -> datetime:
    """In UTC. Raises OrderInvalid."""
    try:
        return _INSTANT.validate_python(text).astimezone(UTC)
    except ValidationError as error:
        reason = error.errors()[0].get("ctx", {}).get("error")
        if isinstance(reason, ValueError):
            raise _invalid(field, reason) from None
        mend = "write one with its offset, such as 2026-11-23T20:30+01:00"
        raise OrderInvalid(Problem(field, f"{text[:40]!r} is no instant", mend)) from None


def given_duration(text: str, field: str) -> timedelta:
    """Raises OrderInvalid."""
    try:
        return duration(text)
    except ValueError as error:
        raise _invalid(field, error) from None


def given_zone(name: str | None, field: str) -> str | None:
    """Raises OrderInvalid for a name that is no zone's."""
    if name is not None:
        try:
            zone(name)
        except ValueError as error:
            raise _invalid(field, error) from None
    return name


def this_second() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _invalid(field: str, error: ValueError) -> OrderInvalid:
    what, _, mend = str(error).partition("; ")
    return OrderInvalid(Problem(field, what, mend))
