"""What is remembered for how long, on a clock that the test moves."""

import asyncio

import pytest

from records.errors import RecordsAway
from records.remembered import ANSWERS_WITHIN, ASK_AGAIN, FRESH, WHILE_AWAY, Remembered

MOMENT = 0.001
RowOrTrouble = str | None | Exception


class Source:
    """A table of one row, and the clock."""

    def __init__(self) -> None:
        self.row: RowOrTrouble = "first"
        self.now = 0.0
        self.reads = 0
        self.hangs = False
        self.remembered = Remembered(self.read, clock=lambda: self.now)

    async def read(self, id_: str) -> str | None:
        self.reads += 1
        if self.hangs:
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        if isinstance(self.row, Exception):
            raise self.row
        return self.row

    async def get(self) -> str | None:
        return await self.remembered.get("id")


@pytest.fixture
def source() -> Source:
    return Source()


async def test_a_row_is_read_once_while_it_is_fresh(source: Source) -> None:
    assert await source.get() == "first"
    source.row = "second"
    source.now = FRESH.total_seconds() - MOMENT
    assert await source.get() == "first"
    source.now = FRESH.total_seconds()
    assert await source.get() == "second"
    assert source.reads == 2
    assert FRESH + ANSWERS_WITHIN <= ASK_AGAIN * 2


async def test_what_is_not_there_is_asked_for_every_time_and_what_is_gone_is_gone(source: Source) -> None:
    source.row = None
    assert await source.get() is None
    source.row = "new"
    assert await source.get() == "new"
    source.row, source.now = None, FRESH.total_seconds()
    assert await source.get() is None
    source.row = RecordsAway("gone")
    with pytest.raises(RecordsAway):
        await source.get()


async def test_what_was_forgotten_is_read_again(source: Source) -> None:
    await source.get()
    source.row = "second"
    source.remembered.forget("id")
    assert await source.get() == "second"


async def test_without_the_database_a_row_counts_for_its_time_and_not_longer(source: Source) -> None:
    await source.get()
    source.row = RecordsAway("the database is away")
    source.now = WHILE_AWAY.total_seconds() - MOMENT
    assert await source.get() == "first"
    source.now = WHILE_AWAY.total_seconds()
    with pytest.raises(RecordsAway):
        await source.get()
    source.row = "back"
    assert await source.get() == "back"


async def test_while_the_database_is_away_it_is_asked_now_and_then(source: Source) -> None:
    await source.get()
    source.row = RecordsAway("the database is away")
    source.now = FRESH.total_seconds()
    assert [await source.get() for _ in range(3)] == ["first"] * 3
    assert source.reads == 2
    source.row = "back"
    source.now += ASK_AGAIN.total_seconds()
    assert await source.get() == "back"


async def test_a_database_that_hangs_does_not_hold_up_whoever_is_known(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.remembered.ANSWERS_WITHIN", ANSWERS_WITHIN / 100)
    await source.get()
    source.hangs = True
    source.now = FRESH.total_seconds()
    assert await source.get() == "first"


async def test_many_who_ask_at_once_share_one_read(source: Source) -> None:
    assert await asyncio.gather(*(source.get() for _ in range(10))) == ["first"] * 10
    assert source.reads == 1
