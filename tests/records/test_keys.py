"""API keys: found by their text, gone when revoked, and not locked out by a database that is away."""

import re
from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import select, text

from domain.rights import Scope
from domain.vocabulary import Role
from records.database import Database
from records.errors import RecordsAway
from records.keys import Key, KeyFault, Keys
from records.tables import API_KEY
from tests.records.clock import Clock
from tests.records.samples import START


@pytest.fixture
def keys(database: Database, clock: Clock) -> Keys:
    return Keys(database, now=clock)


async def test_a_key_is_found_by_its_text_with_all_that_it_was_given(keys: Keys, clock: Clock) -> None:
    made, secret = await keys.create(
        "shop",
        Role.SERVICE,
        created_by="root",
        person="olga",
        scopes=[Scope.DECISIONS, Scope.ESCALATIONS_OPEN, Scope.DECISIONS],
        expires_at=START + timedelta(days=1),
    )
    assert re.fullmatch(rf"esc_{made.prefix}_[\w-]{{43}}", secret)
    assert made == Key(
        prefix=made.prefix,
        name="shop",
        role=Role.SERVICE,
        person="olga",
        scopes=(Scope.DECISIONS, Scope.ESCALATIONS_OPEN),
        created_at=START,
        created_by="root",
        expires_at=START + timedelta(days=1),
    )
    assert await keys.find(secret) == made
    assert made.author == "olga"
    await keys.close()


async def test_the_secret_is_nowhere_in_the_database(keys: Keys, database: Database) -> None:
    made, secret = await keys.create("shop", Role.SERVICE, created_by="root")
    async with database.reading() as connection:
        row = (await connection.execute(select(API_KEY))).one()
        limits = await connection.scalar(text("SELECT count(*) FROM api_key WHERE scopes IS NULL"))
    assert secret.removeprefix(f"esc_{made.prefix}_") not in str(row)
    assert limits == 1


async def test_no_two_keys_are_alike(keys: Keys) -> None:
    texts = {(await keys.create("shop", Role.SERVICE, created_by="root"))[1] for _ in range(5)}
    assert len(texts) == 5
    assert [key.name for key in await keys.list()] == ["shop"] * 5


async def test_a_key_that_does_not_count_is_told_apart_by_its_reason(keys: Keys, clock: Clock) -> None:
    made, secret = await keys.create("shop", Role.SERVICE, created_by="root")
    short, brief = await keys.create(
        "brief", Role.AGENT, created_by="root", expires_at=START + timedelta(hours=1)
    )
    clock.now += timedelta(hours=1)
    await keys.revoke(made.prefix, by="tests")
    other = "A" if secret[-20] != "A" else "B"
    wrong = secret[:-20] + other + secret[-19:]
    unknown = secret.replace(made.prefix, "zzzzzzzz")
    texts = [secret, wrong, brief, unknown, "esc_x_y", "", secret + "\n"]
    assert [await keys.judge(text) for text in texts] == [
        KeyFault.REVOKED,
        KeyFault.WRONG_SECRET,
        KeyFault.EXPIRED,
        KeyFault.UNKNOWN,
        KeyFault.MALFORMED,
        KeyFault.MALFORMED,
        KeyFault.MALFORMED,
    ]
    assert [await keys.find(text) for text in texts] == [None] * len(texts)
    assert short.name == "brief"


async def test_a_revoked_key_is_dead_at_once_here_and_keeps_its_first_date(keys: Keys, clock: Clock) -> None:
    made, secret = await keys.create("shop", Role.SERVICE, created_by="root")
    assert await keys.find(secret) == made
    await keys.close()  # its use is noted beside the request, and would else race with the last read here
    revoked = await keys.revoke(made.prefix, by="tests")
    assert revoked is not None
    assert (revoked.revoked_at, revoked.revoked_by) == (START, "tests")
    assert await keys.find(secret) is None
    clock.now += timedelta(hours=1)
    assert await keys.revoke(made.prefix, by="others") == revoked.but(last_used_at=START)
    assert await keys.revoke("nothere2", by="tests") is None
    await keys.close()


async def test_the_use_of_a_key_is_noted_once_a_minute(keys: Keys, clock: Clock) -> None:
    _, secret = await keys.create("shop", Role.SERVICE, created_by="root")
    seen = []
    for _ in range(3):
        await keys.find(secret)
        await keys.close()
        seen.append((await keys.list())[0].last_used_at)
        clock.now += timedelta(seconds=30)
    assert seen == [START, START, START + timedelta(minutes=1)]


@pytest.mark.parametrize("name", ["", "two words", "-shop", "x" * 101])
async def test_a_name_that_cannot_be_an_author_is_refused(keys: Keys, name: str) -> None:
    with pytest.raises(ValidationError, match="name"):
        await keys.create(name, Role.SERVICE, created_by="root")
    assert await keys.list() == ()


async def test_a_key_goes_on_counting_when_the_database_is_lost(disposable_database: Database) -> None:
    keys = Keys(disposable_database)
    made, secret = await keys.create("shop", Role.SERVICE, created_by="root")
    _, unused = await keys.create("other", Role.SERVICE, created_by="root")
    await keys.find(secret)
    await keys.close()
    async with disposable_database.writing() as connection:
        await connection.execute(text("DROP TABLE api_key"))
    found = await keys.find(secret)
    assert found is not None
    assert found.prefix == made.prefix
    with pytest.raises(RecordsAway):
        await keys.find(unused)
    await keys.close()
