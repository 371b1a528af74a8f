"""Words that begin words: the same rows by either way of asking, on both databases, as said in Python."""

from typing import Any

import pytest
from sqlalchemy import String, cast, func, insert, literal, select, text
from sqlalchemy.dialects.postgresql import TSVECTOR

from records.database import Database
from records.tables import ESCALATION, SEARCH
from records.words import BEGINNING, LONGEST_BEGINNING, holds, says, words
from tests.records.samples import life, summary_of

KEPT = (
    "Invoice INV-20240615 wrong",
    "invoices 2024061 of Zeno",
    "Vertragsverlängerung abgelehnt",
    "Vertragsverlängerungen, VERTRAG und Größe",
    "\uff26\uff55ll width; 障害報告書 日本",
    "a be see it's an under_score",
    "\u0130stanbul port",
    "\u0e40\u0e04\u0e23\u0e37\u0e48\u0e2d\u0e07\u0e1e\u0e34\u0e21\u0e1e\u0e4c",
    "\u260e\ufe0fhotline",
    "x" * 120,
    "...",
)
SOUGHT = (
    "inv",
    "INV 2024",
    "20240615",
    "202406 zen",
    "2024061 2024061 zeno",
    "in",
    "be",
    "b",
    "se",
    "see a",
    "vertragsv",
    "vertragsve",
    "vertragsver",
    "Vertragsverlängerungen",
    "vertragsverlängerungs",
    "gröss",
    "full wid",
    "障害",
    "障害報",
    "日本",
    "score it s",
    "\u0130st port",
    "\u0e40\u0e04\u0e23\u0e37\u0e48\u0e2d\u0e07",
    "hotli",
    "x" * 10,
    "x" * 100,
    "x" * 130,
    "invoice -- wrong",
    "invoice' | 'see",
    "inv:* & see",
    "inv%",
    "\\'",
    "…",
    "",
)


def _found(sought: str) -> set[str]:
    def is_in(kept: str) -> bool:
        return all(
            any(word == one or (len(one) >= BEGINNING and word.startswith(one)) for word in words(kept))
            for one in words(sought)
        )

    return {kept for kept in KEPT if words(sought) and is_in(kept)}


async def _store(database: Database) -> None:
    rows = [summary_of(*life(f"esc-{number}~1")).model_dump() for number in range(len(KEPT))]
    async with database.writing() as connection:
        await connection.execute(insert(ESCALATION), rows)
        added = [
            {"escalation_id": row["id"], "words": " ".join(words(kept))}
            for row, kept in zip(rows, KEPT, strict=True)
        ]
        await connection.execute(insert(SEARCH), added)


async def _ask(database: Database, *conditions: Any) -> set[str]:
    query = select(SEARCH.c.escalation_id).where(*conditions)
    ids = await database.read(lambda connection: connection.scalars(query).all())
    return {KEPT[int(id_.removeprefix("esc-").removesuffix("~1"))] for id_ in ids}


async def test_a_row_is_said_to_hold_what_begins_its_words(database: Database) -> None:
    await _store(database)
    for sought in SOUGHT:
        assert await _ask(database, says(sought, database.dialect)) == _found(sought), sought


async def test_the_index_finds_the_same_rows(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    await _store(database)
    for sought in SOUGHT:
        assert await _ask(database, *holds(sought)) == _found(sought), sought
    await database.close()


def test_some_of_what_is_sought_is_there_and_some_is_not() -> None:
    assert {kept for sought in SOUGHT for kept in _found(sought)} == set(KEPT) - {"..."}
    assert {len(_found(sought)) for sought in SOUGHT} == {0, 1, 2}


async def test_the_index_has_beginnings_of_just_the_lengths_that_are_asked_of_it(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    kept = cast(literal("ab abcdefghijklm", String), TSVECTOR)
    ((found,),) = await database.rows(select(func.beginnings(kept)))
    await database.close()
    lengths = range(BEGINNING, LONGEST_BEGINNING + 1)
    assert sorted(found) == ["abcdefghijklm"[:length] for length in lengths]


async def test_all_of_a_text_is_asked_of_the_index(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    async with database.reading() as connection:
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        query = select(SEARCH.c.escalation_id).where(*holds("2024 in vertragsverlängerung"))
        said = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        plan = (await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {said}")).scalar_one()[0]["Plan"]
    await database.close()
    assert "Filter" not in plan
    asked = plan["Plans"][0]["Index Cond"]
    for part in ("beginnings(words) @> '{2024}'", "'in''", "'vertragsverlängerung'':*"):
        assert part in asked


@pytest.mark.parametrize(
    ("kept", "found"), [("A-1_b", ["a", "1", "b"]), ("ﬁn FIN", ["fin"]), ("\u0301a", ["a"]), ("·", [])]
)
def test_words_are_runs_of_letters_and_digits_in_one_spelling(kept: str, found: list[str]) -> None:
    assert words(kept) == found
