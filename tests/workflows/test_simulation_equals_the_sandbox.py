"""Six of the 50 random cases in the sandbox that workflows really run in, which takes twice as long."""

from tests.simulation_equals_reality import compared


async def test_a_simulation_equals_reality_in_the_sandbox() -> None:
    found = await compared(6, 6078)
    assert found.differences == []
    assert {"linked", "joined", "report_joined", "policy_moved"} <= found.events.keys()
