"""Payloads of earlier days are read and mean the same: wire models only grow."""

import json
from typing import Any, get_args

import pytest

from domain.decisions import DECISION_TYPES
from domain.errands import AnyAnswer, AnyErrand
from tests.workflows.keep_payloads import KINDS, PAYLOADS

STORED = sorted(file.stem for file in PAYLOADS.glob("*.json"))


def test_there_is_a_stored_payload_of_every_kind() -> None:
    kinds = {f"decision-{_type(one)}" for one in DECISION_TYPES}
    kinds |= {f"errand-{_type(one)}" for one in get_args(AnyErrand)}
    kinds |= {f"answer-{_type(one)}" for one in get_args(AnyAnswer)}
    assert set(STORED) == kinds | {"begin-new", "begin-carried", "decided", "escalation"}


@pytest.mark.parametrize("name", STORED)
def test_a_stored_payload_is_read_and_loses_nothing(name: str) -> None:
    stored = (PAYLOADS / f"{name}.json").read_bytes()
    kind = KINDS[name.split("-")[0]]
    again = kind.dump_python(kind.validate_json(stored), mode="json")
    assert _lost(json.loads(stored), again, name) == []


def _lost(stored: Any, again: Any, at: str) -> list[str]:
    """Where the value read differs from what was stored; new fields are no loss."""
    match stored, again:
        case dict(), dict():
            gone = [f"{at}.{name}" for name in stored if name not in again]
            kept = [name for name in stored if name in again]
            return gone + [
                place for name in kept for place in _lost(stored[name], again[name], f"{at}.{name}")
            ]
        case list(), list() if len(stored) == len(again):
            pairs = enumerate(zip(stored, again, strict=True))
            return [place for i, (old, new) in pairs for place in _lost(old, new, f"{at}[{i}]")]
        case _:
            return [] if stored == again else [at]


def _type(model: Any) -> str:
    return str(model.model_fields["type"].default)
