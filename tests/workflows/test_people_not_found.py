"""The people of a level cannot be found."""

from datetime import timedelta

from domain.events import LastResortTold, LevelReached, NobodyOnCall
from tests.workflows.house import house


async def test_a_level_with_nobody_on_call_passes_on_at_once() -> None:
    async with house() as home:
        home.outside.on_call["second"] = ()
        life = await home.open()
        await home.pass_time(timedelta(minutes=11))
        await life.settled()
    opened = life.events()[0].at
    (nobody,) = life.all(NobodyOnCall)
    assert nobody.level == 2
    planned = [(event.level, event.planned) for event in life.all(LevelReached)]
    assert planned[1:] == [(2, opened + timedelta(minutes=10)), (3, opened + timedelta(minutes=10))]


async def test_where_no_look_up_works_the_manager_has_it_at_once() -> None:
    async with house() as home:
        life = await home.open()
        home.outside.files_are_broken = True
        await home.pass_time(timedelta(minutes=11))
        await life.has("last_resort_told")
        await life.settled()
    assert [event.people for event in life.all(LastResortTold)] == [("mara",)]
    assert "the files are broken" in str(life.all(NobodyOnCall)[0].targets)
