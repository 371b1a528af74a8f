"""The worker is away while levels come due."""

from domain.events import EarlierLevelNotified, LevelNotified, LevelReached
from tests.workflows.hasty import HASTY_CLIMB, WAIT
from tests.workflows.house import house_on_the_dev_server
from tests.workflows.outside import Outside


async def test_levels_that_came_due_without_a_worker_keep_their_planned_times() -> None:
    async with house_on_the_dev_server(outside=Outside(HASTY_CLIMB), max_cached_workflows=0) as home:
        life = await home.start()
        await life.has("opened")
        opened = life.events()[0].at
        async with home.worker_away():
            seen = len(life.all(LevelReached))
            await home.clock_reaches(opened + 4 * WAIT)
        await life.has("last_resort_told")
        await life.settled()
    reached = life.all(LevelReached)
    assert [(event.round, event.level, event.planned) for event in reached] == [
        (round_, level, opened + (3 * round_ + level - 1) * WAIT) for round_ in (0, 1) for level in (1, 2, 3)
    ]
    earlier = [event.level for event in life.all(EarlierLevelNotified)]
    # However late the worker left: of what came due without it, only the last can still be in charge.
    assert {event.level for event in reached[seen:5][:-1]} <= set(earlier)
    assert len(earlier) + len(life.all(LevelNotified)) == len(reached)
