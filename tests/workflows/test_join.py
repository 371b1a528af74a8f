"""One escalation joins another."""

from tests.workflows.house import house


async def test_joining_tells_the_other_escalation_and_ends_this_one() -> None:
    async with house() as home:
        other, life = await home.open(), await home.open()
        await life.decide("join", "xena", into=other.id, reason="the same outage")
        ended = await life.ended()
        await other.has("report_joined")
        state = await other.settled()
    assert (ended.close_reason, ended.joined_into) == ("joined", other.id)
    assert state.reports_joined == 1
    assert life.types().index("join_asked") < life.types().index("joined") < life.types().index("closed")


async def test_joining_one_that_does_not_exist_is_undone_and_the_escalation_goes_on() -> None:
    async with house() as home:
        life = await home.open()
        await life.decide("join", "xena", into="esc-nowhere~20260302-090000", reason="the same outage")
        await life.has("errand_undone")
        done = await life.decide("acknowledge", "anna")
    assert done.stage == "review"


async def test_joining_one_that_has_ended_is_undone_and_the_escalation_goes_on() -> None:
    async with house() as home:
        other, life = await home.open(), await home.open()
        await other.decide("return_with_guidance", "xena", reason="no fault", guidance="See the manual.")
        await other.has_ended()
        await life.decide("join", "xena", into=other.id, reason="the same outage")
        await life.has("errand_undone")
        done = await life.decide("acknowledge", "anna")
    assert done.stage == "review"
    assert "report_joined" not in other.types()
