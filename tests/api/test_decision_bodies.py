"""Every decision as callers send it."""

from typing import Any, get_args

import pytest
from pydantic import BaseModel, WrapValidator

from starter.api.decision_bodies import BODIES


def _holds_values(kind: Any) -> bool:
    is_value = isinstance(kind, type) and issubclass(kind, BaseModel)
    return is_value or any(map(_holds_values, get_args(kind)))


@pytest.mark.parametrize("body", BODIES.values(), ids=lambda body: body.__name__)
def test_what_a_value_within_does_not_know_is_refused(body: type[BaseModel]) -> None:
    for name, field in body.model_fields.items():
        refuses = any(isinstance(each, WrapValidator) for each in field.metadata)
        assert refuses == _holds_values(field.annotation), name


def test_some_decisions_hold_values() -> None:
    fields = [field for body in BODIES.values() for field in body.model_fields.values()]
    assert sum(_holds_values(field.annotation) for field in fields) == 3
