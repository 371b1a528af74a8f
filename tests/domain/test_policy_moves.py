"""An edited policy or calendar: a running escalation keeps its own until somebody moves it."""

from datetime import datetime, timedelta

import pytest

from domain.calendars import WEEK, Calendar, resolve
from domain.errands import ResolveWorkingTime
from domain.events import PolicyMoveAsked, PolicyMoved, PromiseAtRisk, PromiseBroken, PromiseReplanned
from domain.policy import Policy, PromiseRule
from domain.vocabulary import Pause, PromiseKind, PromiseStatus, Severity
from domain.working_time import WorkingTime
from tests.domain.world import DAY, HOUR, POLICY, START, World, changed

OFFICE = Calendar(name="office", zone="UTC", weekly=dict.fromkeys(WEEK[:5], (("09:00", "17:00"),)))
TOMORROW_OFF = OFFICE.model_copy(update={"holidays": (((START + DAY).date(), "A new holiday"),)})


def promising(hours: int, calendar: Calendar | None = None, warn_at: tuple[float, ...] = ()) -> Policy:
    """A solution within so many hours, and nothing else."""
    rule = PromiseRule(
        kind=PromiseKind.RESOLVE,
        target=timedelta(hours=hours),
        calendar=calendar.name if calendar else None,
        warn_at=warn_at,
        pauses_while=(Pause.WAITING_FOR_CUSTOMER,),
    )
    calendars = {calendar.name: calendar.model_dump_json()} if calendar else {}
    return changed(POLICY, promises=dict.fromkeys(Severity, (rule,)), calendars=calendars)


def known(calendar: Calendar | None) -> dict[str, WorkingTime]:
    return {calendar.name: resolve(calendar, START - DAY, START + 200 * DAY)} if calendar else {}


def opened(policy: Policy, calendar: Calendar | None = None) -> World:
    world = World(policy, working_time=known(calendar or OFFICE))
    world.decide("accept", "mara", reason="ours")
    return world


def edit(world: World, policy: Policy, calendar: Calendar | None = None) -> None:
    """The files say something else from now on."""
    world.policy = changed(policy, version="v2")
    world.working_time = known(calendar or OFFICE)


def move(world: World) -> None:
    world.decide("move_policy", "mara", policy="test", reason="a new contract")


def due(world: World) -> datetime | None:
    return world.promise("resolve").due


def test_a_holiday_added_after_the_start_moves_no_promise_of_a_running_escalation() -> None:
    world = opened(promising(12, OFFICE), OFFICE)
    edit(world, promising(12, TOMORROW_OFF), TOMORROW_OFF)
    world.wait(2 * DAY)
    assert world.last(PromiseBroken).promise.broken_at == START + DAY + 4 * HOUR
    assert world.escalation.policy.calendars == {"office": OFFICE.model_dump_json()}


def test_working_time_is_asked_for_by_the_calendar_it_started_with_however_late() -> None:
    world = opened(promising(12, OFFICE), OFFICE)
    edit(world, promising(12, TOMORROW_OFF), TOMORROW_OFF)
    world.answers = False
    world.wait(111 * DAY)
    [asked] = [errand for errand in world.errands if isinstance(errand, ResolveWorkingTime)]
    assert asked.calendars == {"office": OFFICE.model_dump_json()}


def test_moved_to_a_version_with_a_new_holiday_it_is_due_a_day_later_from_the_same_start() -> None:
    world = opened(promising(12, OFFICE), OFFICE)
    world.wait(6 * HOUR)
    assert due(world) == START + DAY + 4 * HOUR
    edit(world, promising(12, TOMORROW_OFF), TOMORROW_OFF)
    move(world)
    assert due(world) == START + 2 * DAY + 4 * HOUR
    assert world.promise("resolve").started_at == START
    assert world.escalation.policy.calendars == {"office": TOMORROW_OFF.model_dump_json()}


