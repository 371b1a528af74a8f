"""50 random cases by random scripts: the dry run and the real workflow tell the same, event by event."""

import pytest

from domain.vocabulary import CloseReason
from tests.simulation_equals_reality import compared


@pytest.mark.parametrize("seed", [2026, 4052])
async def test_a_simulation_equals_reality(seed: int) -> None:
    found = await compared(25, seed)
    assert found.differences == []
    assert {"linked", "joined", "report_joined", "policy_moved"} <= found.events.keys()
    assert CloseReason.PARENT_CLOSED in found.ends
