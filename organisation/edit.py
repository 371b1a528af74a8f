"""Writes into the organisation's files as a person would: comments stay, and nothing wrong gets in."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.resolver import VersionedResolver

from organisation.findings import Finding, NotWritable, OrganisationInvalid
from organisation.load import load
from organisation.model import Organisation
from organisation.trial import as_if
from organisation.yaml_source import Source, parse, read

INDENT = 2
"""How far things are indented in a file that does not show it."""

Edit = Callable[[dict[str, Any]], None]
"""Changes the file's data in place; is called on plain data and on ruamel's."""


@dataclass(frozen=True, slots=True)
class LineEdit:
    """An Edit that can be made in the file's lines too, where ruamel would misplace comments."""

    on_data: Edit
    on_text: Callable[[str, dict[str, Any]], str | None]
    """Of the text and its data, the text with the edit made; None where it is not written for that."""

    def __call__(self, data: dict[str, Any]) -> None:
        self.on_data(data)


class _Resolver(VersionedResolver):
    """Leaves times as they are written: read as times, they would be written in another way."""

    @property
    def versioned_resolver(self) -> Any:
        return {
            first: [(tag, pattern) for tag, pattern in known if not tag.endswith(":timestamp")]
            for first, known in super().versioned_resolver.items()
        }


def edited_file(folder: Path, file: str, edit: Edit, *, keep: bool = True) -> Organisation:
    """The organisation with the edit made, which is in the file from then on unless `keep` is False.

    The whole folder is checked before the file is replaced, in one step. Raises OrganisationInvalid
    with the findings, and leaves the file alone, when it would not pass or did not pass before; raises
    NotWritable. Edits at the same time, of whatever process, come one after the other.
    """
    with _alone(folder):
        path = (folder / file).resolve()
        before = read(path, file)
        if isinstance(before, Finding):
            raise OrganisationInvalid([before])
        text = _rewritten(path.read_text(encoding="utf-8-sig"), before, edit)
        with tempfile.TemporaryDirectory() as place:
            organisation = load(as_if(folder, Path(place), file, text))
        if keep:
            _replace(path, text)
    return organisation


def section(data: dict[str, Any], name: str, kind: type[list[Any]] | type[dict[str, Any]]) -> Any:
    """The section of that name; an empty one is made where there is none."""
    if data.get(name) is None:
        data[name] = written(data, kind())
    return data[name]


def written(data: dict[str, Any], value: Any) -> Any:
    """A value as it is put into `data`: lists of names in one line where ruamel writes it."""
    if not isinstance(data, CommentedMap):
        return deepcopy(value)
    match value:
        case dict():
            return CommentedMap({key: written(data, each) for key, each in value.items()})
        case list():
            entries = CommentedSeq(written(data, each) for each in value)
            if value and all(isinstance(each, str) for each in value):
                entries.fa.set_flow_style()
            return entries
        case _:
            return value


def _rewritten(text: str, before: Source, edit: Edit) -> str:
    expected = deepcopy(before.data)
    edit(expected)
    in_lines = edit.on_text(text, before.data) if isinstance(edit, LineEdit) else None
    if in_lines is not None and _says(in_lines, before.file, expected):
        return in_lines
    dumped = _dumped(text, edit)
    if not _says(dumped, before.file, expected):
        what = "cannot be written by a program without changing something else"
        raise OrganisationInvalid([Finding(before.file, 1, what, "add the lines by hand")])
    return dumped


def _says(text: str, file: str, expected: dict[str, Any]) -> bool:
    after = parse(text, file)
    return not isinstance(after, Finding) and after.data == expected


def _dumped(text: str, edit: Edit) -> str:
    yaml = YAML(typ="rt")
    yaml.Resolver = _Resolver
    yaml.preserve_quotes = True
    yaml.width = 10_000
    mapping, dash = _habits(text)
    yaml.indent(mapping=mapping, sequence=dash + 2, offset=dash)
    tree = yaml.load(text)
    edit(tree)
    stream = StringIO()
    yaml.dump(tree, stream)
    return stream.getvalue()


def _habits(text: str) -> tuple[int, int]:
    """How far the file indents what stands in a mapping, and the dashes of a list."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    depths = [len(line) - len(line.lstrip()) for line in lines]
    nested = [
        (below - above, lines[number + 1].lstrip().startswith("- "))
        for number, (above, below) in enumerate(pairwise(depths))
        if lines[number].rstrip().endswith(":") and not lines[number].lstrip().startswith("- ")
    ]
    mapping = next((depth for depth, dashed in nested if depth > 0 and not dashed), INDENT)
    return mapping, next((depth for depth, dashed in nested if depth >= 0 and dashed), INDENT)


def _replace(path: Path, text: str) -> None:
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".tmp")
    except OSError as error:
        what = f"{path.name} cannot be written here: {error.strerror}"
        raise NotWritable(
            f"{what}; change it where the files come from, or make its folder writable"
        ) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, name)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two edits at once would lose one of them."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        finding = Finding(str(folder), 1, "there is no such folder", "name an existing one")
        raise OrganisationInvalid([finding]) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
