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
    others = [await stack.gateway.open(order(f"other-{number}", CALM)) for number in range(5)]
    outcomes = [
        await stack.gateway.decide(opened.escalation_id, each)
        for each in (
            decision("note", "note-1", text="Looking into it."),
            decision("climb", "climb-1", reason="Too slow."),
            decision("note", "note-2", text="Told the second level."),
        )
    ]
    await stack.expect_mail(TWO, "Please acknowledge: Case locked", within=15)
    for number in range(5):
        await stack.expect_mail(ONE, f"Please acknowledge: Case other-{number}", within=15)
    stack.unlock_database()
    await stack.expect_event(opened.escalation_id, "message_delivered", nth=2)
    events = await stack.ledger_agrees(opened.escalation_id)
    assert [outcome.decided and outcome.decided.recorded for outcome in outcomes] == [False] * 3
    decided = [event.decision_id for event in events if event.decision_id]
    assert decided[1:] == ["note-1", "climb-1", "note-2"]
    for other in others:
        await stack.expect_event(other.escalation_id, "message_delivered")
        assert story.types(await stack.ledger_agrees(other.escalation_id))[0] == "opened"
