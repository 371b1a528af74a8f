"""One YAML file, read so that every value can still be found by its line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from organisation.findings import Finding, Weight

MAX_BYTES = 1_000_000
MAX_DEPTH = 50

Location = tuple[int | str, ...]

KEY = "[key]"
"""How pydantic ends the location of a mapping's key, in contrast to its value."""


class _Constructor(RoundTripConstructor):
    """Leaves dates and times as they are written: the default drops their offset."""


_Constructor.add_constructor(
    "tag:yaml.org,2002:timestamp", lambda constructor, node: constructor.construct_scalar(node)
)


@dataclass(frozen=True)
class Source:
    """A file that could be read: `data` is plain, `tree` knows the lines."""

    file: str
    data: dict[str, Any]
    tree: Any = field(repr=False)

    def line(self, location: Location) -> int:
        """The line, from 1, of the value at a location, or of the nearest thing around it."""
        node, line = self.tree, self.tree.lc.line
        for part in location:
            key = _key(node, part)
            if key is None:
                continue
            child = node[key]
            own = node.lc.data.get(key) if node.lc.data else None
            line = own[0] if own else getattr(getattr(child, "lc", None), "line", line)
            node = child
        return int(line) + 1

    def finding(self, location: Location, what: str, mend: str) -> Finding:
        """A finding at a location, which it names as the path of fields that leads there."""
        place = ".".join(str(part) for part in location if part != KEY)
        return Finding(self.file, self.line(location), f"{place}: {what}" if place else what, mend)

    def warning(self, location: Location, what: str, mend: str) -> Finding:
        """A finding that keeps nobody from using the file."""
        return replace(self.finding(location, what, mend), severity=Weight.WARNING)


def read(path: Path, file: str) -> Source | Finding:
    """The file at `path`, called `file` in findings. What keeps it from being read is the finding."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return Finding(file, 1, f"larger than {MAX_BYTES} bytes", "split it into smaller files")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Finding(file, 1, "there is no such file", "create it")
    except UnicodeDecodeError as error:
        return Finding(file, 1, f"not UTF-8 at byte {error.start}", "save it as UTF-8")
    except IsADirectoryError:
        return Finding(file, 1, "is a folder", "name a file")
    except OSError as error:
        return Finding(file, 1, f"cannot be read: {error.strerror}", "mend its access rights")
    return parse(text, file)


def parse(text: str, file: str) -> Source | Finding:
    """The text of a file, as `read` does it."""
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    try:
        tree = yaml.load(text)
        data = _plain(tree, MAX_DEPTH)
    except MarkedYAMLError as error:
        return _broken(error, file)
    except YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        return Finding(file, line, str(error).splitlines()[0], "remove the character")
    except RecursionError:
        return Finding(file, 1, f"nested more than {MAX_DEPTH} deep", "flatten it")
    # What a tag or a number makes of a text that does not fit it, each in Python's own way.
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        what = f"a value that cannot be read: {str(error)[:60]}"
        return Finding(file, 1, what, "write it plainly, without `!!` and endless numbers")
    if not isinstance(data, dict):
        return Finding(file, 1, "not a mapping", "begin with `name: value` lines")
    return Source(file, data, tree)


def _broken(error: MarkedYAMLError, file: str) -> Finding:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    problem = str(error.problem)
    if isinstance(error, DuplicateKeyError):
        return Finding(file, line, problem.partition(" with value")[0], "keep one of the two")
    if r"'\t'" in problem:
        return Finding(file, line, "a tab in the indentation", "indent with spaces")
    return Finding(file, line, f"not YAML: {problem}", "mend the indentation, brackets or quotes near here")


def _key(node: Any, part: int | str) -> Any:
    """The key of `node` that a location's part means; None for parts that are no place in the file."""
    match node:
        case Mapping():
            # A large file has many keys, and may have something wrong with each.
            if part in node:
                return part
            return next((key for key in node if str(key) == str(part)), None)
        case Sequence() if isinstance(part, int) and not isinstance(node, str) and part < len(node):
            return part
        case _:
            return None


def _plain(node: Any, depth: int) -> Any:
    """Without ruamel's own types. An alias within its own anchor ends at the depth too."""
    if depth == 0:
        raise RecursionError
    match node:
        case Mapping():
            return {key: _plain(value, depth - 1) for key, value in node.items()}
        case str():
            return str(node)
        case Sequence():
            return [_plain(value, depth - 1) for value in node]
        case _:
            return node
