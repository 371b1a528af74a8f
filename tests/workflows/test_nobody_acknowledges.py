"""Nobody acknowledges: every level is told, round again, and the last resort has it."""

from datetime import timedelta

from domain.events import LastResortReached, LastResortTold, LevelNotified, LevelReached
from tests.workflows.house import house

MINUTES = [0, 10, 20, 35, 45, 55]
"""When the levels are due: three of them, and once again."""


async def test_nobody_acknowledges_and_the_last_resort_has_it() -> None:
    async with house() as home:
        life = await home.open()
        await home.pass_time(timedelta(hours=2))
        state = await life.settled()
    opened = life.events()[0].at
    planned = [opened + timedelta(minutes=after) for after in MINUTES]
    assert [event.planned for event in life.all(LevelReached)] == planned
    assert [event.level for event in life.all(LevelNotified)] == [1, 2, 3, 1, 2, 3]
    assert [event.planned for event in life.all(LastResortReached)] == [opened + timedelta(minutes=70)]
    assert [event.people for event in life.all(LastResortTold)] == [("eva",)]
    assert state.owner == "eva"
