"""One look at the feed for all who listen: what is new goes to every open stream that may have it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Protocol
from weakref import WeakValueDictionary

import structlog

from records.errors import RecordsAway
from records.feed import Feed, FeedEvent
from records.order import place_of
from starter.api import meters

EVERY = 0.5
"""Seconds between two looks, while anybody listens."""
READ_AT_ONCE = 500
CATCH_UP_AT_ONCE = 4
"""Readers who catch up at the same time; after a restart all come back together."""
PAGE = 100
WAITING_AT_MOST = 500
"""Events that wait for one reader; who reads slower is sent away."""
OPEN_AT_MOST = 1000
OPEN_AT_MOST_FOR_ONE = 100

log = structlog.get_logger("api")


class Wants(Protocol):
    def wants(self, event: FeedEvent) -> bool: ...


class Piece:
    """An event on its way to many readers, written once for all who see the same of it."""

    __slots__ = ("_written", "event")

    def __init__(self, event: FeedEvent) -> None:
        self.event = event
        self._written: dict[str | None, str] = {}

    def written(self, reader: str | None, write: Callable[[FeedEvent], str]) -> str:
        """`reader`: None for those who see all."""
        if reader not in self._written:
            self._written[reader] = write(self.event)
        return self._written[reader]


class Listener:
    """What waits for one stream."""

    __slots__ = ("_wants", "is_away", "is_slow", "pieces", "wake")

    def __init__(self, wants: Wants) -> None:
        self._wants = wants
        self.pieces: deque[Piece] = deque()
        self.wake = asyncio.Event()
        self.is_slow = False
        self.is_away = False
        """The database did not answer lately."""

    def offer(self, piece: Piece) -> None:
        if not self._wants.wants(piece.event):
            return
        if len(self.pieces) >= WAITING_AT_MOST:
            self.is_slow = True
        else:
            self.pieces.append(piece)
        self.wake.set()

    def take(self) -> list[Piece]:
        taken = list(self.pieces)
        self.pieces.clear()
        self.wake.clear()
        return taken


class Hub:
    """One per process. It looks only while somebody listens."""

    def __init__(self, feed: Feed, every: float = EVERY) -> None:
        self._feed = feed
        self.every = every
        self.is_stopping = False
        self.place = ""
        """All up to here was offered to those who listen."""
        self._listeners: set[Listener] = set()
        self._open: dict[str, int] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._catching_up = asyncio.Semaphore(CATCH_UP_AT_ONCE)
        self._looking: asyncio.Task[None] | None = None
        self._stopped = asyncio.Event()

    def enter(self, caller: str) -> bool:
        """Whether another stream of that caller may be open; it is from then on, until it `leave`s."""
        is_full = sum(self._open.values()) >= OPEN_AT_MOST
        if is_full or self._open.get(caller, 0) >= OPEN_AT_MOST_FOR_ONE:
            return False
        self._open[caller] = self._open.get(caller, 0) + 1
        meters.OPEN_STREAMS.inc()
        return True

    def leave(self, caller: str) -> None:
        meters.OPEN_STREAMS.dec()
        self._open[caller] -= 1
        if not self._open[caller]:
            del self._open[caller]

    @contextmanager
    def heard_by(self, listener: Listener) -> Iterator[None]:
        """At the end the listener hears nothing more."""
        try:
            yield
        finally:
            self._listeners.discard(listener)

    def join(self, listener: Listener, place: str) -> None:
        """From now on the listener hears everything. `place`: up to where it has read."""
        if self._looking is None:
            self.place = place
            self._looking = asyncio.create_task(self._look())
        self._listeners.add(listener)

    async def start_of(self, cursor: str | None) -> str:
        """The cursor, or the end of the feed: without one, or where that is earlier, as after a restore.

        Raises RecordsAway, and ValueError for what is no cursor.
        """
        place = None if cursor is None else place_of(cursor)
        end = await self._feed.end()
        return end if cursor is None or place is None or place > place_of(end) else cursor

    async def missed(self, caller: str, cursor: str, of: str | None) -> AsyncIterator[list[FeedEvent]]:
        """What comes after the cursor, of one escalation or all, until nothing does. Raises RecordsAway.

        However many streams of one caller catch up, they read page by page in turn.
        """
        turn = self._turns.setdefault(caller, asyncio.Lock())
        while True:
            async with turn, self._catching_up:
                events = await self._feed.after(cursor, PAGE, of)
            if events:
                cursor = events[-1].cursor
                yield events
            if len(events) < PAGE or self.is_stopping:
                return

    def stop(self) -> None:
        """Every stream ends now, for good."""
        self.is_stopping = True
        self._stopped.set()
        for listener in self._listeners:
            listener.wake.set()

    async def _look(self) -> None:
        try:
            while self._listeners and not self.is_stopping:
                found = await self._new()
                for event in found:
                    self._offer(Piece(event))
                if len(found) < READ_AT_ONCE:
                    await self.pause()
        finally:
            self._looking = None

    async def _new(self) -> list[FeedEvent]:
        """Nothing while the database is away; the place stays, so that nothing is lost."""
        try:
            found = await self._feed.after(self.place, READ_AT_ONCE)
        except Exception as error:
            # Whatever it is, those who listen must hear of the events as soon as they can be read again.
            if not isinstance(error, RecordsAway):
                log.error("feed_unreadable", error=type(error).__name__, exc_info=error)
            self._tell_away(is_away=True)
            return []
        self._tell_away(is_away=False)
        if found:
            self.place = found[-1].cursor
        return found

    def _offer(self, piece: Piece) -> None:
        for listener in self._listeners:
            listener.offer(piece)
        self._listeners = {each for each in self._listeners if not each.is_slow}

    def _tell_away(self, *, is_away: bool) -> None:
        for listener in self._listeners:
            if listener.is_away != is_away:
                listener.is_away = is_away
                listener.wake.set()

    async def pause(self) -> None:
        """Until it is time to look again, or to stop."""
        try:
            async with asyncio.timeout(self.every):
                await self._stopped.wait()
        except TimeoutError:
            return
