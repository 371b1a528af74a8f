"""API keys over HTTP: made, listed and revoked by administrators; a text is shown once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from domain.rights import Scope
from domain.vocabulary import Role
from tests.api.alone import API, Alone, api_alone

pytestmark = pytest.mark.asyncio(loop_scope="module")
KEYS = f"{API}/keys"
SHOP = {"name": "new-shop", "role": "service", "scopes": ["decisions"], "expires_in": "90d"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alone]:
    folder: Path = tmp_path_factory.mktemp("keys")
    async with api_alone(folder) as alone:
        yield alone


async def test_a_key_is_made_used_listed_and_revoked(api: Alone) -> None:
    async with api.as_("root") as root:
        made = await root.post(KEYS, json=SHOP)
        assert made.status_code == 201
        new = made.json()
        assert (new["name"], new["scopes"], new["created_by"]) == ("new-shop", ["decisions"], "root")
        async with api.client() as shop:
            shop.headers["Authorization"] = f"Bearer {new['key']}"
            assert (await shop.get(f"{API}/session")).json()["id"] == "new-shop"
            listed = await root.get(KEYS)
            assert new["prefix"] in {each["prefix"] for each in listed.json()["keys"]}
            assert new["key"] not in listed.text
            assert "digest" not in listed.text
            revoked = await root.delete(f"{KEYS}/{new['prefix']}")
            assert revoked.json()["revoked_at"] is not None
            assert (await shop.get(f"{API}/session")).status_code == 401
            assert new["key"] not in revoked.text
            assert revoked.json()["revoked_by"] == "root"


@pytest.mark.parametrize("name", ["shop", "sofia-lindqvist", "ursula-stein", "kiosk"])
async def test_only_administrators_make_and_revoke_keys(api: Alone, name: str) -> None:
    before = await api.keys.list()
    async with api.as_(name) as client:
        made = await client.post(KEYS, json=SHOP)
        revoked = await client.delete(f"{KEYS}/{before[0].prefix}")
        listed = await client.get(KEYS)
    assert (made.status_code, revoked.status_code) == (403, 403)
    assert listed.status_code == (200 if name == "ursula-stein" else 403)
    assert [key.revoked_at for key in await api.keys.list()] == [key.revoked_at for key in before]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"name": "two words"}, "/name"),
        ({"name": "anna-weber"}, "/name"),
        ({"name": "clock"}, "/name"),
        ({"name": "staff"}, "/name"),
        ({"name": "escalations"}, "/name"),
        ({"name": "operator"}, "/name"),
        ({"role": "king"}, "/role"),
        ({"role": "agent"}, "/person"),
        ({"role": "agent", "person": "nobody"}, "/person"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["all"]}, "/scopes/0"),
        ({"expires_in": "soon"}, "/expires_in"),
        ({"expires_in": "0s"}, "/expires_in"),
        ({"secret": "mine"}, "/secret"),
    ],
)
async def test_what_cannot_be_a_key_is_refused_with_the_place(
    api: Alone, wrong: dict[str, object], pointer: str
) -> None:
    before = await api.keys.list()
    async with api.as_("root") as root:
        answer = await root.post(KEYS, json={**SHOP, **wrong})
    assert answer.status_code == 422
    assert pointer in {each["pointer"] for each in answer.json()["errors"]}
    assert len(await api.keys.list()) == len(before)


@pytest.mark.parametrize(
    ("scopes", "status"),
    [(["keys"], 201), (["keys", "metrics"], 201), (["decisions"], 403), (None, 403)],
)
async def test_a_limited_key_makes_no_key_that_may_more(
    api: Alone, scopes: list[str] | None, status: int
) -> None:
    _, text = await api.keys.create(
        "limited", Role.ADMINISTRATOR, created_by="tests", scopes=[Scope.KEYS, Scope.METRICS]
    )
    async with api.client() as client:
        client.headers["Authorization"] = f"Bearer {text}"
        answer = await client.post(KEYS, json={**SHOP, "scopes": scopes})
    assert answer.status_code == status


async def test_a_key_that_is_not_there_cannot_be_revoked(api: Alone) -> None:
    async with api.as_("root") as root:
        answer = await root.delete(f"{KEYS}/zzzzzzzz")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_what_no_text_of_the_database_can_hold_is_a_mistake_of_the_caller(api: Alone) -> None:
    async with api.as_("root") as root:
        answer = await root.delete(f"{KEYS}/%00")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "prefix")
