"""The text search: what words are, and how rows are found by words that begin theirs."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, String, Text, and_, cast, false, func, literal
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, array

from records.tables import SEARCH

BEGINNING = 3
"""Letters that a beginning needs: what fewer begin is nearly everything, so they are a whole word."""
LONGEST_BEGINNING = 10
"""Letters of the longest ones that PostgreSQL's index of the shelf has; what more begin are few words."""
_TEXTS = ARRAY(Text)
_LONGEST_WORD = 100


def words(*texts: str | None) -> list[str]:
    """Runs of letters and digits, each once and in one spelling: of what is kept and of what is sought."""
    whole = _in_one_spelling(texts)
    return list(dict.fromkeys(word[:_LONGEST_WORD] for word in "".join(_spaced(whole)).split()))


def has_marks(*texts: str | None) -> bool:
    """Whether there are signs in them that are no letters, but part of a word."""
    whole = _in_one_spelling(texts)
    return not whole.isascii() and any(unicodedata.category(one).startswith("M") for one in whole)


def _in_one_spelling(texts: Iterable[str | None]) -> str:
    return unicodedata.normalize("NFKC", " ".join(text for text in texts if text)).casefold()


def _spaced(text: str) -> Iterator[str]:
    """Blanks for all that is no part of a word; marks, as vowels of many scripts, are part of theirs."""
    inside = False
    for one in text:
        inside = one.isalnum() or (inside and unicodedata.category(one).startswith("M"))
        yield one if inside else " "


def says(text: str, dialect: str) -> ColumnElement[bool]:
    """Whether all words of the text begin words of a search row: for a row that is there already."""
    sought = words(text)
    if not sought:
        return false()
    if dialect == "postgresql":
        return _matches(sought)
    kept = " " + SEARCH.c.words + " "
    return and_(*(kept.like(f"% {word}{'' if _begins(word) else ' '}%") for word in sought))


def holds(text: str) -> Iterator[ColumnElement[bool]]:
    """The same on PostgreSQL, as its index of the shelf knows it: for finding rows.

    The index would gather all words with one beginning at every look; most beginnings it has themselves.
    """
    sought = words(text)
    kept = [word for word in sought if BEGINNING <= len(word) <= LONGEST_BEGINNING]
    if kept:
        begun = cast(array([literal(word, Text) for word in kept]), _TEXTS)
        yield func.beginnings(SEARCH.c.words, type_=_TEXTS).bool_op("@>")(begun)
    if others := [word for word in sought if word not in kept]:
        yield _matches(others)
    if not sought:
        yield false()


def _matches(sought: Sequence[str]) -> ColumnElement[bool]:
    said = " & ".join(f"'{word}'{':*' if _begins(word) else ''}" for word in sought)
    return SEARCH.c.words.bool_op("@@")(cast(literal(said, String), TSQUERY))


def _begins(word: str) -> bool:
    return len(word) >= BEGINNING
