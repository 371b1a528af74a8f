"""What a compiled condition compares with what, out of the tree that the engine hands out.

The tree is a `cel.expr.CheckedExpr` in Protocol Buffers' wire format, of which only calls, names, lists
and texts are of interest here.
"""

from collections.abc import Iterator
from itertools import product

_COMPARISONS = frozenset({b"_==_", b"_!=_", b"_<_", b"_<=_", b"_>_", b"_>=_", b"@in"})
_CHECKED, _EXPRESSION = 2, 4
"""Fields of what the engine hands out, and of the checked expression within."""
_CONSTANT, _NAME, _CALL, _LIST = 3, 4, 6, 7
_TARGET, _FUNCTION, _ARGUMENT = 1, 2, 3
_ELEMENT = 1
_TEXT = 6


def compared_texts(tree: bytes) -> Iterator[tuple[str, str]]:
    """Each name with each text that it is compared with or looked for in."""
    for checked in _parts(tree, _CHECKED):
        for expression in _parts(checked, _EXPRESSION):
            yield from _compared(expression)


def _compared(expression: bytes) -> Iterator[tuple[str, str]]:
    for call in _parts(expression, _CALL):
        arguments = _parts(call, _ARGUMENT)
        if _COMPARISONS.intersection(_parts(call, _FUNCTION)):
            left, right = arguments
            yield from product(_names(left), _texts(right))
            yield from product(_names(right), _texts(left))
        for inner in (*_parts(call, _TARGET), *arguments):
            yield from _compared(inner)


def _names(expression: bytes) -> list[str]:
    return [text.decode() for name in _parts(expression, _NAME) for text in _parts(name, _ELEMENT)]


def _texts(expression: bytes) -> list[str]:
    """The text itself, or those of a list."""
    found = [text.decode() for one in _parts(expression, _CONSTANT) for text in _parts(one, _TEXT)]
    for several in _parts(expression, _LIST):
        for element in _parts(several, _ELEMENT):
            found += _texts(element)
    return found


def _parts(message: bytes, wanted: int) -> list[bytes]:
    """The contents of a field of that number; what is no message or text in it is passed over."""
    found, at = [], 0
    while at < len(message):
        key, at = _varint(message, at)
        match key & 7:
            case 0:  # a number of any length
                _, at = _varint(message, at)
            case 1:
                at += 8
            case 5:
                at += 4
            case _:
                length, at = _varint(message, at)
                if key >> 3 == wanted:
                    found.append(message[at : at + length])
                at += length
    return found


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
