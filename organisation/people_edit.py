"""What is written into people.yaml: somebody's channels."""

from collections.abc import Iterable
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from domain.people import PersonChannel
from organisation.edit import Edit, written

FILE = "people.yaml"


def own_channels(person: str, channels: Iterable[PersonChannel]) -> Edit:
    """Puts these in the place of the person's channels."""
    entries = [{str(each.kind): each.address} for each in channels]

    def edit(data: dict[str, Any]) -> None:
        about = data["people"][person]
        there = about.get("channels")
        if isinstance(there, CommentedSeq):
            # In place, for what is written below belongs to it.
            there[:] = [_pair(about, entry) for entry in entries]
            there.fa.set_flow_style()
        else:
            about["channels"] = [_pair(about, entry) for entry in entries]

    return edit


def _pair(data: dict[str, Any], entry: dict[str, str]) -> Any:
    pair = written(data, entry)
    if isinstance(pair, CommentedMap):
        pair.fa.set_flow_style()
    return pair
