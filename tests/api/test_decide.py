"""Deciding over HTTP: who, once, on what was seen, and with every refusal explained."""

from typing import Any

import pytest

from tests.api.house import API, Api, a_body
from tests.eventually import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_decision_is_answered_with_the_escalation_as_it_stands_then(api: Api) -> None:
    place = await api.open("decide-1")
    async with api.as_("team_lead") as client:
        answer = await client.post(f"{place}/decisions", json={"type": "acknowledge"})
    assert answer.status_code == 200
    assert answer.json()["decided"]["changed"] is True
    assert answer.json()["escalation"]["ladder"]["acknowledged_by"] == ["lena-brandt"]
    after = answer.json()["escalation"]
    assert answer.headers["etag"] == f'"{after["id"]}/{after["seq"]}"'


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


async def test_what_was_seen_of_one_escalation_does_not_count_for_the_next_under_its_key(
    api: Api,
) -> None:
    first = await api.open("decide-8")
    async with api.as_("escalation_manager") as client:
        closed = await client.post(f"{first}/decisions", json={"type": "cancel", "reason": "by mistake"})
        seen = closed.headers["etag"]

        async def has_ended() -> bool:
            life = await api.app.state.doors.temporal.client()
            described = await life.get_workflow_handle("esc-decide-8").describe()
            return described.close_time is not None

        await eventually(has_ended)
        second = await api.open("decide-8")
        note = {"type": "note", "text": "late"}
        by_key = f"{API}/escalations/decide-8"
        stale = await client.post(f"{by_key}/decisions", json=note, headers={"If-Match": seen})
        of_another = await client.post(f"{second}/decisions", json=note, headers={"If-Match": seen})
        read = await client.get(by_key, headers={"If-None-Match": seen})

        async def decided_on_what_is() -> str | None:
            """Messages are still going out after the opening, and each is an event."""
            tag = (await client.get(by_key)).headers["etag"]
            answer = await client.post(f"{by_key}/decisions", json=note, headers={"If-Match": tag})
            return str(answer.headers["etag"]) if answer.status_code == 200 else None

        tag = await eventually(decided_on_what_is)
        former = str(tag).replace(second.rpartition("/")[2], first.rpartition("/")[2])
        same_number = await client.post(f"{by_key}/decisions", json=note, headers={"If-Match": former})
    assert second != first
    assert [each.status_code for each in (stale, of_another, same_number)] == [412] * 3
    assert stale.json()["code"] == of_another.json()["code"] == "stale"
    assert read.status_code == 200


async def test_what_the_rules_refuse_says_why_and_by_which_code(api: Api) -> None:
    place = await api.open("decide-4")
    async with api.as_("team_lead") as client:
        early = await client.post(f"{place}/decisions", json={"type": "confirm"})
        above = await client.post(
            f"{place}/decisions", json={"type": "move_policy", "policy": "gold-support", "reason": "why not"}
        )
    assert (early.status_code, early.json()["reason"]) == (409, "wrong_stage")
    assert (above.status_code, above.json()["reason"]) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (
            {"type": "add_affected_customer", "customer": {"id": "acme", "name": "ACME", "teir": "gold"}},
            "/customer/teir",
        ),
        (
            {"type": "link", "link": {"relation": "problem", "id": "p-1", "titel": "A switch"}},
            "/link/titel",
        ),
        (
            {"type": "report_again", "report": {**a_body()["report"], "imapct": "high"}},
            "/report/imapct",
        ),
    ],
)
async def test_a_field_that_is_not_known_is_refused_also_within(
    api: Api, body: dict[str, Any], pointer: str
) -> None:
    place = await api.open("decide-12")
    async with api.as_("team_lead") as client:
        answer = await client.post(f"{place}/decisions", json=body)
    assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (422, [pointer])


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
        ({"type": "parent_closed", "parent": "esc-made-up", "reason": "It was solved there."}, "/type"),
        (
            {"type": "report_again", "report": a_body()["report"], "joined_from": "esc-made-up"},
            "/joined_from",
        ),
    ],
)
async def test_what_one_escalation_tells_another_no_caller_says(
    api: Api, body: dict[str, Any], pointer: str
) -> None:
    place = await api.open("decide-11")
    async with api.as_("service") as client:
        answer = await client.post(f"{place}/decisions", json=body)
        possible = (await client.get(f"{place}/decisions")).json()["decisions"]
        stage = (await client.get(place)).json()["stage"]
    assert (answer.status_code, answer.json()["errors"][0]["pointer"], stage) == (422, pointer, "review")
    assert "parent_closed" not in {each["type"] for each in possible}


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
        ({"type": "note", "text": "x", "decision_id": "two words"}, "/decision_id"),
        ({"type": "note", "text": "x", "decision_id": 7}, "/decision_id"),
    ],
)
async def test_a_mistaken_decision_names_the_field(api: Api, body: dict[str, Any], pointer: str) -> None:
    place = await api.open("decide-6")
    async with api.as_("team_lead") as client:
        answer = await client.post(f"{place}/decisions", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert answer.json()["errors"][0]["mend"]
