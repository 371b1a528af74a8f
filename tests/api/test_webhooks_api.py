"""Subscriptions to events over HTTP: who may, what is refused, and what became of what was sent."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from standardwebhooks import Webhook
from structlog.testing import capture_logs

from activities.event_webhooks import EventDispatcher
from activities.webhook_client import WebhookClient
from records.event_queue import EventQueue
from tests.activities.peers import HttpPeer
from tests.api.house import API, Api

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOOKS = f"{API}/webhooks"


async def work(api: Api) -> None:
    """A worker's dispatcher, until nothing is due."""
    client = WebhookClient(allow_private_addresses=True)
    dispatcher = EventDispatcher(EventQueue(api.house.database), client)
    while await dispatcher.round():
        await dispatcher.settled()


@pytest_asyncio.fixture(loop_scope="session")
async def manager(api: Api) -> AsyncIterator[httpx2.AsyncClient]:
    """Subscriptions that a test leaves are removed, so that no other test sends to them."""
    async with api.as_("escalation_manager") as client:
        yield client
        for each in (await client.get(HOOKS)).json()["subscriptions"]:
            await client.delete(f"{HOOKS}/{each['id']}")


async def subscribe(client: httpx2.AsyncClient, url: str, **wanted: Any) -> dict[str, Any]:
    answer = await client.post(HOOKS, json={"url": url, **wanted})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{HOOKS}/{made['id']}"
    return made


async def test_the_secret_is_shown_once_and_verifies_what_comes(
    api: Api, manager: httpx2.AsyncClient
) -> None:
    async with HttpPeer(204) as peer:
        made = await subscribe(manager, peer.url, types=["opened"])
        place = await api.open("webhooks-1")
        await work(api)
    (request,) = peer.requests
    said = Webhook(made["secret"]).verify(request.body, request.headers)
    assert said["type"] == "escalation.opened"
    assert place.endswith(said["data"]["escalation_id"])
    for answer in (await manager.get(HOOKS), await manager.get(f"{HOOKS}/{made['id']}")):
        assert made["secret"] not in answer.text
        assert "secret" not in answer.json()


async def test_what_became_of_every_event_is_listed_and_can_be_sent_again(
    api: Api, manager: httpx2.AsyncClient
) -> None:
    async with HttpPeer(500, says="not today") as peer:
        made = await subscribe(manager, peer.url, types=["opened"])
        await api.open("webhooks-2")
        await work(api)
        place = f"{HOOKS}/{made['id']}"
        (delivery,) = (await manager.get(f"{place}/deliveries")).json()["deliveries"]
        assert (delivery["state"], delivery["attempts"]) == ("waiting", 1)
        assert delivery["answer"] == "HTTP 500: not today"
        assert (await manager.get(f"{place}/deliveries?state=parked")).json()["deliveries"] == []
        peer.status = 200
        again = await manager.post(f"{place}/replay", json={"delivered": True})
        assert (again.status_code, again.json()) == (202, {"queued": 0})
        tested = await manager.post(f"{place}/test")
        await work(api)
        listed = (await manager.get(f"{place}/deliveries", params={"state": "delivered"})).json()
        assert [each["id"] for each in listed["deliveries"]] == [tested.json()["delivery"]]
        assert (await manager.post(f"{place}/replay", json={"delivered": True})).json() == {"queued": 1}
        unknown = await manager.post(f"{place}/replay", json={"escalation": "nothing-of-that-name"})
        assert unknown.status_code == 404


async def test_a_subscription_is_changed_stopped_and_removed(manager: httpx2.AsyncClient) -> None:
    made = await subscribe(manager, "https://example.com/hook", severity="S2", team="first-line")
    place = f"{HOOKS}/{made['id']}"
    changed = await manager.patch(place, json={"enabled": False, "severity": None, "types": ["closed"]})
    assert (changed.json()["enabled"], changed.json()["severity"]) == (False, None)
    assert (changed.json()["types"], changed.json()["team"]) == (["closed"], "first-line")
    assert (await manager.patch(place, json={"url": None})).json()["url"] == "https://example.com/hook"
    assert (await manager.delete(place)).status_code == 204
    for method, path in [
        ("GET", place),
        ("PATCH", place),
        ("DELETE", place),
        ("GET", f"{place}/deliveries"),
        ("POST", f"{place}/replay"),
        ("POST", f"{place}/test"),
    ]:
        gone = await manager.request(method, path, json={})
        assert (gone.status_code, gone.json()["code"]) == (404, "not_found"), (method, path)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "ftp://example.com"}, "/url"),
        ({"url": "https://me:hunter2@example.com"}, "/url"),
        ({"url": "https://example.com", "types": ["opend"]}, "/types/0"),
        ({"url": "https://example.com", "team": "nobody"}, "/team"),
        ({"url": "https://example.com", "tema": "x"}, "/tema"),
        ({"url": "https://example.com", "view": "customer"}, ""),
        ({}, "/url"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_place(
    manager: httpx2.AsyncClient, body: dict[str, Any], pointer: str
) -> None:
    answer = await manager.post(HOOKS, json=body)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] == pointer
    assert error["mend"]
    assert "hunter2" not in answer.text


async def test_a_page_that_never_was_is_refused(manager: httpx2.AsyncClient) -> None:
    made = await subscribe(manager, "https://example.com/hook")
    answer = await manager.get(f"{HOOKS}/{made['id']}/deliveries", params={"after": "garbage"})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "after")


async def test_auditors_read_without_what_opens_doors_and_others_have_no_business_here(
    api: Api, manager: httpx2.AsyncClient
) -> None:
    made = await subscribe(manager, "https://example.com/hook?token=hunter2")
    place = f"{HOOKS}/{made['id']}"
    async with api.as_("auditor") as auditor:
        assert (await auditor.get(place)).json()["url"] == "https://example.com/hook"
        refused = [
            await auditor.post(HOOKS, json={"url": "https://example.com"}),
            await auditor.patch(place, json={"enabled": False}),
            await auditor.delete(place),
            await auditor.post(f"{place}/replay", json={}),
            await auditor.post(f"{place}/test"),
        ]
    async with api.as_("team_lead") as lead:
        refused += [await lead.get(HOOKS), await lead.get(place), await lead.get(f"{place}/deliveries")]
    assert {answer.status_code for answer in refused} == {403}
    assert (await manager.get(place)).json()["url"].endswith("hunter2")


async def test_who_changes_a_subscription_stands_in_the_log_and_where_it_leads_to_does_not(
    manager: httpx2.AsyncClient,
) -> None:
    place = f"{HOOKS}/{(await subscribe(manager, 'https://one.example/in'))['id']}"
    with capture_logs() as logs:
        await manager.patch(place, json={"url": "https://two.example/in", "enabled": False})
        await manager.post(f"{place}/replay", json={})
        await manager.delete(place)
        await manager.delete(place)
    done = [each for each in logs if "subscription" in each]
    assert [each["event"] for each in done] == [
        "subscription_changed",
        "events_replayed",
        "subscription_removed",
    ]
    assert {each["by"] for each in done} == {"sofia-lindqvist"}
    assert done[0]["fields"] == ["enabled", "url"]
    assert "two.example" not in str(logs)
