"""What the calendars of an organisation come to in the year ahead, for checks of what is promised in them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import chain

from domain.calendars import Calendar, resolve
from domain.policy import PromiseRule
from domain.working_time import WorkingTime

AHEAD = 365
"""Days on which an escalation is thought to open. A whole year, so that every season's holidays count
and the answer does not change from one day to the next."""
KNOWN = timedelta(days=3 * 365)

Clock = tuple[str | None, timedelta]
"""A calendar's name, or None for every hour, and a length."""


class Clocks:
    """Due times of clocks that start at midnight (UTC) of each day in the year from `today`."""

    def __init__(self, calendars: Mapping[str, Calendar], today: date) -> None:
        self._calendars = calendars
        self._start = datetime.combine(today, time(), UTC)
        self._working: dict[str, WorkingTime] = {}
        self._due: dict[Clock, tuple[datetime, ...]] = {}

    @cached_property
    def starts(self) -> tuple[datetime, ...]:
        return tuple(self._start + timedelta(days=number) for number in range(AHEAD))

    def never_open(self, calendar: str) -> bool:
        """Whether a calendar has no hour in the year ahead."""
        return self._working_time(calendar).next_open(self._start) >= self._start + timedelta(days=AHEAD)

    def open_together(self, calendars: Collection[str]) -> list[frozenset[str]]:
        """Which of the calendars are open at the same time in the year ahead, each set once."""
        times = {name: self._working_time(name) for name in calendars}
        instants = sorted({self._start, *self.edges(calendars, self._start + timedelta(days=AHEAD))})
        open_at = (frozenset(name for name, time in times.items() if time.is_open(at)) for at in instants)
        return list(dict.fromkeys(open_at))

    def edges(self, calendars: Iterable[str], until: datetime) -> set[datetime]:
        """When one of the calendars opens or closes, from today on."""
        times = (self._working_time(name) for name in calendars)
        periods = chain.from_iterable(time.periods_after(self._start) for time in times)
        return {edge for period in periods for edge in period if edge < until}

    def is_open(self, calendar: str, at: datetime) -> bool:
        return self._working_time(calendar).is_open(at)

    def overtaken(self, promise: PromiseRule, limit: PromiseRule) -> tuple[datetime, datetime] | None:
        """The first start from which a promise is due after the limit, and that limit; None for none.

        Nothing is said of calendars that are not there or whose hours are not known so far ahead.
        """
        if not {promise.calendar, limit.calendar} - {None} <= self._calendars.keys():
            return None
        known_until = self._start + KNOWN
        dues = zip(self.starts, self._dues(promise), self._dues(limit), strict=True)
        return next(((start, last) for start, due, last in dues if last < known_until and due > last), None)

    def longest(self, rule: PromiseRule) -> timedelta:
        """The most that passes by the clock on the wall; as written where the calendar is not there."""
        if rule.calendar is None or rule.calendar not in self._calendars:
            return rule.target
        return max(due - start for start, due in zip(self.starts, self._dues(rule), strict=True))

    def _dues(self, rule: PromiseRule) -> tuple[datetime, ...]:
        clock = (rule.calendar, rule.target)
        if clock not in self._due:
            self._due[clock] = tuple(self._reached(start, rule) for start in self.starts)
        return self._due[clock]

    def _reached(self, start: datetime, rule: PromiseRule) -> datetime:
        if rule.calendar is None:
            return start + rule.target
        return self._working_time(rule.calendar).add(start, rule.target)

    def _working_time(self, calendar: str) -> WorkingTime:
        if calendar not in self._working:
            self._working[calendar] = resolve(self._calendars[calendar], self._start, self._start + KNOWN)
        return self._working[calendar]