@pytest.mark.parametrize(("hours", "later"), [(4, 4), (20, 20)])
def test_moved_to_shorter_or_longer_promises_they_count_from_the_original_start(
    hours: int, later: int
) -> None:
    world = opened(promising(8))
    world.wait(2 * HOUR)
    edit(world, promising(hours))
    move(world)
    assert due(world) == START + later * HOUR
    assert world.escalation.broken == ()


def test_a_warning_whose_time_lies_ahead_again_is_given_again() -> None:
    world = opened(promising(8, warn_at=(0.5, 0.75)))
    world.wait(5 * HOUR)
    edit(world, promising(16, warn_at=(0.5, 0.75)))
    move(world)
    world.wait(3 * HOUR)
    world.wait(4 * HOUR)
    warned = [START + hours * HOUR for hours in (4, 8, 12)]
    assert [event.planned for event in world.all(PromiseAtRisk)] == warned


def test_a_warning_that_was_given_is_not_given_twice_by_a_move() -> None:
    world = opened(promising(8, warn_at=(0.5,)))
    world.wait(5 * HOUR)
    edit(world, promising(7, warn_at=(0.5,)))
    move(world)
    world.wait(HOUR)
    assert len(world.all(PromiseAtRisk)) == 1


def test_moved_to_a_promise_whose_time_has_passed_it_breaks_at_once_with_both_times() -> None:
    world = opened(promising(8))
    world.wait(5 * HOUR)
    edit(world, promising(4))
    move(world)
    promise = world.promise("resolve")
    assert (promise.broken_at, promise.seen_broken_at) == (START + 4 * HOUR, START + 5 * HOUR)
    assert world.escalation.broken == ("resolve",)


def test_a_broken_promise_stays_broken_under_terms_by_which_it_would_have_held() -> None:
    world = opened(promising(4))
    world.wait(5 * HOUR)
    edit(world, promising(20))
    move(world)
    promise = world.promise("resolve")
    assert (promise.status, promise.broken_at) == (PromiseStatus.BROKEN, START + 4 * HOUR)
    assert world.all(PromiseReplanned) == []
    world.wait(HOUR)
    world.decide("declare_resolved", "mara", what_was_done="Mended.")
    world.decide("confirm", "rita")
    assert world.promise("resolve").status is PromiseStatus.BROKEN
    assert world.escalation.broken == ("resolve",)


def test_a_promise_that_broke_before_a_holiday_was_added_stays_broken() -> None:
    world = opened(promising(12, OFFICE), OFFICE)
    world.wait(DAY + 5 * HOUR)
    edit(world, promising(12, TOMORROW_OFF), TOMORROW_OFF)
    move(world)
    assert world.promise("resolve").broken_at == START + DAY + 4 * HOUR


def test_time_that_ran_before_a_pause_is_counted_anew_by_the_new_calendar() -> None:
    world = opened(promising(12))
    world.wait(10 * HOUR)
    world.decide("wait_for_customer", "mara", question="Which one?", wait=timedelta(days=9))
    edit(world, promising(12, TOMORROW_OFF), TOMORROW_OFF)
    move(world)
    assert due(world) is None
    world.wait(2 * DAY - 10 * HOUR)
    world.decide("customer_replied", "rita", text="This one.")
    # From nine to five it ran for eight hours, so four are left on the day after the holiday.
    assert due(world) == START + 2 * DAY + 4 * HOUR


def test_the_move_is_recorded_with_author_and_reason_and_with_what_it_replanned() -> None:
    world = opened(promising(8))
    world.wait(HOUR)
    edit(world, promising(20))
    move(world)
    asked, moved, replanned = (
        world.last(PolicyMoveAsked),
        world.last(PolicyMoved),
        world.last(PromiseReplanned),
    )
    assert [(each.by, each.at) for each in (asked, moved, replanned)] == [("mara", START + HOUR)] * 3
    assert {asked.reason, moved.reason} == {"a new contract"}
    assert (moved.policy.version, replanned.promise.due) == ("v2", START + 20 * HOUR)
