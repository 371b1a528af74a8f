"""The list over HTTP: narrowed, in order, page by page, and only what the caller reaches."""

from typing import Any

import pytest

from tests.api.house import API, Api

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def keys_of(api: Api, name: str, **params: Any) -> list[str]:
    """All pages, three at a time."""
    found: list[str] = []
    after: str | None = None
    async with api.as_(name) as client:
        while True:
            place = {} if after is None else {"after": after}
            answer = await client.get(f"{API}/escalations", params={"limit": 3, **params, **place})
            assert answer.status_code == 200, answer.text
            found += [each["key"] for each in answer.json()["escalations"]]
            after = answer.json()["after"]
            if after is None:
                return found


async def test_pages_follow_each_other_without_gap_or_repeat(api: Api) -> None:
    for number in range(5):
        await api.open(f"paged-{number}")
    found = await keys_of(api, "auditor", text="paged", sort="opened")
    assert found == [f"paged-{number}" for number in (4, 3, 2, 1, 0)]


async def test_a_list_can_be_narrowed_by_several_values_of_a_field(api: Api) -> None:
    await api.open("narrowed")
    assert await keys_of(api, "auditor", text="narrowed", severity=["S1", "S2"]) == ["narrowed"]
    assert await keys_of(api, "auditor", text="narrowed", severity=["S3", "S4"]) == []
    assert await keys_of(api, "auditor", text="narrowed", open="false") == []


async def test_the_total_is_counted_on_request(api: Api) -> None:
    await api.open("counted")
    async with api.as_("auditor") as client:
        counted = await client.get(f"{API}/escalations", params={"text": "counted", "total": "true"})
        plain = await client.get(f"{API}/escalations", params={"text": "counted"})
    assert counted.json()["total"] == {"number": 1, "is_exact": True}
    assert plain.json()["total"] is None


@pytest.mark.parametrize(
    ("params", "parameter"),
    [
        ({"stage": "nowhere"}, "stage.0"),
        ({"stagee": "review"}, "stagee"),
        ({"limit": 0}, "limit"),
        ({"after": "garbage"}, "after"),
        ({"due_before": "2026-01-01T00:00:00"}, "due_before"),
        ({"sort": "wish"}, "sort"),
    ],
)
async def test_a_mistaken_filter_is_named(api: Api, params: dict[str, Any], parameter: str) -> None:
    async with api.as_("auditor") as client:
        answer = await client.get(f"{API}/escalations", params=params)
    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


async def test_an_agent_sees_what_the_team_has_and_nothing_of_others(api: Api) -> None:
    await api.open("teamwork")
    assert await keys_of(api, "agent", text="teamwork") == ["teamwork"]
    assert await keys_of(api, "stranger", text="teamwork") == []


async def test_a_reporter_sees_what_was_raised_in_the_own_name_as_customers_see_it(api: Api) -> None:
    await api.open("raised-other")
    await api.open("raised-own", "reporter")
    assert await keys_of(api, "reporter", text="raised") == ["raised-own"]
    async with api.as_("reporter") as client:
        row = (await client.get(f"{API}/escalations", params={"text": "raised-own"})).json()
    assert {"owner", "manager", "level", "parties", "broken"}.isdisjoint(row["escalations"][0])
