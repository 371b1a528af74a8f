"""Parts of words that conditions ask for: whether a word can have one, and which was meant."""

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from math import prod
from typing import assert_never

from organisation.cel import Scope, holds
from organisation.cel_tree import Part
from organisation.findings import nearest

SAID = {
    Part.BEGINNING: "begins with",
    Part.END: "ends with",
    Part.MIDDLE: "contains",
    Part.PATTERN: "matches",
}
MOST_REPEATED = 10
"""The engine makes a pattern anew for each word, which takes long where it repeats by numbers."""
_OF_UNICODE = re.compile(r"\\[pP]")
"""Classes of characters of all the world, of which each takes the engine a hundred times a letter's time."""
_WRITTEN = re.compile(r"\\.|\[[^\]]*\]|\{[^}]*\}|\(\?[^:)]*|(\w+)")
"""Words in a pattern, past escapes, classes, counts and flags."""
_REPEATED = re.compile(r"\{(\d+)(?:,(\d*))?\}")


def matches(word: str, pattern: str) -> bool:
    """Whether the engine finds the pattern in the word. Raises Untold for what is no pattern."""
    facts = {"case.subject": word, "case.topic": pattern}
    return holds("case.subject.matches(case.topic)", Scope.ROUTE, facts)


def had(part: Part, literal: str, words: Collection[str]) -> bool:
    """Whether one of the words has that part, or an empty text, or nobody could tell cheaply."""
    words = ("", *words)
    match part:
        case Part.BEGINNING:
            return any(word.startswith(literal) for word in words)
        case Part.END:
            return any(word.endswith(literal) for word in words)
        case Part.MIDDLE:
            return any(literal in word for word in words)
        case Part.PATTERN:
            return _dear(literal) or any(matches(word, literal) for word in words)
        case _:
            assert_never(part)


def could_be_had(part: Part, literal: str, shape: re.Pattern[str], sample: str) -> bool:
    """Whether a text of that shape, all of which are as long as the sample, can have that part."""
    last = len(sample) - len(literal)
    match part:
        case Part.BEGINNING:
            places = range(min(last, 0) + 1)
        case Part.END:
            places = range(max(last, 0), last + 1)
        case Part.MIDDLE:
            places = range(last + 1)
        case Part.PATTERN:
            return True
        case _:
            assert_never(part)
    return any(shape.fullmatch(sample[:at] + literal + sample[at + len(literal) :]) for at in places)


def meant(part: Part, literal: str, words: Collection[str]) -> str:
    """What to write instead of a part that no word has: the word with the nearest one, else what there is.

    Where several words have the nearest part, it is that part.
    """
    if part is Part.PATTERN:
        return _meant_by_pattern(literal, words)
    having: dict[str, set[str]] = {}
    for word in words:
        for each in _parts(part, word, len(literal)):
            having.setdefault(each, set()).add(word)
    folded = {each.casefold(): each for each in sorted(having)}
    near = get_close_matches(literal.casefold(), folded, n=1)
    if not near:
        return nearest(literal, words)
    right = folded[near[0]]
    (word,) = having[right] if len(having[right]) == 1 else (right,)
    return nearest(word, (word,))


def _meant_by_pattern(pattern: str, words: Collection[str]) -> str:
    """By the longest text in the pattern; where it is in several words, it does not say which."""
    written = max(_WRITTEN.findall(pattern), key=len, default="")
    holding = [word for word in words if written.casefold() in word.casefold()]
    if len(holding) > 1:
        return nearest("", words)
    return nearest(holding[0] if holding else written, words)


def _parts(part: Part, word: str, length: int) -> Iterator[str]:
    """The parts of the word that are as long as that, or the word where it is shorter."""
    last = max(len(word) - length, 0)
    if part is not Part.MIDDLE:
        yield word[:length] if part is Part.BEGINNING else word[last:]
        return
    yield from (word[at : at + length] for at in range(last + 1))


def _dear(pattern: str) -> bool:
    repeated = prod(max(int(few), int(many or 0), 1) for few, many in _REPEATED.findall(pattern))
    return repeated > MOST_REPEATED or _OF_UNICODE.search(pattern) is not None
