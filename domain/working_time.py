"""Working time as UTC windows: adding, subtracting and measuring it without any knowledge of zones.

A `WorkingTime` is what a calendar came to when it was resolved over a horizon; `domain.calendars`
makes one, and from then on all arithmetic is addition on whole UTC seconds, so it replays alike.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, Self

from pydantic import BaseModel, ModelWrapValidatorHandler, model_validator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ALWAYS = "always"
NOTHING = timedelta(0)

Period = tuple[datetime, datetime]
"""From an opening to a closing, UTC; half-open."""


class WorkingTime(BaseModel, frozen=True):
    """The working windows of one calendar between `start` and `horizon` (Unix seconds, UTC).

    `edges` are openings and closings in turn, strictly increasing; a window includes its opening
    and not its closing. Before `start` and from `horizon` on nothing is known, and what is not
    known counts as closed: results that would need it are bounds, as each method says.

    Instants go in as any aware datetime and come out in UTC, exact to the microsecond.
    """

    calendar: str
    version: str
    zone_data: str
    edges: tuple[int, ...]
    start: int
    horizon: int

    @model_validator(mode="wrap")
    @classmethod
    def _checked_once(cls, given: Any, validated: ModelWrapValidatorHandler[Self]) -> Self:
        """What comes as a value was checked when it was made; long windows take a while."""
        return given if type(given) is cls else validated(given)._with_edges_that_are_windows()

    def _with_edges_that_are_windows(self) -> Self:
        if self.horizon < self.start:
            raise ValueError("horizon lies before start; give a horizon at or after it")
        if len(self.edges) % 2:
            raise ValueError("edges end with an opening; give every window its closing")
        if any(later <= earlier for earlier, later in pairwise(self.edges)):
            raise ValueError("edges must increase strictly; merge windows that touch or overlap")
        if self.edges and not self.start <= self.edges[0] < self.edges[-1] <= self.horizon:
            raise ValueError("edges reach outside start and horizon; clip the windows to them")
        return self

    @cached_property
    def horizon_at(self) -> datetime:
        """The instant from which on nothing is known."""
        return EPOCH + timedelta(seconds=self.horizon)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The first instant at which `duration` of working time has passed since `start`.

        Work that ends exactly at closing time is due at the closing, not at the next opening.
        Zero time is `start` itself while open, else the next opening. A negative duration goes
        back, like `subtract`. Where the known windows do not suffice, the answer is the horizon
        (or `start`, if later): a lower bound, to be asked again once the windows are extended.
        """
        if duration < NOTHING:
            return self.subtract(start, -duration)
        if not duration:
            return self.next_open(start)
        goal = self._worked_before(start) + duration
        # Whole seconds suffice to find the window: a window holds the goal if it ends at or after it.
        after = bisect_left(self.worked, goal.days * 86_400 + goal.seconds + (goal.microseconds > 0))
        if after == len(self.worked):
            return max(self.horizon_at, start.astimezone(UTC))
        into = goal - timedelta(seconds=self.worked[after - 1])
        return EPOCH + timedelta(seconds=self.edges[2 * after - 2]) + into

    def subtract(self, end: datetime, duration: timedelta) -> datetime:
        """The last instant from which `duration` of working time passes until `end`.

        The mirror image of `add`: work that would begin exactly at an opening begins there, not
        at the closing before. Zero time is `end` itself while open, else the latest closing.
        Where the known windows do not suffice, the answer is `start` of the windows (or `end`,
        if earlier): an upper bound.
        """
        if duration < NOTHING:
            return self.add(end, -duration)
        if not duration:
            return self._latest_worked(end)
        goal = self._worked_before(end) - duration
        if goal < NOTHING:
            return min(EPOCH + timedelta(seconds=self.start), end.astimezone(UTC))
        window = bisect_right(self.worked, goal.days * 86_400 + goal.seconds) - 1
        into = goal - timedelta(seconds=self.worked[window])
        return EPOCH + timedelta(seconds=self.edges[2 * window]) + into

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; negative if `end` is the earlier one."""
        return self._worked_before(end) - self._worked_before(start)

    def is_open(self, at: datetime) -> bool:
        """Whether `at` lies in a window; the opening does, the closing does not."""
        return self._edges_passed(at) % 2 == 1

    def next_open(self, at: datetime) -> datetime:
        """`at` itself while open, else the next opening; the horizon where none is known."""
        passed = self._edges_passed(at)
        if passed % 2:
            return at.astimezone(UTC)
        if passed == len(self.edges):
            return max(self.horizon_at, at.astimezone(UTC))
        return EPOCH + timedelta(seconds=self.edges[passed])

    def periods_after(self, at: datetime) -> Iterator[Period]:
        """The open periods from `at` to the horizon, earliest first; one open at `at` begins there."""
        passed = self._edges_passed(at)
        if passed % 2:
            yield at.astimezone(UTC), _instant(self.edges[passed])
        for opens in range(passed + passed % 2, len(self.edges), 2):
            yield _instant(self.edges[opens]), _instant(self.edges[opens + 1])

    def periods_before(self, at: datetime) -> Iterator[Period]:
        """The open periods from `at` back to `start`, latest first; one open at `at` ends there."""
        passed = self._edges_passed(at)
        # At the very opening nothing of that period lies before.
        if passed % 2 and _instant(self.edges[passed - 1]) < at:
            yield _instant(self.edges[passed - 1]), at.astimezone(UTC)
        for opens in range(passed - passed % 2 - 2, -1, -2):
            yield _instant(self.edges[opens]), _instant(self.edges[opens + 1])

    def extended_by(self, later: "WorkingTime") -> "WorkingTime":
        """These windows up to their horizon, then those of `later`, which must reach back to it.

        What was once resolved stays as it was, whatever `later` says of the same days; a window
        that the horizon had cut in two becomes one again. The versions are those of `later`.
        Raises ValueError for another calendar or for a gap between the two.
        """
        if later.calendar != self.calendar:
            raise ValueError(f"{later.calendar} cannot extend {self.calendar}: resolve the latter")
        if later.start > self.horizon:
            raise ValueError(f"nothing is known between {self.horizon} and {later.start}")
        if later.horizon <= self.horizon:
            return self
        news = _from(self.horizon, later.edges)
        cut = self.edges[-1:] == news[:1] != ()
        edges = self.edges[:-1] + news[1:] if cut else self.edges + news
        return later.model_copy(update={"edges": edges, "start": self.start})

    @cached_property
    def worked(self) -> tuple[int, ...]:
        """Seconds worked before each window, and last those of all windows."""
        sums = [0]
        for opens, closes in zip(self.edges[::2], self.edges[1::2], strict=True):
            sums.append(sums[-1] + closes - opens)
        return tuple(sums)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with `update` applied; pydantic would copy what was worked out along with it."""
        copied = super().model_copy(update=update, deep=deep)
        for worked_out in ("worked", "horizon_at"):
            copied.__dict__.pop(worked_out, None)
        return copied

    def _edges_passed(self, at: datetime) -> int:
        since = at - EPOCH
        return bisect_right(self.edges, since.days * 86_400 + since.seconds)

    def _worked_before(self, at: datetime) -> timedelta:
        since = at - EPOCH
        passed = bisect_right(self.edges, since.days * 86_400 + since.seconds)
        worked = timedelta(seconds=self.worked[passed // 2])
        if passed % 2:
            worked += since - timedelta(seconds=self.edges[passed - 1])
        return worked

    def _latest_worked(self, at: datetime) -> datetime:
        passed = self._edges_passed(at)
        if passed % 2:
            return at.astimezone(UTC)
        if not passed:
            return min(EPOCH + timedelta(seconds=self.start), at.astimezone(UTC))
        return EPOCH + timedelta(seconds=self.edges[passed - 1])


def always(start: datetime, horizon: datetime) -> WorkingTime:
    """Around the clock: one window from `start` to `horizon`, cut to whole seconds."""
    first, last = seconds_of(start), seconds_of(horizon)
    return WorkingTime(
        calendar=ALWAYS,
        version=ALWAYS,
        zone_data="",
        edges=(first, last) if first < last else (),
        start=first,
        horizon=last,
    )


def due(working_time: WorkingTime | None, start: datetime, duration: timedelta) -> datetime:
    """When `duration` after `start` is over: in working time, or elapsed time where there is none."""
    if working_time is None:
        return start.astimezone(UTC) + duration
    return working_time.add(start, duration)


def seconds_of(at: datetime) -> int:
    """Whole Unix seconds passed at `at`."""
    since = at - EPOCH
    return since.days * 86_400 + since.seconds


def _instant(second: int) -> datetime:
    return EPOCH + timedelta(seconds=second)


def _from(start: int, edges: tuple[int, ...]) -> tuple[int, ...]:
    passed = bisect_right(edges, start)
    return (start, *edges[passed:]) if passed % 2 else edges[passed:]
