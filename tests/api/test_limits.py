"""Who comes too fast is told when to come again, and has lost nothing."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.api.house import API, Api, a_body, api_on

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def tight(api: Api) -> AsyncIterator[Api]:
    """The same house with a door of its own, where each caller has four requests a year, a stranger three.

    The first request with a key counts as a stranger's. Windows begin with the
    clock: a shorter one could end meanwhile.
    """
    async with api_on(api.house, api_rate="4/year", api_rate_anonymous="3/year") as opened:
        yield opened


async def test_a_caller_who_comes_too_fast_is_told_when_to_come_again(tight: Api) -> None:
    async with tight.as_("service") as client:
        answers = [await client.get(f"{API}/escalations/x") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [404] * 5 + [429]
    refused = answers[-1]
    assert (refused.json()["code"], refused.headers["content-type"]) == (
        "rate_limited",
        "application/problem+json",
    )
    assert 0 < int(refused.headers["retry-after"]) <= 31104000
    assert refused.headers["ratelimit-policy"] == '"caller";q=4;w=31104000'
    assert refused.headers["ratelimit"].startswith('"caller";r=0;t=')
    assert answers[1].headers["ratelimit"].startswith('"caller";r=3;t=')


async def test_one_callers_haste_is_not_anothers_wait(tight: Api) -> None:
    async with tight.as_("service") as hasty, tight.as_("team_lead") as calm:
        await calm.get(f"{API}/escalations/x")
        for _ in range(6):
            last = await hasty.get(f"{API}/escalations/x")
        answer = await calm.get(f"{API}/escalations/x")
    assert (last.status_code, answer.status_code) == (429, 404)


async def test_who_is_known_stays_so_where_nobody_asks_who_calls(tight: Api) -> None:
    async with tight.as_("service") as client:
        known = await client.get(f"{API}/escalations/x")
        astray = [
            await client.get(f"{API}/nowhere"),
            await client.put(f"{API}/escalations"),
            await client.post(f"{API}/escalations", content=bytes(1_000_001)),
        ]
        answer = await client.get(f"{API}/escalations/x")
    assert (known.status_code, [each.status_code for each in astray]) == (404, [404, 405, 413])
    assert answer.headers["ratelimit"].startswith('"caller";r=0;t=')


async def test_keys_cannot_be_guessed_fast_while_known_ones_go_on(tight: Api) -> None:
    async with tight.as_("service") as known:
        await known.get(f"{API}/escalations/x")
        guesses = []
        for number in range(3):
            async with tight.as_(f"guess-{number}") as guesser:
                guesses.append((await guesser.get(f"{API}/escalations/x")).status_code)
        answer = await known.get(f"{API}/escalations/x")
    assert guesses == [401, 401, 429]
    assert answer.status_code == 404


async def test_a_key_that_is_revoked_counts_as_a_strangers(tight: Api) -> None:
    async with tight.as_("auditor") as client:
        statuses = [(await client.get(f"{API}/escalations/x")).status_code]
        keys = tight.app.state.doors.keys
        assert await keys.revoke(tight.keys["auditor"].split("_")[1], by="tests")
        statuses += [(await client.get(f"{API}/escalations/x")).status_code for _ in range(4)]
    assert statuses == [404, 401, 401, 401, 429]


async def test_what_was_refused_did_nothing_and_counts_when_it_comes_again(tight: Api, api: Api) -> None:
    again = {"Idempotency-Key": "limits-1"}
    async with tight.as_("service") as client:
        for _ in range(5):
            await client.get(f"{API}/escalations/x")
        refused = await client.post(f"{API}/escalations", json=a_body("limits-1"), headers=again)
    async with api.as_("service") as client:
        nothing = await client.get(f"{API}/escalations/limits-1")
        opened = await client.post(f"{API}/escalations", json=a_body("limits-1"), headers=again)
    assert (refused.status_code, nothing.status_code, opened.status_code) == (429, 404, 201)
    assert "idempotency-replayed" not in opened.headers


async def test_what_was_accepted_is_answered_again_after_the_haste(tight: Api, api: Api) -> None:
    again = {"Idempotency-Key": "limits-2"}
    async with tight.as_("service") as client:
        opened = await client.post(f"{API}/escalations", json=a_body("limits-2"), headers=again)
        for _ in range(5):
            last = await client.get(f"{API}/escalations/x")
        late = await client.post(f"{API}/escalations", json=a_body("limits-2"), headers=again)
    async with api.as_("service") as client:
        replayed = await client.post(f"{API}/escalations", json=a_body("limits-2"), headers=again)
    assert (opened.status_code, last.status_code, late.status_code) == (201, 429, 429)
    assert (replayed.status_code, replayed.json()) == (201, opened.json())
