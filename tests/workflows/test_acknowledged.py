"""An acknowledgement stops the climb."""

from datetime import timedelta

from domain.events import LevelReached
from tests.workflows.house import house


async def test_an_acknowledgement_stops_the_climb() -> None:
    async with house() as home:
        life = await home.open()
        await home.pass_time(timedelta(minutes=12))
        await life.decide("acknowledge", "xena")
        await home.pass_time(timedelta(hours=2))
        state = await life.settled()
    assert [event.level for event in life.all(LevelReached)] == [1, 2]
    assert state.ladder.status == "acknowledged"
    assert state.owner == "xena"
