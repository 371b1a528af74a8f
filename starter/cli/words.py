"""How times and lists are written for people."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta


def clock_time(at: datetime | None, today: date) -> str:
    """Local time with its offset, since sentences beside it say UTC; with its date unless it is today."""
    if at is None:
        return "-"
    local = at.astimezone()
    whole = local.isoformat(" ", "seconds")
    return whole.partition(" ")[2] if local.date() == today else whole


def today_here() -> date:
    return datetime.now().astimezone().date()


def listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "-"


def distance(at: datetime, now: datetime) -> str:
    """How far away an instant is, to the second below an hour."""
    span = at - now
    size = abs(span)
    hours, rest = divmod(int(size.total_seconds()), 3600)
    days, hours = divmod(hours, 24)
    words = f"{days} d {hours} h" if days else f"{hours} h {rest // 60} min" if hours else f"{rest} s"
    return f"in {words}" if span >= timedelta(0) else f"{words} ago"
