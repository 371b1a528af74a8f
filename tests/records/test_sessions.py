"""Sessions: found by their id, over when idle, old or ended; the id itself is stored nowhere."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.rights import Scope
from domain.vocabulary import Role
from records.database import Database
from records.sessions import IDLE, KEPT, LASTS, Sessions
from records.tables import SESSION
from tests.records.clock import Clock
from tests.records.samples import START

MINUTE = timedelta(minutes=1)


@pytest.fixture
def sessions(database: Database, clock: Clock) -> Sessions:
    return Sessions(database, now=clock)


async def test_a_session_says_who_the_caller_was(sessions: Sessions, database: Database) -> None:
    begun, id_ = await sessions.begin(
        "anna",
        Role.AGENT,
        team="first-line",
        person="anna",
        scopes=(Scope.DECISIONS,),
        key_prefix="abc",
    )
    found = await sessions.find(id_)
    assert found == begun
    assert (begun.caller, begun.role, begun.team, begun.scopes) == (
        "anna",
        Role.AGENT,
        "first-line",
        (Scope.DECISIONS,),
    )
    async with database.reading() as connection:
        assert id_ not in str((await connection.execute(select(SESSION))).one())
    assert await sessions.find(id_ + "x") is None
    await sessions.close()


async def test_an_idle_session_ends_and_a_used_one_lasts_its_time(sessions: Sessions, clock: Clock) -> None:
    _, idle = await sessions.begin("anna", Role.AGENT)
    _, used = await sessions.begin("anna", Role.AGENT)
    for _ in range(int(LASTS / (IDLE - MINUTE))):
        clock.now += IDLE - MINUTE
        assert await sessions.find(used) is not None
    assert await sessions.find(idle) is None
    clock.now = START + LASTS
    assert await sessions.find(used) is None
    await sessions.close()


async def test_the_use_of_a_session_is_known_to_other_processes(
    sessions: Sessions, other_database: Database, clock: Clock
) -> None:
    _, id_ = await sessions.begin("anna", Role.AGENT)
    clock.now += IDLE - MINUTE
    await sessions.find(id_)
    await sessions.close()
    clock.now += 2 * MINUTE
    found = await Sessions(other_database, now=clock).find(id_)
    assert found is not None
    assert found.seen_at == START + IDLE - MINUTE


async def test_an_ended_session_is_over_at_once_here_and_for_others(
    sessions: Sessions, other_database: Database, clock: Clock
) -> None:
    begun, id_ = await sessions.begin("anna", Role.AGENT)
    _, other = await sessions.begin("anna", Role.AGENT)
    await sessions.find(id_)
    await sessions.end(begun.digest)
    await sessions.end(begun.digest)
    assert await sessions.find(id_) is None
    assert await Sessions(other_database, now=clock).find(id_) is None
    assert await sessions.find(other) is not None
    await sessions.close()


async def test_sessions_that_are_long_over_are_forgotten(
    sessions: Sessions, database: Database, clock: Clock
) -> None:
    await sessions.begin("anna", Role.AGENT)
    clock.now += LASTS + KEPT
    await sessions.begin("ben", Role.AGENT)
    clock.now += MINUTE
    await sessions.begin("cyd", Role.AGENT)
    async with database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(SESSION)) == 2
