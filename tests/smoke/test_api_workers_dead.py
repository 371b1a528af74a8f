"""No worker runs, and the API takes in what services open and staff decide; it counts on return."""

from domain.events import DecisionRefused, Noted
from domain.vocabulary import Role
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


async def test_of_two_who_decide_under_one_id_both_are_heard_of(stack: Stack) -> None:
    async with door_of(stack) as door:
        opened = await door.open("two")
        place, id_ = opened.headers["location"], opened.json()["escalation_id"]
        await stack.expect_mail(ONE, "Please acknowledge: Case two")
        await stack.expect_event(id_, "message_delivered")
        _, other = await door.doors.keys.create("crm", Role.SERVICE, created_by="tests")
        assert await stack.stop_worker() == 0
        first = await door.decide(place, "note", "same", text="The first.")
        door.client.headers["Authorization"] = f"Bearer {other}"
        second = await door.decide(place, "note", "same", text="The second.")
        await stack.start_worker()
        await stack.expect_event(id_, "decision_refused")
        events = await stack.ledger_agrees(id_)
    assert (first.status_code, second.status_code) == (202, 202)
    assert [event.text for event in events if isinstance(event, Noted)] == ["The first."]
    refused = [event for event in events if isinstance(event, DecisionRefused)]
    assert [(event.by, event.code, event.reused) for event in refused] == [("crm", "reused", "same")]
