"""Ids that somebody else has used or could guess: no decision is lost to them, and nothing is found out."""

import pytest

from tests.api.house import API, Api

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_id_under_which_somebody_else_decided_is_refused_aloud(api: Api) -> None:
    place = await api.open("others-1")
    async with api.as_("team_lead") as lead, api.as_("escalation_manager") as manager:
        first = await lead.post(
            f"{place}/decisions", json={"type": "note", "text": "mine", "decision_id": "1"}
        )
        other = {"type": "note", "text": "lost", "decision_id": "1"}
        second = await manager.post(f"{place}/decisions", json=other)
        again = await manager.post(f"{place}/decisions", json={**other, "decision_id": "2"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert (second.status_code, second.json()["code"]) == (422, "key_reused")
    assert second.json()["errors"][0]["pointer"] == "/decision_id"


async def test_a_made_up_id_does_not_tell_what_else_the_key_stands_for(api: Api) -> None:
    place = await api.open("others-2")
    real = place.rpartition("/")[2]
    made_up = f"{real.partition('~')[0]}~20200101-000000"
    for who in ("reporter", "escalation_manager"):
        async with api.as_(who) as client:
            for path in (made_up, f"{made_up}/timeline", f"{made_up}/stream"):
                answer = await client.get(f"{API}/escalations/{path}")
                assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
                assert real not in answer.text
