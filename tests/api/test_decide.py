"""Deciding over HTTP: who, once, on what was seen, and with every refusal explained."""

import pytest

from tests.api.house import API, Api

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_decision_is_answered_with_the_escalation_as_it_stands_then(api: Api) -> None:
    place = await api.open("decide-1")
    async with api.as_("team_lead") as client:
        answer = await client.post(f"{place}/decisions", json={"type": "acknowledge"})
    assert answer.status_code == 200
    assert answer.json()["decided"]["changed"] is True
    assert answer.json()["escalation"]["ladder"]["acknowledged_by"] == ["lena-brandt"]
    assert answer.headers["etag"] == f'"{answer.json()["escalation"]["seq"]}"'


async def test_the_same_decision_again_changes_nothing(api: Api) -> None:
    place = await api.open("decide-2")
    note = {"type": "note", "text": "seen", "decision_id": "n-1"}
    async with api.as_("team_lead") as client:
        first = await client.post(f"{place}/decisions", json=note)
        again = await client.post(f"{place}/decisions", json=note)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json()["decided"] == first.json()["decided"]


async def test_another_body_under_the_same_decision_id_is_refused(api: Api) -> None:
    place = await api.open("decide-7")
    note = {"type": "note", "text": "seen", "decision_id": "n-1"}
    async with api.as_("team_lead") as client:
        await client.post(f"{place}/decisions", json=note)
        other = await client.post(f"{place}/decisions", json={**note, "text": "something else"})
        bulk = {"items": [{"escalation": place.rpartition("/")[2], "decision": {**note, "text": "more"}}]}
        in_bulk = (await client.post(f"{API}/escalations:bulk-decide", json=bulk)).json()["results"][0]
    assert (other.status_code, other.json()["code"], other.json()["reason"]) == (422, "key_reused", "reused")
    assert other.json()["errors"][0]["pointer"] == "/decision_id"
    assert (in_bulk["status"], in_bulk["problem"]["code"]) == (422, "key_reused")


async def test_a_decision_on_a_stale_picture_is_refused(api: Api) -> None:
    place = await api.open("decide-3")
    async with api.as_("team_lead") as client:
        stale = await client.post(
            f"{place}/decisions", json={"type": "note", "text": "late"}, headers={"If-Match": '"1"'}
        )
        garbage = await client.post(
            f"{place}/decisions", json={"type": "note", "text": "late"}, headers={"If-Match": "garbage"}
        )
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert (garbage.status_code, garbage.json()["errors"][0]["parameter"]) == (422, "If-Match")


async def test_what_the_rules_refuse_says_why_and_by_which_code(api: Api) -> None:
    place = await api.open("decide-4")
    async with api.as_("team_lead") as client:
        early = await client.post(f"{place}/decisions", json={"type": "confirm"})
        above = await client.post(
            f"{place}/decisions", json={"type": "move_policy", "policy": "gold-support", "reason": "why not"}
        )
    assert (early.status_code, early.json()["reason"]) == (409, "wrong_stage")
    assert (above.status_code, above.json()["reason"]) == (403, "not_allowed")


async def test_a_body_that_names_another_author_is_refused(api: Api) -> None:
    place = await api.open("decide-5")
    forged = {"type": "note", "text": "me", "author": {"id": "sofia-lindqvist", "role": "executive"}}
    async with api.as_("agent") as client:
        answer = await client.post(f"{place}/decisions", json=forged)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/author"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"type": "note"}, "/text"),
        ({"type": "note", "text": "x", "tetx": "y"}, "/tetx"),
        ({"type": "hand_over", "reason": "x", "team": "nobody"}, "/team"),
        ({"type": "hand_over", "reason": "x"}, ""),
        ({"type": "knot"}, "/type"),
        ({}, "/type"),
        ({"type": "snooze", "until": "tomorrow", "reason": "x"}, "/until"),
    ],
)
async def test_a_mistaken_decision_names_the_field(api: Api, body: dict[str, str], pointer: str) -> None:
    place = await api.open("decide-6")
    async with api.as_("team_lead") as client:
        answer = await client.post(f"{place}/decisions", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert answer.json()["errors"][0]["mend"]
