"""The ledger is away, refuses, or comes back."""

from datetime import timedelta

from domain.apply import fold
from tests.workflows.house import Life, house


async def test_a_decision_counts_while_the_ledger_is_away_and_the_record_follows() -> None:
    async with house() as home:
        life = await home.open()
        home.outside.ledger_is_away = True
        recorded = len(life.events())
        first = await life.decide("acknowledge", "anna")
        second = await life.decide("note", "anna", text="while it is away")
        assert (first.recorded, second.recorded) == (False, False)
        assert len(life.events()) == recorded
        home.outside.ledger_is_away = False
        await _is_back(life)
        third = await life.decide("note", "anna", text="it is back")
        state = await life.settled()
    assert third.recorded
    assert fold(life.events()) == state


async def test_levels_are_told_while_the_ledger_is_away() -> None:
    async with house() as home:
        life = await home.open()
        home.outside.ledger_is_away = True
        await home.pass_time(timedelta(minutes=25))
        state = await life.snapshot()
        home.outside.ledger_is_away = False
        await _is_back(life)
    assert state.ladder.level == 3
    assert life.types().count("level_notified") == 3


async def test_a_ledger_that_refuses_for_good_stops_nothing_until_people_have_mended_it() -> None:
    async with house() as home:
        life = await home.open()
        home.outside.ledger_refuses = True
        done = await life.decide("acknowledge", "anna")
        home.outside.ledger_refuses = False
        await home.pass_time(timedelta(hours=1, minutes=1))
        state = await life.settled()
    assert (done.changed, done.recorded) == (True, False)
    assert fold(life.events()) == state


async def _is_back(life: Life) -> None:
    """The workflow tries again after its own wait."""
    await life.house.pass_time(timedelta(minutes=1))
    await life.settled()
