"""Calendars: one deadline in working time, and five years of a calendar made into UTC windows."""

from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

from benchmarks.figures import Figure, Run, judged
from domain.calendars import Calendar, resolve
from domain.working_time import WorkingTime, due
from organisation.calendars import CalendarFile
from starter.settings import PROJECT

NAME = "office-berlin"
FIRST_YEAR, YEARS = 2026, 5
START = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
END = datetime(FIRST_YEAR + YEARS, 1, 1, tzinfo=UTC)
DUE_AIM, RESOLVE_AIM = timedelta(microseconds=100), timedelta(milliseconds=50)
QUESTIONS = tuple(
    (START + number * timedelta(hours=29, minutes=7), timedelta(minutes=15 * (1 + number % 320)))
    for number in range(1_000)
)
"""From any time of the day and week over more than three years, for a quarter of an hour to two weeks."""


async def measure(run: Run) -> Figure:
    calendar = CalendarFile(PROJECT / "policies").calendar(
        NAME, range(FIRST_YEAR - 1, FIRST_YEAR + YEARS + 1)
    )
    run.say(f"{YEARS} years of windows")
    resolutions = [_resolution(calendar) for _ in range(run.size(25, 5))]
    run.say("deadlines")
    working_time = resolve(calendar, START, END)
    _round(working_time)
    rounds = [_round(working_time) for _ in range(run.size(50, 5))]
    one_due, resolved = median(rounds), median(resolutions)
    met = one_due <= DUE_AIM.total_seconds() and resolved <= RESOLVE_AIM.total_seconds()
    return Figure(
        name="calendars",
        how=f"{len(QUESTIONS):,} deadlines on known windows; {YEARS} years of {NAME} resolved",
        measured=f"{one_due * 1e6:.1f} µs a deadline (slowest round {max(rounds) * 1e6:.1f}), "
        f"{resolved * 1e3:.1f} ms to resolve (at most {max(resolutions) * 1e3:.1f})",
        aim=f"≤ {DUE_AIM.microseconds} µs, ≤ {RESOLVE_AIM.microseconds // 1000} ms",
        verdict=judged(is_met=met),
        explained={
            "due_seconds": rounds,
            "resolve_seconds": resolutions,
            "windows": len(working_time.edges) // 2,
            "zone_data": working_time.zone_data,
        },
    )


def _resolution(calendar: Calendar) -> float:
    began = perf_counter()
    resolve(calendar, START, END)
    return perf_counter() - began


def _round(working_time: WorkingTime) -> float:
    """Seconds of one deadline, on average over all questions; asserts that the windows sufficed."""
    began = perf_counter()
    deadlines = [due(working_time, start, length) for start, length in QUESTIONS]
    taken = perf_counter() - began
    if max(deadlines) >= working_time.horizon_at:
        raise AssertionError("a deadline lies beyond the windows")
    return taken / len(QUESTIONS)
