"""Whoever has left the organisation is let in no more, whatever key is left behind."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from domain.vocabulary import Role
from tests.api.alone import API, Alone, api_alone

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alone]:
    folder: Path = tmp_path_factory.mktemp("left")
    async with api_alone(folder) as alone:
        yield alone


async def test_the_key_of_somebody_who_left_opens_nothing(api: Alone) -> None:
    _, text = await api.keys.create(
        "left", Role.ESCALATION_MANAGER, created_by="tests", person="somebody-who-left"
    )
    async with api.client() as client:
        client.headers["Authorization"] = f"Bearer {text}"
        answer = await client.get(f"{API}/escalations")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert "somebody-who-left" in answer.json()["detail"]
