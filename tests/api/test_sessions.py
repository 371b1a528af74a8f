"""Sessions over HTTP: a cookie for a key, changes from the same origin only, and an end that is one."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from domain.rights import Scope
from domain.vocabulary import Role
from tests.api.alone import API, Alone, api_alone

pytestmark = pytest.mark.asyncio(loop_scope="module")
HERE = "https://escalations.example"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alone]:
    folder: Path = tmp_path_factory.mktemp("sessions")
    async with api_alone(folder) as alone:
        yield alone


async def signed_in(api: Alone, name: str, client: httpx2.AsyncClient) -> httpx2.Response:
    """The client has the cookie, and no key."""
    key = {"Authorization": f"Bearer {api.texts.get(name, name)}"}
    return await client.post(f"{API}/session", headers=key)


async def test_a_key_is_exchanged_for_a_cookie_that_scripts_and_other_sites_do_not_get(api: Alone) -> None:
    async with api.client() as client:
        answer = await signed_in(api, "anna-weber", client)
        assert answer.status_code == 201
        name, _, rest = answer.headers["set-cookie"].partition("=")
        id_, *attributes = rest.split("; ")
        assert name == "__Host-escalations"
        assert {each.lower() for each in attributes} == {
            *("httponly", "secure", "samesite=lax", "path=/", "max-age=43200"),
        }
        assert id_ not in answer.text
        me = (await client.get(f"{API}/session")).json()
        place = await api.has()
        assert (await client.get(place)).status_code == 200
    assert (me["id"], me["role"], me["team"], me["how"]) == ("anna-weber", "agent", "first-line", "session")
    assert (
        me["reading"]
        == me["deciding"]
        == {
            "span": "team",
            "person": "anna-weber",
            "team": "first-line",
        }
    )
    assert me["scopes"] is None
    assert "deliveries" in me["reads"]
    assert "manage_keys" not in me["acts"]


async def test_who_am_i_needs_no_session(api: Alone) -> None:
    async with api.as_("shop") as client:
        me = (await client.get(f"{API}/session")).json()
    assert (me["id"], me["how"], me["expires_at"]) == ("shop", "key", None)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (OURS, 503),
        ({"Origin": HERE}, 503),
        # What the browser says of the site wins over the origin.
        ({"Sec-Fetch-Site": "cross-site", "Origin": HERE}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://escalations.example"}, 403),
        ({"Origin": "https://escalations.example.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
async def test_a_session_changes_things_from_its_own_origin_only(
    api: Alone, headers: dict[str, str], status: int
) -> None:
    place = await api.has()
    async with api.client() as client:
        await signed_in(api, "lena-brandt", client)
        # Let through, it fails only because Temporal is not there.
        answer = await client.post(f"{place}/decisions", json={"type": "note", "text": "x"}, headers=headers)
        assert answer.status_code == status
        assert (await client.get(place, headers=headers)).status_code == 200


async def test_an_ended_session_is_over_and_the_cookie_is_taken_back(api: Alone) -> None:
    async with api.client() as client:
        await signed_in(api, "anna-weber", client)
        kept = dict(client.cookies)
        ended = await client.delete(f"{API}/session", headers=OURS)
        assert ended.status_code == 204
        assert dict(client.cookies) == {}
        client.cookies.update(kept)
        again = await client.get(f"{API}/session")
    assert (again.status_code, again.json()["code"]) == (401, "unauthenticated")


async def test_a_session_can_only_be_ended_from_its_own_origin(api: Alone) -> None:
    async with api.client() as client:
        await signed_in(api, "anna-weber", client)
        assert (await client.delete(f"{API}/session")).status_code == 403
        assert (await client.get(f"{API}/session")).status_code == 200


async def test_with_the_key_its_sessions_end(api: Alone) -> None:
    key, text = await api.keys.create("brief", Role.SERVICE, created_by="tests", scopes=[Scope.METRICS])
    async with api.client() as client:
        await signed_in(api, text, client)
        me = (await client.get(f"{API}/session")).json()
        assert (me["scopes"], me["reads"]) == (["metrics"], ["metrics"])
        await api.keys.revoke(key.prefix, by="tests")
        assert (await client.get(f"{API}/session")).status_code == 401


async def test_a_session_is_not_exchanged_for_another(api: Alone) -> None:
    async with api.client() as client:
        await signed_in(api, "anna-weber", client)
        assert (await client.post(f"{API}/session", headers=OURS)).status_code == 422


async def test_a_key_beside_a_cookie_is_who_calls(api: Alone) -> None:
    async with api.client() as client:
        await signed_in(api, "anna-weber", client)
        client.headers["Authorization"] = f"Bearer {api.texts['shop']}"
        assert (await client.get(f"{API}/session")).json()["id"] == "shop"
        client.headers["Authorization"] = "Bearer nonsense"
        assert (await client.get(f"{API}/session")).status_code == 401


async def test_on_this_machine_it_goes_without_https_under_another_name(api: Alone) -> None:
    async with api.client("http") as client:
        answer = await signed_in(api, "anna-weber", client)
        assert answer.headers["set-cookie"].startswith("escalations=")
        assert "secure" not in answer.headers["set-cookie"].lower()
        assert (await client.get(f"{API}/session")).json()["how"] == "session"


async def test_over_an_open_line_there_is_no_session(api: Alone) -> None:
    async with api.client("http") as here:
        await signed_in(api, "anna-weber", here)
        cookies = dict(here.cookies)
    transport = httpx2.ASGITransport(api.app, client=("203.0.113.9", 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://escalations.example") as client:
        answer = await signed_in(api, "anna-weber", client)
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
        client.cookies.update(cookies)
        assert (await client.get(f"{API}/session")).status_code == 401


async def test_an_administrator_ends_all_sessions_of_somebody(api: Alone) -> None:
    async with api.client() as desk, api.client() as phone, api.client() as other, api.as_("root") as root:
        for client, name in ((desk, "mei-tanaka"), (phone, "mei-tanaka"), (other, "omar-haddad")):
            await signed_in(api, name, client)
        ended = await root.delete(f"{API}/sessions/mei-tanaka")
        again = await root.delete(f"{API}/sessions/mei-tanaka")
        left = [(await client.get(f"{API}/session")).status_code for client in (desk, phone, other)]
        refused = await other.delete(f"{API}/sessions/mei-tanaka", headers=OURS)
    assert (ended.json(), again.json()) == ({"ended": 2}, {"ended": 0})
    assert left == [401, 401, 200]
    assert refused.status_code == 403
