"""A request with an idempotency key is answered alike when it is repeated."""

import asyncio
from datetime import UTC, datetime, timedelta

from records.database import Database
from records.requests import KEPT, Known, Requests, Standing

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANSWER = {"escalation_id": "esc-1"}


async def test_the_first_is_new_and_until_it_is_answered_under_way(database: Database) -> None:
    requests = Requests(database)
    assert await requests.begin("shop", "k", "digest", AT) == Known(Standing.NEW)
    assert await requests.begin("shop", "k", "digest", AT) == Known(Standing.UNDER_WAY)


async def test_a_repetition_gets_the_first_answer(database: Database) -> None:
    requests = Requests(database)
    await requests.begin("shop", "k", "digest", AT)
    await requests.answered("shop", "k", 201, ANSWER)
    assert await requests.begin("shop", "k", "digest", AT) == Known(Standing.REPEATED, 201, ANSWER)


async def test_of_two_that_were_under_way_at_once_the_first_answer_stays(database: Database) -> None:
    requests = Requests(database)
    for _ in range(2):
        await requests.begin("shop", "k", "digest", AT)
    await requests.answered("shop", "k", 201, ANSWER)
    await requests.answered("shop", "k", 200, {})
    assert await requests.begin("shop", "k", "digest", AT) == Known(Standing.REPEATED, 201, ANSWER)


async def test_another_content_under_the_key_is_told_apart(database: Database) -> None:
    requests = Requests(database)
    await requests.begin("shop", "k", "digest", AT)
    assert (await requests.begin("shop", "k", "other", AT)).standing is Standing.OTHER


async def test_keys_of_different_callers_have_nothing_to_do_with_each_other(database: Database) -> None:
    requests = Requests(database)
    await requests.begin("shop", "k", "digest", AT)
    assert (await requests.begin("monitoring", "k", "other", AT)).standing is Standing.NEW


async def test_a_request_that_was_refused_frees_its_key_but_an_answered_one_keeps_it(
    database: Database,
) -> None:
    requests = Requests(database)
    await requests.begin("shop", "k", "digest", AT)
    await requests.failed("shop", "k")
    assert (await requests.begin("shop", "k", "other", AT)).standing is Standing.NEW
    await requests.answered("shop", "k", 200, ANSWER)
    await requests.failed("shop", "k")
    assert (await requests.begin("shop", "k", "other", AT)).standing is Standing.REPEATED


async def test_a_key_is_forgotten_after_its_time(database: Database) -> None:
    requests = Requests(database)
    await requests.begin("shop", "k", "digest", AT)
    late = AT + KEPT + timedelta(seconds=1)
    assert (await requests.begin("shop", "k", "other", late)).standing is Standing.NEW


async def test_of_many_at_once_one_is_new(database: Database) -> None:
    requests = Requests(database)
    found = await asyncio.gather(*(requests.begin("shop", "k", "digest", AT) for _ in range(8)))
    assert sorted(each.standing for each in found) == ["new", *["under_way"] * 7]
