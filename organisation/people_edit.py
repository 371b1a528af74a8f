"""What is written into people.yaml: somebody's channels."""

from collections.abc import Iterable
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from domain.people import PersonChannel
from organisation.edit import Edit, written

FILE = "people.yaml"


class OthersThere(Exception):
    """The file has other channels of the person than those that were seen."""


def own_channels(
    person: str, channels: Iterable[PersonChannel], seen: Iterable[PersonChannel] | None = None
) -> Edit:
    """Puts these in the place of the person's channels. Calling it raises OthersThere unless they are those
    that were `seen`; None: whatever they are.
    """
    entries = _entries(channels)
    expected = None if seen is None else _entries(seen)

    def edit(data: dict[str, Any]) -> None:
        about = data["people"][person]
        there = about.get("channels")
        if expected is not None and _plain(there or ()) != expected:
            raise OthersThere
        if isinstance(there, CommentedSeq):
            # In place, for what is written below belongs to it.
            there[:] = [_pair(about, entry) for entry in entries]
            there.fa.set_flow_style()
        else:
            about["channels"] = [_pair(about, entry) for entry in entries]

    return edit


def _entries(channels: Iterable[PersonChannel]) -> list[dict[str, str]]:
    return [{str(each.kind): each.address} for each in channels]


def _plain(entries: Iterable[dict[Any, Any]]) -> list[dict[str, str]]:
    return [{str(kind): str(address) for kind, address in each.items()} for each in entries]


def _pair(data: dict[str, Any], entry: dict[str, str]) -> Any:
    pair = written(data, entry)
    if isinstance(pair, CommentedMap):
        pair.fa.set_flow_style()
    return pair
