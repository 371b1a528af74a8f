"""Random cases by random scripts: the dry run and the real workflow tell the same, event by event."""

from tests.simulation_equals_reality import compared

LIVES, SEED = 5, 2026


async def test_a_simulation_equals_reality() -> None:
    assert await compared(LIVES, SEED) == []
