"""A parent and its child."""

from tests.workflows.house import house


async def test_a_parent_that_is_resolved_closes_its_child() -> None:
    async with house() as home:
        parent, child = await home.open(), await home.open()
        await parent.decide("link", "anna", link={"relation": "child", "id": child.id})
        await child.has("linked")
        await parent.decide("accept", "xena", reason="right")
        await parent.decide("declare_resolved", "xena", what_was_done="Totals corrected.")
        await parent.decide("confirm", "crm")
        await parent.decide("close", "mara", reason="nothing is owed")
        ended = await child.ended()
    assert ended.close_reason == "parent_closed"
    assert [(link.relation, link.id) for link in ended.links] == [("parent", parent.id)]
