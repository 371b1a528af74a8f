"""Temporal is away: the API says so and when to try again, and goes on reading."""

from tests.smoke.door import API, door_of
from tests.smoke.organisation import ONE
from tests.smoke.stack import Stack


async def test_what_needs_temporal_is_put_off_and_what_was_recorded_is_read(stack: Stack) -> None:
    async with door_of(stack) as door:
        before = await door.open("known")
        place = before.headers["location"]
        await stack.expect_mail(ONE, "Please acknowledge: Case known")
        await stack.expect_event(before.json()["escalation_id"], "message_delivered")
        stack.kill_server()
        once = {"Idempotency-Key": "once"}
        away = [await door.open("later", **once), await door.decide(place, "note", "n-1", text="Seen.")]
        parts = ("", "/timeline", "/deliveries", "/decisions")
        read = [await door.client.get(place + part) for part in parts]
        listed = await door.client.get(f"{API}/escalations")
        await stack.start_server()
        again = [await door.open("later", **once), await door.decide(place, "note", "n-1", text="Seen.")]
        await stack.expect_mail(ONE, "Please acknowledge: Case later")
        await stack.expect_event(again[0].json()["escalation_id"], "message_delivered")
    assert [answer.status_code for answer in away] == [503, 503]
    assert {answer.json()["code"] for answer in away} == {"server_away"}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in away)
    assert [answer.status_code for answer in (*read, listed)] == [200] * 5
    assert again[0].status_code == 201
    assert again[1].status_code in (200, 202)
