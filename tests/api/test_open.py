"""Opening over HTTP: once, whatever is repeated, and never by mistake."""

import json

import httpx2
import pytest

from records.errors import RecordsAway
from records.requests import Requests
from tests.api.house import API, Api, a_body
from tests.eventually import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_is_opened_can_be_read_under_its_location(api: Api) -> None:
    place = await api.open("open-1")
    async with api.as_("service") as client:
        read = await client.get(place)
    assert read.json()["key"] == "open-1"
    assert read.headers["etag"] == f'"{read.json()["id"]}/{read.json()["seq"]}"'


async def test_whoever_has_seen_it_as_it_is_gets_no_body_again(api: Api) -> None:
    place = await api.open("open-7")
    async with api.as_("service") as client:

        async def seen_twice() -> httpx2.Response | None:
            """Messages are still going out after the opening, and each is an event."""
            tag = (await client.get(place)).headers["etag"]
            again = await client.get(place, headers={"If-None-Match": tag})
            return again if again.headers["etag"] == tag else None

        same = await eventually(seen_twice)
        other = await client.get(place, headers={"If-None-Match": '"1"'})
    assert same is not None
    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200


async def test_a_repetition_is_answered_as_the_first_one_and_says_so(api: Api) -> None:
    key = {"Idempotency-Key": "open-2"}
    async with api.as_("service") as client:
        first = await client.post(f"{API}/escalations", json=a_body("open-2"), headers=key)
        again = await client.post(f"{API}/escalations", json=a_body("open-2"), headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"


async def test_another_body_under_the_same_idempotency_key_is_refused(api: Api) -> None:
    key = {"Idempotency-Key": "open-3"}
    async with api.as_("service") as client:
        await client.post(f"{API}/escalations", json=a_body("open-3"), headers=key)
        other = await client.post(f"{API}/escalations", json=a_body("open-3-other"), headers=key)
    assert other.status_code == 422
    assert other.json()["code"] == "key_reused"
    assert other.json()["errors"][0]["parameter"] == "Idempotency-Key"


async def test_another_body_is_refused_also_while_the_ledger_does_not_know_the_key(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise RecordsAway("the cable is out")

    place, key = await api.open("open-8"), {"Idempotency-Key": "open-8"}
    first, other = a_body("open-8"), a_body("open-8")
    first["report"]["what_happened"], other["report"]["what_happened"] = "Once more.", "Something else."
    monkeypatch.setattr(Requests, "begin", away)
    async with api.as_("service") as client:
        joined = await client.post(f"{API}/escalations", json=first, headers=key)
        again = await client.post(f"{API}/escalations", json=first, headers=key)
        refused = await client.post(f"{API}/escalations", json=other, headers=key)
    assert [each.status_code for each in (joined, again, refused)] == [200, 200, 422]
    assert joined.headers["location"] == again.headers["location"] == place
    assert refused.json()["errors"][0]["parameter"] == "Idempotency-Key"


async def test_an_idempotency_key_that_came_with_a_mistake_is_free_for_the_mended_request(api: Api) -> None:
    key = {"Idempotency-Key": "open-4"}
    async with api.as_("service") as client:
        wrong = await client.post(
            f"{API}/escalations", json={**a_body("open-4"), "policy": "gold-suport"}, headers=key
        )
        right = await client.post(f"{API}/escalations", json=a_body("open-4"), headers=key)
    assert (wrong.status_code, right.status_code) == (422, 201)


async def test_a_second_report_joins_what_is_open_under_the_key(api: Api) -> None:
    place = await api.open("open-5")
    body = a_body("open-5")
    body["report"]["what_happened"] = "It happened to us too."
    async with api.as_("service") as client:
        joined = await client.post(f"{API}/escalations", json=body)
    assert joined.status_code == 200
    assert joined.json()["outcome"] == "joined"
    assert joined.headers["location"] == place


async def test_every_mistake_of_a_body_is_named_by_its_place(api: Api) -> None:
    body = a_body("open-6")
    del body["report"]["reason"]
    body["report"]["impakt"] = "high"
    body["kay"] = "x"
    async with api.as_("service") as client:
        answer = await client.post(f"{API}/escalations", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    places = {error["pointer"] for error in answer.json()["errors"]}
    assert places == {"/report/reason", "/report/impakt", "/kay"}
    assert all(error["mend"] for error in answer.json()["errors"])


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[]", b'"text"', b"null"])
async def test_what_is_no_order_is_a_problem_and_no_failure(api: Api, body: bytes) -> None:
    kind = {"Content-Type": "application/json"}
    async with api.as_("service") as client:
        answer = await client.post(f"{API}/escalations", content=body, headers=kind)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", ""])
async def test_a_body_that_is_not_said_to_be_json_is_told_so(api: Api, kind: str) -> None:
    async with api.as_("service") as client:
        body = json.dumps(a_body("open-unsaid")).encode()
        answer = await client.post(f"{API}/escalations", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert "Content-Type: application/json" in answer.json()["detail"]
    paths = api.app.openapi()["paths"]
    assert "415" in paths[f"{API}/escalations"]["post"]["responses"]
    assert "415" not in paths[f"{API}/policies:check"]["post"]["responses"]


async def test_nobody_gets_in_without_a_key_that_is_known(api: Api) -> None:
    async with api.as_(None) as nobody, api.as_("guessed") as stranger:
        answers = [await one.get(f"{API}/escalations/x") for one in (nobody, stranger)]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert all(answer.headers["www-authenticate"].startswith("Bearer") for answer in answers)
