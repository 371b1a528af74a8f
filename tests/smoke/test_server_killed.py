"""The Temporal server dies while levels fall due, and comes back on its file."""

from datetime import UTC, datetime, timedelta

from tests.eventually import eventually
from tests.smoke import story
from tests.smoke.orders import decision, order
from tests.smoke.organisation import LAST, MANAGER, ONE, QUICK, THREE, TWO
from tests.smoke.stack import Stack

WAIT = timedelta(seconds=2)


async def test_levels_that_fell_due_while_the_server_was_down_are_told_as_planned(stack: Stack) -> None:
    opened = await stack.gateway.open(order("down", QUICK))
    await stack.expect_mail(ONE, "Please acknowledge: Case down")
    first = await stack.expect_event(opened.escalation_id, "level_reached")
    stack.kill_server()

    async def two_levels_are_due() -> bool:
        return datetime.now(UTC) > first.at + 2 * WAIT

    await eventually(two_levels_are_due)
    await stack.start_server()
    for address in (TWO, THREE, LAST):
        await stack.expect_mail(address, "Please acknowledge: Case down")
    await stack.gateway.decide(opened.escalation_id, decision("cancel", "cancel-1", reason="Seen enough."))
    for address in (LAST, MANAGER):
        await stack.expect_mail(address, "Closed: Case down")
    story.levels_are_as_planned(await stack.ledger_agrees(opened.escalation_id), WAIT)
