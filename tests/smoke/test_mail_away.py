"""The mail server is away for a while: nothing is lost, nothing comes twice, and no level waits for it."""

from datetime import timedelta

from tests.smoke import story
from tests.smoke.orders import order
from tests.smoke.organisation import LAST, ONE, QUICK, THREE, TWO
from tests.smoke.stack import Stack

WAIT = timedelta(seconds=2)


async def test_every_level_is_told_once_when_mail_is_back_and_climbs_as_planned_meanwhile(
    stack: Stack,
) -> None:
    await stack.mail.stop()
    opened = await stack.gateway.open(order("silence", QUICK))
    await stack.expect_event(opened.escalation_id, "level_unreached")
    await stack.expect_event(opened.escalation_id, "last_resort_told")
    await stack.mail.start()
    for address in (ONE, TWO, THREE, LAST):
        await stack.expect_mail(address, "Please acknowledge: Case silence")
    await stack.expect_event(opened.escalation_id, "message_delivered", nth=4)
    story.levels_are_as_planned(await stack.ledger_agrees(opened.escalation_id), WAIT)
