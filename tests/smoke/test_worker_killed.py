"""The worker dies by SIGKILL, wherever its escalations are at that moment, and another one takes over."""

from datetime import UTC, datetime, timedelta

from tests.eventually import eventually
from tests.smoke import story
from tests.smoke.orders import decision, order
from tests.smoke.organisation import CALM, LAST, ONE, QUICK, THREE, TWO
from tests.smoke.stack import Stack

WAIT = timedelta(seconds=2)


async def test_four_lives_go_on_as_planned_when_a_kill_catches_them_at_four_moments(stack: Stack) -> None:
    calm = await stack.gateway.open(order("decided", CALM))
    await stack.expect_mail(ONE, "Please acknowledge: Case decided")
    between = await stack.gateway.open(order("between", QUICK))
    await stack.expect_mail(ONE, "Please acknowledge: Case between")
    first = await stack.expect_event(between.escalation_id, "message_delivered")
    stack.mail.hold(ONE)
    sending = await stack.gateway.open(order("sending", QUICK))
    held = await stack.expect_mail(ONE, "Please acknowledge: Case sending")
    just_opened = await stack.gateway.open(order("opened", QUICK))
    decided = await stack.gateway.decide(calm.escalation_id, decision("acknowledge", "ack-1"))
    stack.kill_worker()
    killed_at = datetime.now(UTC)
    stack.mail.release()

    async def the_next_level_is_due() -> bool:
        return datetime.now(UTC) > first.at + WAIT

    await eventually(the_next_level_is_due)
    await stack.start_worker()
    quick = {"between": between, "sending": sending, "opened": just_opened}
    for key, opened in quick.items():
        await stack.expect_event(opened.escalation_id, "last_resort_told")
        for address in (TWO, THREE, LAST):
            await stack.expect_mail(address, f"Please acknowledge: Case {key}")
        events = await stack.ledger_agrees(opened.escalation_id)
        story.levels_are_as_planned(events, WAIT)
        assert events[0].at < killed_at
    await stack.expect_mail(ONE, "Please acknowledge: Case opened")
    await stack.expect_mail(ONE, "Please acknowledge: Case sending")

    again = await stack.gateway.decide(calm.escalation_id, decision("acknowledge", "ack-1"))
    assert again == decided
    assert story.types(await stack.ledger_agrees(calm.escalation_id)).count("acknowledged") == 1
    assert story.announced_twice(await stack.ledger_agrees(sending.escalation_id)) == [held.message_id]
