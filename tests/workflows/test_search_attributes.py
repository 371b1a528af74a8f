"""What Temporal's lists show."""

from tests.workflows.histories import upserts
from tests.workflows.house import house
from workflows.names import LEVEL, OWNER, STAGE


async def test_a_change_is_one_upsert_and_a_note_is_none() -> None:
    async with house() as home:
        life = await home.open()
        opened = upserts(await life.history())
        await life.decide("note", "anna", text="seen")
        noted = upserts(await life.history())
        await life.decide("acknowledge", "anna")
        acknowledged = upserts(await life.history())
        attributes = (await life.handle.describe()).typed_search_attributes
    assert len(opened) == 1
    assert noted == opened
    assert acknowledged[1:] == [["EscalationNextDue", "EscalationOwner"]]
    assert (attributes[STAGE], attributes[LEVEL], attributes[OWNER]) == ("review", 1, "anna")
