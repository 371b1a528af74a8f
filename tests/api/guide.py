"""Reads a guide: its commands with the answers that it shows, and whether a real answer is such a one."""

import json
import re
from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
ANSWERS = frozenset({"http", "json", "text"})
_VARIES = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?"), "<instant>"),
    (re.compile(r"~\d{8}-\d{6}"), "~<opened>"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"\b[0-9a-f]{12,64}\b"), "<hash>"),
    (re.compile(r'^(etag: )?"[^"]+/\d+"$'), '"<version>"'),
)
"""What is another one at each run."""
_ANY_VALUE = frozenset({"seq", "after", "cause", "ms"})
"""Fields of which only the kind of value is compared."""


class Step(NamedTuple):
    """Commands, and what they print: of which kind, and as the guide shows it."""

    commands: str
    kind: str
    answer: str


def steps_of(page: str) -> list[Step]:
    """Its blocks of commands, each with the answer that follows it. What has none prints nothing."""
    blocks = [(found["kind"], found["text"]) for found in _BLOCK.finditer(page)]
    after = [*islice(blocks, 1, None), ("", "")]
    return [
        Step(text, *(then if then[0] in ANSWERS else ("", "")))
        for (kind, text), then in zip(blocks, after, strict=True)
        if kind == "sh"
    ]


def differences(step: Step, printed: str) -> list[str]:
    """What the guide shows and the answer has not got. The guide may leave out what it likes."""
    match step.kind:
        case "":
            return [f"prints {printed!r}"] if printed.strip() else []
        case "json":
            return _in_json(json.loads(step.answer), json.loads(printed), "")
        case "text":
            return _in_lines(step.answer.splitlines(), printed.splitlines())
        case _:
            return _in_http(step.answer, printed)


def _in_http(shown: str, printed: str) -> list[str]:
    head, _, body = shown.partition("\n\n")
    real_head, _, real_body = printed.replace("\r\n", "\n").partition("\n\n")
    found = _in_lines(head.splitlines(), real_head.splitlines())
    return found + (_in_json(json.loads(body), json.loads(real_body), "") if body.strip() else [])


def _in_lines(shown: list[str], printed: list[str]) -> list[str]:
    """Each line is there, in this order."""
    wanted = [line for line in shown if line != "…"]
    missing = _not_in_order(wanted, printed, lambda one, other: _steady(one) == _steady(other))
    return [f"no line {line!r}" for line in missing]


def _not_in_order(shown: list[Any], real: list[Any], is_like: Callable[[Any, Any], bool]) -> list[Any]:
    """What is shown and not found behind what was found before it."""
    missing, begin = [], 0
    for item in shown:
        place = next((number for number in range(begin, len(real)) if is_like(item, real[number])), None)
        if place is None:
            missing.append(item)
        else:
            begin = place + 1
    return missing


def _in_json(shown: Any, real: Any, place: str) -> list[str]:
    """Every field of an object is there, and every item of a list, in this order; so all the way down."""
    match shown, real:
        case dict(), dict():
            lacks = [f"{place}/{name}: missing" for name in shown if name not in real]
            there = (name for name in shown if name in real)
            return lacks + [one for name in there for one in _field(name, shown, real, place)]
        case list(), list():
            missing = _not_in_order(shown, real, lambda one, other: not _in_json(one, other, place))
            return [f"{place}: no item {json.dumps(item)}" for item in missing]
        case str(), str():
            return [] if _steady(shown) == _steady(real) else [f"{place}: {real!r}"]
        case _:
            return [] if type(shown) is type(real) and shown == real else [f"{place}: {real!r}"]


def _field(name: str, shown: Any, real: Any, place: str) -> list[str]:
    if name in _ANY_VALUE and type(shown[name]) is type(real[name]):
        return []
    return _in_json(shown[name], real[name], f"{place}/{name}")


def _steady(text: str) -> str:
    for varying, name in _VARIES:
        text = varying.sub(name, text)
    return text
