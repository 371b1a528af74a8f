"""The `Retry-After` header (RFC 9110, 10.2.3): seconds, or an HTTP date."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def seconds_of(header: str | None, now: datetime) -> float | None:
    """How long the other side asks to be left alone; None where it does not say so, or says nonsense."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    # A date without a zone is in UTC, as HTTP dates are.
    at = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())
