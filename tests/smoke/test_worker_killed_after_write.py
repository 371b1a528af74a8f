"""The worker dies when the ledger has what Temporal has not: what Temporal does again is what happened."""

import asyncio

from tests.smoke.orders import decision, order
from tests.smoke.organisation import CALM, ONE
from tests.smoke.stack import Stack


async def test_what_a_lost_task_had_written_gives_way_to_what_was_done_again(
    stack_without_worker: Stack,
) -> None:
    stack = stack_without_worker
    await stack.start_worker("tests.smoke.dying_worker", "acknowledged")
    opened = await stack.gateway.open(order("written", CALM))
    await stack.expect_mail(ONE, "Please acknowledge: Case written")
    await stack.expect_event(opened.escalation_id, "message_delivered")

    async with asyncio.TaskGroup() as tasks:
        # Answered, or held as a signal: how soon the server hands the update to the next worker varies.
        tasks.create_task(stack.gateway.decide(opened.escalation_id, decision("acknowledge", "ack-1")))
        await stack.worker_died()
        written = await stack.expect_event(opened.escalation_id, "acknowledged")
        await stack.start_worker()

    events = await stack.ledger_agrees(opened.escalation_id)
    (acknowledged,) = [event for event in events if event.type == "acknowledged"]
    assert acknowledged.at > written.at
    superseded = await stack.reader.superseded(opened.escalation_id)
    assert written.seq in {row.seq for row in superseded}
    assert written.at in {row.at for row in superseded}
