"""Staff who call with a token: in the role of their groups, as the person whom the house knows."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from domain.vocabulary import Role
from starter.settings import Settings
from tests.api.alone import Alone, api_alone
from tests.api.identity_provider import AUDIENCE, Provider, identity_provider

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROLES = {"support": Role.AGENT, "leads": Role.TEAM_LEAD, "outside": Role.REPORTER, "audit": Role.AUDITOR}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with identity_provider() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alone]:
    folder: Path = tmp_path_factory.mktemp("tokens")
    settings = Settings(data=folder, oidc_issuer=provider.url, oidc_audience=AUDIENCE, oidc_roles=ROLES)
    async with api_alone(folder, settings) as alone:
        yield alone


async def asked(api: Alone, place: str, token: str) -> tuple[int, Any]:
    async with api.client() as client:
        answer = await client.get(place, headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, answer.json()


async def test_the_team_of_the_person_counts(api: Alone, provider: Provider) -> None:
    own, other = await api.has("first-line"), await api.has("billing")
    assert (await asked(api, own, provider.token()))[0] == 200
    status, problem = await asked(api, other, provider.token())
    assert (status, problem["code"]) == (403, "out_of_reach")
    assert "anna-weber (agent, team first-line)" in problem["detail"]


@pytest.mark.parametrize(
    ("claims", "status", "code", "said"),
    [
        ({"groups": ["strangers"]}, 403, "forbidden", "ESCALATIONS_OIDC_ROLES"),
        ({"preferred_username": "nobody"}, 403, "forbidden", "'nobody' is no person"),
        ({"aud": "others"}, 401, "unauthenticated", "aud"),
        ({"exp": 1}, 401, "unauthenticated", "exp"),
    ],
)
async def test_a_token_that_lets_nobody_in_says_what_to_do_and_is_logged(
    api: Alone, provider: Provider, claims: dict[str, Any], status: int, code: str, said: str
) -> None:
    token = provider.token(**claims)
    with capture_logs() as logs:
        found, problem = await asked(api, "/api/v1/escalations/x", token)
    assert (found, problem["code"]) == (status, code)
    assert said in problem["detail"]
    refused = [each for each in logs if each["event"] == "refused"]
    assert [each["reason"] for each in refused] == [code]
    assert [each["caller"] for each in refused] == ["u-1" if status == 403 else None]
    assert token not in str(logs)


async def test_somebody_from_outside_is_nobody_whom_we_know_by_the_same_name(
    api: Alone, provider: Provider
) -> None:
    of_kiosk, of_outsider = await api.has(asked_by="kiosk"), await api.has(asked_by="oidc:kiosk")
    token = provider.token(preferred_username="kiosk", groups=["outside"])
    assert (await asked(api, of_kiosk, token))[0] == 404
    assert (await asked(api, of_outsider, token))[0] == 200


async def test_keys_count_beside_tokens(api: Alone) -> None:
    assert (await asked(api, await api.has(asked_by="beside"), api.texts["shop"]))[0] == 200


async def test_without_the_provider_nobody_is_let_in_and_it_says_when_to_come_again(
    provider: Provider, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path, oidc_issuer=provider.url, oidc_audience=AUDIENCE, oidc_roles=ROLES)
    provider.is_away = True
    try:
        async with api_alone(tmp_path, settings) as api, api.client() as client:
            answer = await client.get(
                "/api/v1/escalations/x", headers={"Authorization": f"Bearer {provider.token()}"}
            )
    finally:
        provider.is_away = False
    assert (answer.status_code, answer.json()["code"]) == (503, "issuer_away")
    assert answer.headers["retry-after"]
