"""A list of a YAML file by its lines: an entry goes with the comments that are its own, and no others."""

import re
from itertools import takewhile

KEY = r"{}:\s*(#.*)?"
DASH = re.compile(r" *-(\s|$)")


def without_entry(text: str, section: str, place: int, length: int) -> str | None:
    """The text without one entry of a top-level list that has `length` entries.

    Comment lines directly above the entry's dash at the same indent go with it, and those within its
    lines. None where the list is not written as lines with a dash each. Whoever calls it reads the
    result again: what looks like such lines may be something else.
    """
    lines = text.split("\n")
    key = re.compile(KEY.format(re.escape(section)))
    heads = [number for number, line in enumerate(lines) if key.fullmatch(line)]
    if len(heads) != 1:
        return None
    head = heads[0]
    dashes, indent = _dashes(lines, head + 1)
    if len(dashes) != length:
        return None
    start, end = dashes[place], _end(lines, dashes[place], indent)
    above = reversed(lines[head + 1 : start])
    start -= sum(1 for _ in takewhile(lambda line: _is_comment(line) and _depth(line) == indent, above))
    if not lines[start - 1].strip() and not "".join(lines[end : end + 1]).strip():
        # The blank lines on both sides become one.
        start -= 1
    if length == 1:
        lines[head] = lines[head].replace(":", ": []", 1)
    return "\n".join(lines[:start] + lines[end:])


def _dashes(lines: list[str], first: int) -> tuple[list[int], int]:
    """Where the entries of the list begin that is below, and how far their dashes are indented."""
    found: list[int] = []
    indent = 0
    for number, line in enumerate(lines[first:], first):
        if not line.strip() or _is_comment(line):
            continue
        dash = DASH.match(line)
        if not found:
            indent = _depth(line)
        elif _depth(line) > indent:
            continue
        if dash is None or _depth(line) < indent:
            break
        found.append(number)
    return found, indent


def _end(lines: list[str], start: int, indent: int) -> int:
    """The line after an entry's last one. Comments right below count while they are indented as it is."""
    end = start + 1
    for number, line in enumerate(lines[start + 1 :], start + 1):
        if not line.strip() or _is_comment(line):
            continue
        if _depth(line) <= indent:
            break
        end = number + 1
    return end + sum(
        1 for _ in takewhile(lambda line: _is_comment(line) and _depth(line) > indent, lines[end:])
    )


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
