"""Instants by the clocks of a zone, always with the offset; also those that sentences name in UTC."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

_NAMED = re.compile(r"\b(?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d(?::\d\d)?) UTC\b")


def local(at: datetime, here: tzinfo) -> str:
    """`Mon 2026-11-23 21:30:00+01:00`."""
    there = at.astimezone(here)
    return f"{there:%a} {there.isoformat(' ', 'seconds')}"


def localised(sentence: str, at: datetime, here: tzinfo) -> str:
    """A sentence with the same instants by the clocks of the zone.

    One without a date is the first after `at`, which is when the sentence was said.
    """
    return _NAMED.sub(_by_clocks_of(here, at.astimezone(UTC)), sentence)


def _by_clocks_of(here: tzinfo, said: datetime) -> Callable[[re.Match[str]], str]:
    def written(found: re.Match[str]) -> str:
        day, clock = found.groups()
        try:
            instant = datetime.fromisoformat(f"{day or said.date()} {clock}+00:00")
            if not day and instant < said:
                instant += timedelta(days=1)
            shown = instant.astimezone(here)
        except (ValueError, OverflowError):
            return found[0]
        whole = shown.isoformat(" ", "seconds" if clock.count(":") == 2 else "minutes")
        same_day = not day and shown.date() == said.astimezone(here).date()
        return whole.partition(" ")[2] if same_day else whole

    return written
