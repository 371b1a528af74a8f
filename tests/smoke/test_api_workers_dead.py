"""No worker runs, and the API takes in what services open and staff decide; it counts on return."""

from domain.events import Noted
from tests.smoke import story
from tests.smoke.door import API, door_of
from tests.smoke.organisation import ONE
from tests.smoke.stack import Stack


async def test_openings_and_decisions_are_taken_in_and_count_once_and_in_order(stack: Stack) -> None:
    async with door_of(stack) as door:
        before = await door.open("before")
        place = before.headers["location"]
        await stack.expect_mail(ONE, "Please acknowledge: Case before")
        await stack.expect_event(before.json()["escalation_id"], "message_delivered")
        assert await stack.stop_worker() == 0
        opened = [await door.open("meanwhile", **{"Idempotency-Key": "once"}) for _ in range(2)]
        decided = [
            await door.decide(place, "note", f"note-{number}", text=f"Thought {number}.")
            for number in (0, 1, 0)
        ]
        read = [await door.client.get(f"{place}{part}") for part in ("", "/timeline", "/decisions")]
        listed = await door.client.get(f"{API}/escalations")
        await stack.start_worker()
        await stack.expect_mail(ONE, "Please acknowledge: Case meanwhile")
        await stack.expect_event(opened[0].json()["escalation_id"], "message_delivered")
        await stack.expect_event(before.json()["escalation_id"], "noted", nth=2)
        events = await stack.ledger_agrees(before.json()["escalation_id"])
    assert [answer.status_code for answer in opened] == [201, 201]
    assert opened[1].headers["idempotency-replayed"] == "true"
    assert [answer.status_code for answer in decided] == [202] * 3
    assert [answer.status_code for answer in (*read, listed)] == [200] * 4
    assert [event.text for event in events if isinstance(event, Noted)] == [
        "Thought 0.",
        "Thought 1.",
    ]
    assert "decision_refused" not in story.types(events)
