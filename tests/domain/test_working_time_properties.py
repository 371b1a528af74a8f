"""Laws of working time that hold for any windows, instants and durations."""

from datetime import datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.working_time import EPOCH, WorkingTime

START, HORIZON = 1_000_000, 2_000_000
MICROSECONDS = st.integers(0, (HORIZON - START) * 1_000_000)
INSTANTS = MICROSECONDS.map(lambda passed: EPOCH + timedelta(seconds=START, microseconds=passed))
DURATIONS = st.one_of(
    st.integers(1, 5_000_000).map(lambda us: timedelta(microseconds=us)),
    st.integers(1, 400_000).map(lambda seconds: timedelta(seconds=seconds)),
)


def windows(edges: set[int]) -> WorkingTime:
    paired = sorted(edges)[: len(edges) // 2 * 2]
    return WorkingTime(
        calendar="any", version="1", zone_data="", edges=tuple(paired), start=START, horizon=HORIZON
    )


SHARES = st.integers(1, 999)
WINDOWS = st.sets(st.integers(START, HORIZON), min_size=2, max_size=40).map(windows)


def part(whole: WorkingTime, first: int, last: int) -> WorkingTime:
    """The same windows as known from `first` to `last` only."""
    pairs = zip(whole.edges[::2], whole.edges[1::2], strict=True)
    cut = ((max(opens, first), min(closes, last)) for opens, closes in pairs)
    inside = filter(lambda window: window[0] < window[1], cut)
    edges = tuple(edge for window in inside for edge in window)
    return whole.model_copy(update={"edges": edges, "start": first, "horizon": last})


@given(WINDOWS, INSTANTS, SHARES)
def test_exactly_the_added_time_lies_between_start_and_deadline(
    wt: WorkingTime, start: datetime, share: int
) -> None:
    duration = wt.between(start, wt.horizon_at) * share // 1000
    assert wt.between(start, wt.add(start, duration)) == duration


@given(WINDOWS, INSTANTS, DURATIONS)
def test_no_earlier_instant_is_the_deadline(wt: WorkingTime, start: datetime, duration: timedelta) -> None:
    deadline = wt.add(start, duration)
    assert wt.between(start, deadline - timedelta(microseconds=1)) < duration


@given(WINDOWS, INSTANTS, SHARES)
def test_subtracting_what_was_added_leads_back_to_where_work_began(
    wt: WorkingTime, start: datetime, share: int
) -> None:
    start = min(start, EPOCH + timedelta(seconds=wt.edges[-1] - 1))
    duration = wt.between(start, wt.horizon_at) * share // 1000
    assert wt.subtract(wt.add(start, duration), duration) == wt.next_open(start)


@given(WINDOWS, INSTANTS, SHARES)
def test_adding_what_was_subtracted_leads_back_to_where_work_ended(
    wt: WorkingTime, end: datetime, share: int
) -> None:
    end = max(end, EPOCH + timedelta(seconds=wt.edges[0] + 1))
    duration = wt.between(EPOCH, end) * share // 1000
    begin = wt.subtract(end, duration)
    assert wt.between(begin, end) == duration
    again = wt.add(begin, duration)
    assert again <= end
    assert wt.between(again, end) == timedelta(0)


@given(WINDOWS, INSTANTS, DURATIONS)
def test_what_lies_outside_of_the_windows_is_bounded_by_their_ends(
    wt: WorkingTime, instant: datetime, beyond: timedelta
) -> None:
    assert wt.subtract(instant, wt.between(EPOCH, instant) + beyond) == EPOCH + timedelta(seconds=START)
    assert wt.add(instant, wt.between(instant, wt.horizon_at) + beyond) == wt.horizon_at


@given(WINDOWS, INSTANTS, DURATIONS, DURATIONS)
def test_splitting_a_duration_makes_no_difference(
    wt: WorkingTime, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert wt.add(wt.add(start, first), second) == wt.add(start, first + second)
    assert wt.subtract(wt.subtract(start, first), second) == wt.subtract(start, first + second)


@given(WINDOWS, INSTANTS, INSTANTS, INSTANTS)
def test_measured_parts_add_up(wt: WorkingTime, one: datetime, two: datetime, three: datetime) -> None:
    assert wt.between(one, two) + wt.between(two, three) == wt.between(one, three)


@given(WINDOWS, INSTANTS)
def test_an_instant_is_open_when_the_next_moment_of_it_counts(wt: WorkingTime, instant: datetime) -> None:
    moment = timedelta(microseconds=1)
    assert wt.is_open(instant) == (wt.between(instant, instant + moment) == moment)
    assert wt.is_open(instant) == (wt.next_open(instant) == instant < wt.horizon_at)


@given(WINDOWS, st.integers(START, HORIZON - 1), st.integers(0, HORIZON))
def test_two_parts_that_meet_or_overlap_join_to_the_whole(wt: WorkingTime, meet: int, overlap: int) -> None:
    first, second = part(wt, START, meet), part(wt, max(START, meet - overlap), HORIZON)
    assert first.extended_by(second) == wt


@given(WINDOWS, INSTANTS, DURATIONS, st.integers(START, HORIZON))
def test_a_shorter_horizon_never_promises_a_later_deadline(
    wt: WorkingTime, start: datetime, duration: timedelta, horizon: int
) -> None:
    assume(start <= EPOCH + timedelta(seconds=horizon))
    assert part(wt, START, horizon).add(start, duration) <= wt.add(start, duration)
