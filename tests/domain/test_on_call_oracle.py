"""The final schedule against brute force: every quarter of an hour around a change of the clocks.

The oracle asks `whenever` what the clock on the wall means and looks at each instant by itself; it
shares nothing with the product but the values that describe a schedule.
"""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from whenever import PlainDateTime

from domain.calendars import WEEK as DAYS
from domain.on_call import OnCall, final_schedule, people_at
from domain.on_call_changes import Added, Change, Instead, Override, Removed, Replaced, Stretch, Swap
from domain.on_call_rules import Hours, Rotation, Rule, Weekly, WeeklyRule
from tests.domain.duties import schedule

QUARTER = timedelta(minutes=15)
CHANGES = {
    "Europe/Berlin": ("2026-03-29T01:00", "2026-10-25T01:00"),
    "America/New_York": ("2026-03-08T07:00", "2026-11-01T06:00"),
    "Australia/Sydney": ("2026-04-04T16:00", "2026-10-03T16:00"),
    "Australia/Lord_Howe": ("2026-04-04T15:00", "2026-10-03T15:30"),
}
"""The instants, in UTC, at which the clocks change."""
AROUND = timedelta(hours=30)
PEOPLE = ("ann", "ben", "cyd")


@cache
def meant(local: datetime, zone: str) -> datetime:
    """What RFC 5545 makes of a local time, by another library."""
    instant = PlainDateTime(local).assume_tz(zone, disambiguation="compatible")
    return instant.to_instant().to_stdlib()


def open_at(hours: Hours, zone: str, at: datetime) -> bool:
    days = (at.date() + timedelta(days=number) for number in range(-2, 3))
    return any(_opens(hours, zone, day, at) for day in days)


def _opens(hours: Hours, zone: str, day: date, at: datetime) -> bool:
    opens, closes = (datetime.fromisoformat(f"{day}T{edge}") for edge in hours.hours)
    closes += timedelta(days=closes <= opens)
    named = not hours.days or DAYS[day.weekday()] in hours.days
    return named and meant(opens, zone) <= at < meant(closes, zone)


def claimed(rule: Rule, at: datetime) -> list[str]:
    match rule:
        case Rotation(shift=timedelta() as shift):
            count = int((at.replace(tzinfo=None) - rule.starts + timedelta(days=3)) / shift) + 2
            handovers = [meant(rule.starts + turn * shift, rule.zone) for turn in range(count)]
            turn = bisect_right(handovers, at) - 1
            working = not rule.only or any(open_at(hours, rule.zone, at) for hours in rule.only)
            return [rule.people[turn % len(rule.people)]] * (turn >= 0 and working)
        case Weekly():
            return [who for each in rule.rules if open_at(each, rule.zone, at) for who in each.people]
        case _:
            raise AssertionError(rule)


def expected(on_call: OnCall, at: datetime) -> tuple[str, ...]:
    claims = [(layer.priority, claimed(layer.rule, at)) for layer in on_call.schedules["duty"].layers]
    top = max((priority for priority, people in claims if people), default=0)
    here = [who for priority, people in claims if priority == top for who in people]
    for swap in on_call.swaps:
        first, second = (each.start <= at < each.end for each in (swap.first_shift, swap.second_shift))
        given_away = {swap.first: swap.second} if first else {}
        given_away |= {swap.second: swap.first} if second else {}
        here = [given_away.get(who, who) for who in here]
    for override in on_call.overrides:
        here = changed(here, override.change) if override.start <= at < override.end else here
    return tuple(dict.fromkeys(here))


def changed(here: list[str], change: Change) -> list[str]:
    match change:
        case Instead():
            return list(change.people)
        case Added():
            return here + list(change.people)
        case Removed():
            return [who for who in here if who not in change.people]
        case Replaced():
            return [change.stand_ins.get(who, who) for who in here]


clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 30]))
people = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True).map(tuple)
days = st.lists(st.sampled_from(DAYS), max_size=4, unique=True).map(tuple)
changes: st.SearchStrategy[Change] = st.one_of(
    st.builds(Instead, people=st.just(()) | people),
    st.builds(Added, people=people),
    st.builds(Removed, people=people),
    st.builds(Replaced, stand_ins=st.just({"ann": "ben"}) | st.just({"ben": "cyd", "cyd": "ben"})),
)


@st.composite
def on_calls(draw: st.DrawFn) -> tuple[OnCall, datetime]:
    """A schedule, and the start of a stretch of quarters of an hour around a change of its clocks."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    start = datetime.fromisoformat(draw(st.sampled_from(CHANGES[zone]))).replace(tzinfo=UTC) - AROUND
    hours = st.builds(Hours, hours=st.tuples(clocks, clocks), days=days)
    rotations = st.builds(
        Rotation,
        zone=st.just(zone),
        starts=st.builds(
            lambda hour, minute: start.replace(tzinfo=None, hour=hour, minute=minute),
            st.integers(0, 23),
            st.sampled_from([0, 15, 30]),
        ),
        shift=st.integers(1, 30).map(lambda hours: timedelta(hours=hours)),
        people=people,
        only=st.lists(hours, max_size=2).map(tuple),
    )
    rule = st.builds(WeeklyRule, hours=st.tuples(clocks, clocks), days=days, people=people)
    weekly = st.builds(Weekly, zone=st.just(zone), rules=st.lists(rule, min_size=1, max_size=2).map(tuple))
    rules = draw(st.lists(st.tuples(st.integers(0, 2), rotations | weekly), min_size=1, max_size=3))
    edges = st.integers(0, 239)

    def stretch() -> tuple[datetime, datetime]:
        first, length = draw(edges), draw(st.integers(1, 60))
        return start + first * QUARTER, start + (first + length) * QUARTER

    overrides = []
    for change in draw(st.lists(changes, max_size=2)):
        since, until = stretch()
        overrides.append(Override(schedule="duty", start=since, end=until, change=change))
    swaps = []
    for one, other in draw(st.lists(st.permutations(PEOPLE).map(lambda order: order[:2]), max_size=1)):
        shifts = [Stretch(start=since, end=until) for since, until in (stretch(), stretch())]
        swaps.append(
            Swap(schedule="duty", first=one, first_shift=shifts[0], second=other, second_shift=shifts[1])
        )
    duty = schedule(*rules, zone=zone)
    return OnCall(schedules={"duty": duty}, overrides=tuple(overrides), swaps=tuple(swaps)), start


@settings(max_examples=12)
@given(on_calls(), st.integers(0, 239))
def test_at_every_quarter_of_an_hour_those_are_on_call_whom_brute_force_finds(
    planned: tuple[OnCall, datetime], one: int
) -> None:
    on_call, start = planned
    shifts = final_schedule(on_call, "duty", start, start + 2 * AROUND)
    starts = [shift.start for shift in shifts]
    quarters = [start + number * QUARTER for number in range(240)]
    answers = {at: shifts[bisect_right(starts, at) - 1].people for at in quarters}
    assert answers == {at: expected(on_call, at) for at in quarters}
    assert people_at(on_call, "duty", quarters[one]) == answers[quarters[one]]
