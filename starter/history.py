"""Temporal's own events of an escalation's workflow, decoded, page by page."""

import json
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

from google.protobuf.json_format import MessageToDict
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from domain.value import Value

PREFIX = "EVENT_TYPE_"
SHOWN_AT_MOST = 100_000
"""Bytes of a payload; a larger one is named by its size."""


class HistoryEntry(Value):
    """One event as Temporal keeps it. Payloads in `attributes` are decoded."""

    id: int
    at: datetime
    type: str
    """As Temporal names it, in small letters: workflow_execution_started, timer_fired, …"""
    attributes: dict[str, Any]


class HistoryPage(Value):
    workflow_id: str
    run_id: str
    entries: tuple[HistoryEntry, ...]
    after: str | None
    """Hand it in to get the next page; None when this is the last."""


def entry_of(event: HistoryEvent) -> HistoryEntry:
    kind = event.WhichOneof("attributes")
    attributes = MessageToDict(getattr(event, kind), preserving_proto_field_name=True) if kind else {}
    return HistoryEntry(
        id=event.event_id,
        at=event.event_time.ToDatetime(tzinfo=UTC),
        type=EventType.Name(event.event_type).removeprefix(PREFIX).lower(),
        attributes=_decoded(attributes),
    )


def place_of(run_id: str, token: bytes | None) -> str | None:
    """Where the next page begins, as an opaque text. A life goes on in further runs, so the run is in it."""
    if not token:
        return None
    return urlsafe_b64encode(json.dumps([run_id, token.decode("latin-1")]).encode()).decode()


def begins_at(place: str) -> tuple[str, bytes]:
    """The run and the token of a page. Raises ValueError for what no page said."""
    try:
        run_id, token = json.loads(urlsafe_b64decode(place.encode()))
        return str(run_id), str(token).encode("latin-1")
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError(
            f"{place[:60]!r} is not the end of a page; hand in what the page before said"
        ) from error


def _decoded(value: Any) -> Any:
    match value:
        case {"metadata": {"encoding": str(encoding)}, **rest}:
            return _payload(
                b64decode(encoding).decode(errors="replace"), b64decode(str(rest.get("data", "")))
            )
        case dict():
            return {name: _decoded(each) for name, each in value.items()}
        case list():
            return [_decoded(each) for each in value]
        case _:
            return value


def _payload(encoding: str, data: bytes) -> Any:
    """Encrypted payloads stay closed: only their owner's codec opens them."""
    if encoding == "binary/null":
        return None
    if encoding.startswith("json/") and len(data) <= SHOWN_AT_MOST:
        return json.loads(data)
    return {"encoding": encoding, "bytes": len(data)}
