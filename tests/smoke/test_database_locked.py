"""Somebody holds the ledger's file locked: escalations go on, and the ledger catches up in order."""

from tests.smoke import story
from tests.smoke.orders import decision, order
from tests.smoke.organisation import CALM, ONE, TWO
from tests.smoke.stack import Stack


async def test_decisions_count_and_messages_go_out_while_the_ledger_is_locked(stack: Stack) -> None:
    opened = await stack.gateway.open(order("locked", CALM))
    await stack.expect_mail(ONE, "Please acknowledge: Case locked")
    await stack.expect_event(opened.escalation_id, "message_delivered")
    stack.lock_database()
    outcomes = [
        await stack.gateway.decide(opened.escalation_id, each)
        for each in (
            decision("note", "note-1", text="Looking into it."),
            decision("climb", "climb-1", reason="Too slow."),
            decision("note", "note-2", text="Told the second level."),
        )
    ]
    await stack.expect_mail(TWO, "Please acknowledge: Case locked")
    stack.unlock_database()
    events = await stack.ledger_agrees(opened.escalation_id)
    assert [outcome.decided and outcome.decided.recorded for outcome in outcomes] == [False] * 3
    assert [event.decision_id for event in events if event.decision_id][1:] == ["note-1", "climb-1", "note-2"]
    assert story.types(events)[-1] == "message_delivered"
