"""Where an instant lies in a picture: even steps for short lives, for long ones early hours get more room."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import log1p

TICKS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30, 60, 120, 240, 480, 720)
) + tuple(timedelta(days=days) for days in (1, 2, 4, 7, 14, 21, 30, 60, 90, 180, 365))
ROOM = 96
"""Pixels that a tick's label needs."""


class Scale:
    """From instants to pixels between `left` and `right`."""

    def __init__(
        self, start: datetime, end: datetime, turns: Sequence[datetime], left: int, right: int
    ) -> None:
        self.start = start
        self.end = max(end, start + timedelta(seconds=1))
        self._left = left
        self._width = right - left
        self._bend = self._bend_of(sorted({at for at in turns if at > start}))
        self._whole = log1p((self.end - start) / self._bend)

    def x(self, at: datetime) -> float:
        """What lies outside is drawn at the edge."""
        within = min(max(at, self.start), self.end)
        return self._left + self._width * log1p((within - self.start) / self._bend) / self._whole

    def ticks(self) -> Iterator[timedelta]:
        """Times since the start, as many as there is room for."""
        last = float(self._left)
        for after in TICKS:
            if self.start + after > self.end:
                return
            if self.x(self.start + after) - last >= ROOM:
                last = self.x(self.start + after)
                yield after

    def _bend_of(self, turns: list[datetime]) -> timedelta:
        """The time that is drawn nearly to scale; up to there lies a good part of what happens."""
        whole = self.end - self.start
        early = turns[len(turns) // 3] - self.start if turns else whole
        return min(max(early, whole / 2000), whole)
