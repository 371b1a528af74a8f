"""What happened, over HTTP: timeline, deliveries, and Temporal's own events."""

from typing import Any

import pytest

from tests.api.house import Api
from tests.eventually import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_timeline_comes_in_pages_without_gap_or_repeat(api: Api) -> None:
    place = await api.open("history-1")
    async with api.as_("auditor") as client:
        whole = (await client.get(f"{place}/timeline", params={"limit": 500})).json()
        seen: list[dict[str, Any]] = []
        after: int | None = 0
        while after is not None:
            page = (await client.get(f"{place}/timeline", params={"limit": 3, "after": after})).json()
            seen += page["entries"]
            after = page["after"]
    assert [entry["seq"] for entry in seen][: len(whole["entries"])] == [
        entry["seq"] for entry in whole["entries"]
    ]
    assert [entry["seq"] for entry in seen] == list(range(1, len(seen) + 1))
    assert seen[0]["type"] == "opened"


async def test_every_message_is_shown_with_what_became_of_it(api: Api) -> None:
    place = await api.open("history-2")
    async with api.as_("auditor") as client:

        async def sent() -> list[dict[str, str]]:
            answer = await client.get(f"{place}/deliveries", params={"state": "sent"})
            return list(answer.json()["deliveries"])

        found = await eventually(sent)
    assert {each["state"] for each in found} == {"sent"}
    assert all(each["message_id"] and each["recipient"] for each in found)


async def test_the_history_of_temporal_is_decoded_and_paged(api: Api) -> None:
    place = await api.open("history-3")
    async with api.as_("auditor") as client:
        first = (await client.get(f"{place}/history", params={"limit": 2})).json()
        second = (await client.get(f"{place}/history", params={"limit": 2, "after": first["after"]})).json()
    ids = [entry["id"] for entry in (*first["entries"], *second["entries"])]
    assert len(second["entries"]) > 0
    assert ids == list(range(1, len(ids) + 1))
    started = first["entries"][0]
    assert started["type"] == "workflow_execution_started"
    assert started["attributes"]["input"]["payloads"][0]["opening"]["key"] == "history-3"


@pytest.mark.parametrize("after", ["garbage", "W10=", "WyJ4IiwgInkiXQ==", "W1tb" * 500])
async def test_a_page_that_nobody_named_is_a_mistake_of_the_caller(api: Api, after: str) -> None:
    place = await api.open("history-4")
    async with api.as_("auditor") as client:
        answer = await client.get(f"{place}/history", params={"after": after})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "after")


async def test_the_history_of_a_life_whose_key_lives_on_is_refused_as_the_openapi_says(api: Api) -> None:
    place = await api.open("history-5")
    earlier = f"{place.partition('~')[0]}~20200101-000000"
    async with api.as_("auditor") as client:
        answer = await client.get(f"{earlier}/history")
    assert (answer.status_code, answer.json()["code"]) == (409, "refused")
    route = api.app.openapi()["paths"]["/api/v1/escalations/{ref}/history"]["get"]
    assert "409" in route["responses"]


@pytest.mark.parametrize("part", ["", "/timeline", "/deliveries", "/superseded", "/history"])
async def test_an_escalation_that_is_not_there_is_not_found(api: Api, part: str) -> None:
    async with api.as_("auditor") as client:
        answer = await client.get(f"/api/v1/escalations/esc-nobody{part}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
