"""What a timeline tells, in the terms of those who read it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from domain.events import AnyEvent, LastResortReached, LevelReached, MessageDelivered


def types(events: Iterable[AnyEvent]) -> list[str]:
    return [event.type for event in events]


def levels_are_as_planned(events: Sequence[AnyEvent], wait: timedelta) -> None:
    """Every level once and in order, each counted from the plan of the one before, then the last resort."""
    reached = [event for event in events if isinstance(event, LevelReached)]
    ends = [event for event in events if isinstance(event, LastResortReached)]
    opened = events[0].at
    assert [event.level for event in reached] == [1, 2, 3]
    assert [event.planned for event in (*reached, *ends)] == [opened + wait * number for number in range(4)]


def announced_twice(events: Iterable[AnyEvent]) -> list[str]:
    """Message-IDs of which the timeline says that they may have arrived twice."""
    delivered = [event for event in events if isinstance(event, MessageDelivered)]
    return [event.message_id for event in delivered if event.maybe_twice]
