"""Bounds for YAML that comes from outside: small texts that unfold into a lot, or nest without end."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    ScalarEvent,
)

from organisation.findings import Finding
from organisation.yaml_source import MAX_DEPTH, Source, parse

LONGEST = 64_000
"""Characters; ten times what a long policy has."""
MOST_VALUES = 5_000
"""Keys and values, with every alias counted as all that it stands for."""


def parse_bounded(text: str, file: str) -> Source | Finding:
    """As `parse` does it, for a text of somebody who may mean harm. Any such finding is an error."""
    return _too_much(text, file) or parse(text, file)


@dataclass
class _Sizes:
    """How many values there are in what is open, and in what an alias can stand for."""

    open: list[tuple[str | None, int]] = field(default_factory=lambda: [(None, 0)])
    anchored: dict[str, int] = field(default_factory=dict)

    def add(self, size: int, anchor: str | None = None) -> None:
        if anchor is not None:
            self.anchored[anchor] = size
        outer, inside = self.open[-1]
        self.open[-1] = (outer, inside + size)

    def close(self) -> None:
        anchor, inside = self.open.pop()
        self.add(inside + 1, anchor)

    @property
    def total(self) -> int:
        return sum(inside for _, inside in self.open)


def _too_much(text: str, file: str) -> Finding | None:
    if len(text) > LONGEST:
        return Finding(file, 1, f"longer than {LONGEST} characters", "split it into smaller files")
    sizes = _Sizes()
    for event in _events(text):
        match event:
            case AliasEvent():
                sizes.add(sizes.anchored.get(event.anchor, 1))
            case CollectionStartEvent():
                sizes.open.append((event.anchor, 0))
            case CollectionEndEvent():
                sizes.close()
            case ScalarEvent():
                sizes.add(1, event.anchor)
            case _:
                pass
        if len(sizes.open) > MAX_DEPTH:
            return Finding(file, _line(event), f"nested more than {MAX_DEPTH} deep", "flatten it")
        if sizes.total > MOST_VALUES:
            what = f"more than {MOST_VALUES} values, aliases unfolded"
            return Finding(file, _line(event), what, "write less, and without aliases of aliases")
    return None


def _events(text: str) -> Iterator[Any]:
    """What the text consists of, one by one, so that nobody reads on behind a bound."""
    try:
        yield from YAML(typ="rt").parse(text)
    except Exception:  # whatever it is: `parse` will say it by line
        return


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 1
