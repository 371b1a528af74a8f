"""No worker runs: what is opened and decided is held by the server, and counts once a worker is back."""

from datetime import UTC, datetime, timedelta

from domain.events import Noted
from starter.orders import DecisionStatus, OpenOutcome
from tests.smoke import story
from tests.smoke.orders import decision, order
from tests.smoke.organisation import CALM, ONE
from tests.smoke.stack import Stack

IMPATIENT = timedelta(milliseconds=500)


async def test_what_was_opened_and_decided_without_a_worker_counts_once_and_in_order(
    stack_without_worker: Stack,
) -> None:
    stack = stack_without_worker
    opened = await stack.gateway.open(order("held", CALM))
    notes = [decision("note", f"note-{number}", text=f"Thought {number}.") for number in range(4)]
    outcomes = [
        await stack.gateway.decide(opened.escalation_id, each, IMPATIENT) for each in (*notes, *notes[:2])
    ]
    before_the_worker = datetime.now(UTC)
    await stack.start_worker()
    await stack.expect_mail(ONE, "Please acknowledge: Case held")
    await stack.expect_event(opened.escalation_id, "message_delivered")
    events = await stack.ledger_agrees(opened.escalation_id)
    assert opened.outcome is OpenOutcome.STARTED
    assert {outcome.status for outcome in outcomes} == {DecisionStatus.ACCEPTED}
    assert [event.text for event in events if isinstance(event, Noted)] == [
        "Thought 0.",
        "Thought 1.",
        "Thought 2.",
        "Thought 3.",
    ]
    assert events[0].at < before_the_worker
    assert "decision_refused" not in story.types(events)
