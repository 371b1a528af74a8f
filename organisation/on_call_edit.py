"""Writes into on-call.yaml as a person would: comments stay, and nothing that is wrong gets in."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.resolver import VersionedResolver

from organisation.findings import Finding, OrganisationInvalid
from organisation.load import load
from organisation.model import Organisation
from organisation.trial import as_if
from organisation.yaml_source import Source, parse, read

FILE = "on-call.yaml"
INDENT = 2
"""How far things are indented in a file that does not show it."""

Edit = Callable[[dict[str, Any]], None]
"""Changes the file's data in place; is called on plain data and on ruamel's."""


class _Resolver(VersionedResolver):
    """Leaves times as they are written: read as times, they would be written in another way."""

    @property
    def versioned_resolver(self) -> Any:
        return {
            first: [(tag, pattern) for tag, pattern in known if not tag.endswith(":timestamp")]
            for first, known in super().versioned_resolver.items()
        }


def edited(folder: Path, edit: Edit, *, keep: bool = True) -> Organisation:
    """The organisation with the edit made, which is in the file from then on unless `keep` is False.

    The whole folder is checked before the file is replaced, in one step. Raises OrganisationInvalid
    with the findings, and leaves the file alone, when it would not pass or did not pass before.
    """
    with _alone(folder):
        path = (folder / FILE).resolve()
        before = read(path, FILE)
        if isinstance(before, Finding):
            raise OrganisationInvalid([before])
        text = _rewritten(path.read_text(encoding="utf-8-sig"), before, edit)
        with tempfile.TemporaryDirectory() as place:
            organisation = load(as_if(folder, Path(place), FILE, text))
        if keep:
            _replace(path, text)
    return organisation


def override_entry(kind: str, schedule: str, start: str, end: str, change: dict[str, Any]) -> Edit:
    """Adds an override at the end of the list. `kind` is the section that the schedule stands in."""
    entry = {kind: schedule, "from": start, "to": end, **change}

    def edit(data: dict[str, Any]) -> None:
        section(data, "overrides", list).append(written(data, entry))

    return edit


def dated_layer(schedule: str, zone: str, layer: str, shifts: list[dict[str, Any]]) -> Edit:
    """Puts shifts in the place of those of a layer; makes schedule (in that zone) and layer if need be."""

    def edit(data: dict[str, Any]) -> None:
        schedules = section(data, "schedules", dict)
        if schedule not in schedules:
            schedules[schedule] = written(data, {"zone": zone, "layers": {}})
        layers = section(schedules[schedule], "layers", dict)
        section(layers, layer, dict)["dated"] = written(data, shifts)

    return edit


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
    after = parse(stream.getvalue(), FILE)
    if isinstance(after, Finding) or after.data != expected:
        what = "cannot be written by a program without changing something else"
        raise OrganisationInvalid([Finding(FILE, 1, what, "add the lines by hand")])
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
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".on-call-", suffix=".tmp")
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
