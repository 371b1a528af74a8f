"""Many decisions in one request: each counts for itself."""

from datetime import timedelta
from typing import Any

import pytest

from starter.api.bulk import ONCE_AWAY
from starter.errors import ServerAway
from starter.gateway import Gateway
from starter.orders import DecisionOutcome, DecisionStatus
from tests.api.house import API, Api
from tests.eventually import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_each_item_has_its_own_result_at_its_place(api: Api) -> None:
    one, two = [(await api.open(f"bulk-1-{name}")).rsplit("/", 1)[1] for name in "ab"]
    note = {"type": "note", "text": "seen"}
    items: list[dict[str, Any]] = [
        {"escalation": one, "decision": note},
        {"escalation": "nobody", "decision": note},
        {"escalation": two, "decision": {"type": "confirm"}},
        {"escalation": two, "decision": note, "if_seq": 1},
        {"escalation": two, "decision": note},
    ]
    async with api.as_("team_lead") as client:
        answer = await client.post(f"{API}/escalations:bulk-decide", json={"items": items})
    results = answer.json()["results"]
    assert [result["status"] for result in results] == [200, 404, 409, 412, 200]
    assert [result["escalation"] for result in results] == [item["escalation"] for item in items]
    assert results[2]["problem"]["reason"] == "wrong_stage"


async def test_the_etag_that_was_seen_holds_for_that_very_escalation(api: Api) -> None:
    place = await api.open("bulk-6")
    other = (await api.open("bulk-7")).rpartition("/")[2]
    note = {"type": "note", "text": "seen"}

    async with api.as_("team_lead") as client:

        async def decided() -> list[int] | None:
            """Messages are still going out after the opening, and each is an event."""
            tag = (await client.get(place)).headers["etag"]
            items = [
                {"escalation": "bulk-6", "decision": note, "if_match": tag},
                {"escalation": "bulk-6", "decision": note, "if_match": tag},
                {"escalation": other, "decision": note, "if_match": tag},
            ]
            answer = await client.post(f"{API}/escalations:bulk-decide", json={"items": items})
            found = [result["status"] for result in answer.json()["results"]]
            return found if found[0] == 200 else None

        assert await eventually(decided) == [200, 412, 412]


@pytest.mark.parametrize(
    ("seen", "pointer"),
    [({"if_match": "15"}, "/items/0/if_match"), ({"if_match": '"1"', "if_seq": 1}, "/items/0")],
)
async def test_what_was_seen_is_said_once_and_as_it_came(
    api: Api, seen: dict[str, Any], pointer: str
) -> None:
    item = {"escalation": "bulk-8", "decision": {"type": "note", "text": "seen"}, **seen}
    async with api.as_("team_lead") as client:
        answer = await client.post(f"{API}/escalations:bulk-decide", json={"items": [item]})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_mistaken_item_is_named_by_its_place_and_nothing_is_done(api: Api) -> None:
    place = await api.open("bulk-2")
    items = [
        {"escalation": "bulk-2", "decision": {"type": "note", "text": "not to be"}},
        {"escalation": "bulk-2", "decision": {"type": "note"}},
    ]
    async with api.as_("team_lead") as client:
        answer = await client.post(f"{API}/escalations:bulk-decide", json={"items": items})
        timeline = await client.get(f"{place}/timeline")
    assert answer.json()["errors"][0]["pointer"] == "/items/1/decision/text"
    assert "not to be" not in timeline.text


async def test_what_is_decided_about_one_escalation_keeps_its_order_however_it_is_called(api: Api) -> None:
    place = await api.open("bulk-5")
    id_ = place.rpartition("/")[2]
    names = ["bulk-5", id_, id_.partition("~")[0]] * 4
    items = [
        {"escalation": name, "decision": {"type": "note", "text": str(number)}}
        for number, name in enumerate(names)
    ]
    async with api.as_("team_lead") as client:
        await client.post(f"{API}/escalations:bulk-decide", json={"items": items})
        entries = (await client.get(f"{place}/timeline", params={"limit": 500})).json()["entries"]
    noted = [each["event"]["text"] for each in entries if each["type"] == "noted"]
    assert noted == [str(number) for number in range(len(names))]


async def test_more_than_five_hundred_at_once_are_refused(api: Api) -> None:
    item = {"escalation": "bulk-3", "decision": {"type": "note", "text": "x"}}
    async with api.as_("team_lead") as client:
        answer = await client.post(f"{API}/escalations:bulk-decide", json={"items": [item] * 501})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/items")


async def test_where_no_worker_answers_the_first_the_others_do_not_wait_as_long(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[timedelta | None] = []

    async def held(_: Gateway, ref: str, _decision: object, patience: timedelta | None) -> DecisionOutcome:
        waited.append(patience)
        return DecisionOutcome(escalation_id=ref, status=DecisionStatus.ACCEPTED)

    place = (await api.open("bulk-4")).rsplit("/", 1)[1]
    monkeypatch.setattr(Gateway, "decide", held)
    items = [{"escalation": place, "decision": {"type": "note", "text": "seen"}}] * 4
    async with api.as_("team_lead") as client:
        answer = await client.post(f"{API}/escalations:bulk-decide", json={"items": items})
    assert [each["status"] for each in answer.json()["results"]] == [202] * 4
    assert waited == [None, *[ONCE_AWAY] * 3]


async def test_where_the_server_does_not_answer_the_first_the_others_are_not_tried(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def away(_: Gateway, ref: str, *_more: object) -> None:
        asked.append(ref)
        raise ServerAway("the Temporal server does not answer")

    one, two = [(await api.open(f"bulk-6-{name}")).rsplit("/", 1)[1] for name in "ab"]
    monkeypatch.setattr(Gateway, "decide", away)
    named = [one, two] * 10
    note = {"type": "note", "text": "seen"}
    async with api.as_("escalation_manager") as client:
        answer = await client.post(
            f"{API}/escalations:bulk-decide",
            json={"items": [{"escalation": each, "decision": note} for each in named]},
        )
    results = answer.json()["results"]
    assert [each["escalation"] for each in results] == named
    assert {(each["status"], each["problem"]["code"]) for each in results} == {(503, "server_away")}
    assert 1 <= len(asked) == len(set(asked))
