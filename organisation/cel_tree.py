"""What a compiled condition compares with what, out of the tree that the engine hands out.

The tree is a `cel.expr.CheckedExpr` in Protocol Buffers' wire format, of which only calls, names, lists,
texts and numbers are of interest here.
"""

from collections.abc import Iterator
from enum import StrEnum
from itertools import product
from typing import NamedTuple

EQUALITIES = frozenset({"_==_", "_!=_", "@in"})
ORDERS = frozenset({"_<_", "_<=_", "_>_", "_>=_"})


class Part(StrEnum):
    """What a condition can ask of a text beside what it is as a whole."""

    BEGINNING = "startsWith"
    END = "endsWith"
    MIDDLE = "contains"
    PATTERN = "matches"


_CHOICE = "_?_:_"

_CHECKED, _EXPRESSION = 2, 4
"""Fields of what the engine hands out, and of the checked expression within."""
_CONSTANT, _NAME, _CALL, _LIST = 3, 4, 6, 7
_TARGET, _FUNCTION, _ARGUMENT = 1, 2, 3
_ELEMENT = 1
_NUMBER, _TEXT = 3, 6


class Comparison(NamedTuple):
    """A name, and a literal that it is compared with or looked for in, or that it is to have as a part."""

    name: str
    """Empty where something else than a name is to have the part."""
    operator: str
    literal: str | int


def comparisons(tree: bytes) -> Iterator[Comparison]:
    """Each name with each literal that it is compared with."""
    for checked in _parts(tree, _CHECKED):
        for expression in _parts(checked, _EXPRESSION):
            yield from _compared(expression)


def _compared(expression: bytes) -> Iterator[Comparison]:
    for call in _parts(expression, _CALL):
        operator, operands = _called(call)
        if operator in EQUALITIES | ORDERS:
            left, right = operands
            for names, literals in ((_names(left), _literals(right)), (_names(right), _literals(left))):
                yield from (Comparison(name, operator, each) for name, each in product(names, literals))
        elif operator in frozenset(Part):
            text, part = operands
            asked = product(_names(text) or [""], _literals(part))
            yield from (Comparison(name, operator, each) for name, each in asked)
        for inner in operands:
            yield from _compared(inner)


def _called(call: bytes) -> tuple[str, list[bytes]]:
    """What is called, and with what: x.matches(y) and matches(x, y) are the same."""
    (operator,) = (name.decode() for name in _parts(call, _FUNCTION))
    return operator, _parts(call, _TARGET) + _parts(call, _ARGUMENT)


def _names(expression: bytes) -> list[str]:
    return [text.decode() for name in _parts(expression, _NAME) for text in _parts(name, _ELEMENT)]


def _literals(expression: bytes) -> list[str | int]:
    """The text or number itself, or those of a list or of the two branches of a choice."""
    found: list[str | int] = []
    for constant in _parts(expression, _CONSTANT):
        found += [text.decode() for text in _parts(constant, _TEXT)]
        found += _numbers(constant, _NUMBER)
    for several in _parts(expression, _LIST):
        for element in _parts(several, _ELEMENT):
            found += _literals(element)
    for call in _parts(expression, _CALL):
        operator, operands = _called(call)
        if operator == _CHOICE:
            _, *branches = operands
            found += [literal for branch in branches for literal in _literals(branch)]
    return found


def _parts(message: bytes, wanted: int) -> list[bytes]:
    """The messages and texts in a field of that number."""
    return [value for number, value in _fields(message) if number == wanted and isinstance(value, bytes)]


def _numbers(message: bytes, wanted: int) -> list[int]:
    """The numbers in a field of that number, which wrap round below zero."""
    values = [value for number, value in _fields(message) if number == wanted and isinstance(value, int)]
    return [value - (1 << 64) if value >> 63 else value for value in values]


def _fields(message: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Every field with its content; numbers of fixed length are passed over."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        match key & 7:
            case 0:  # a number of any length
                value, at = _varint(message, at)
                yield key >> 3, value
            case 1:
                at += 8
            case 5:
                at += 4
            case _:
                length, at = _varint(message, at)
                yield key >> 3, message[at : at + length]
                at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
