"""A simulated life as text: the timeline with who is told what, and the digest below it."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta, tzinfo

from domain.calendars import zone
from domain.events import AnyEvent
from domain.events.promises import PromiseEvent
from domain.simulation.messages import Message
from domain.simulation.run import Simulated
from domain.simulation.summary import NIGHT_BEGINS, NIGHT_ENDS, Digest, Told, Trouble
from starter.local_time import local, localised

SHOWN = 3
"""So often the same thing about the same promise is shown; what follows is only counted."""
_SILENT = frozenset({"message_delivered", "information_sent", "everybody_informed"})
"""Events that the messages themselves show."""


def timeline(simulated: Simulated, zone_name: str, *, everything: bool) -> Iterator[str]:
    """One line an event, all its times by the clocks of the zone, and below it who is told because of it."""
    here = zone(zone_name)
    messages: dict[int, list[Message]] = {}
    for message in simulated.messages:
        messages.setdefault(message.cause, []).append(message)
    seen: Counter[tuple[str, str]] = Counter()
    left_out = 0
    for event in simulated.events:
        if event.type in _SILENT:
            continue
        if isinstance(event, PromiseEvent) and not everything:
            seen[event.type, event.promise.key] += 1
            if seen[event.type, event.promise.key] > SHOWN:
                left_out += 1
                continue
        yield _line(event, here)
        yield from _messages(messages.get(event.seq, []))
    if left_out:
        yield f"({left_out} repeated events about promises are left out; --all shows them)"


def digested(found: Digest, simulated: Simulated, zone_name: str) -> Iterator[str]:
    here = zone(zone_name)
    yield _end(found, simulated, here)
    yield _acknowledged(found.acknowledged_after)
    yield f"Promises broken: {_troubles(found.broken, here)}"
    yield f"Promises at risk: {_troubles(found.at_risk, here)}"
    yield f"Messages (at night: {NIGHT_BEGINS}:00 to {NIGHT_ENDS}:00, {zone_name}):"
    width = max((len(one.recipient) for one in found.told), default=0)
    yield from (_told(one, width) for one in found.told)
    for one in simulated.played:
        if one.refused:
            why = localised(one.refused, one.at, here)
            yield f"Did not count: {local(one.at, here)} {one.who}, {_words(one.does)}: {why}"


def span(length: timedelta) -> str:
    """Two units at most: `3 d 4 h`, `20 min`."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes and not seconds else f"{minutes * 60 + seconds} s"


def _line(event: AnyEvent, here: tzinfo) -> str:
    return f"{local(event.at, here)}  {event.by:<16} {localised(event.sentence(), event.at, here)}"


def _messages(messages: list[Message]) -> Iterator[str]:
    """Those who hear the same by the same channel are on one line."""
    together: dict[tuple[str, str], list[str]] = {}
    for one in messages:
        way = f"by {one.channel}" if one.channel else "NOT REACHED, no channel"
        together.setdefault((_words(one.template), way), []).append(one.recipient)
    for (what, way), people in together.items():
        yield f"{'':31} → {', '.join(people)}: {what} {way}"


def _end(found: Digest, simulated: Simulated, here: tzinfo) -> str:
    after = span(simulated.ended_at - simulated.escalation.opened_at)
    if found.closed_at is None:
        return f"Still open after {after}: in stage {found.stage}, with {found.owner}"
    closed = span(found.closed_at - simulated.escalation.opened_at)
    return f"Closed ({_words(str(found.close_reason))}) {local(found.closed_at, here)}, after {closed}"


def _acknowledged(after: timedelta | None) -> str:
    return "Nobody acknowledges" if after is None else f"Acknowledged after {span(after)}"


def _troubles(troubles: tuple[Trouble, ...], here: tzinfo) -> str:
    return "; ".join(_trouble(one, here) for one in troubles) or "none"


def _trouble(one: Trouble, here: tzinfo) -> str:
    times = f"{one.times} times, first " if one.times > 1 else ""
    return f"{_words(one.promise)} ({times}{local(one.first, here)})"


def _told(one: Told, width: int) -> str:
    nights = f", {len(one.nights)} at night" if one.nights else ""
    return f"  {one.recipient:<{width}} {one.messages}{nights}"


def _words(name: str) -> str:
    return name.replace("_", " ").replace(":", " ")
