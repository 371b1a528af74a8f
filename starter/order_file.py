"""An order to open, as a file says it: YAML or JSON, where every mistake is named by line, field and mend."""

import sys
from pathlib import Path
from typing import Any, Self, TypeVar

from domain.decisions.base import DecisionId
from domain.report import Report
from domain.text import Identifier
from organisation.explain import shaped
from organisation.findings import Finding
from organisation.shapes import Shape
from organisation.yaml_source import parse, read
from starter.errors import FileInvalid

STDIN = "-"


class OrderFile(Shape):
    policy: Identifier
    """the name of the policy to run under"""
    report: Report
    """what is reported"""
    key: Identifier | None = None
    request_id: DecisionId | None = None

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """As everywhere, but a field that the report does not know is an error too."""
        return super().model_validate(obj, **{**options, "extra": "forbid"})


Order = TypeVar("Order", bound=OrderFile)


def read_order(file: Path) -> OrderFile:
    """The order in a file, or on standard input for `-`. Raises FileInvalid."""
    return read_order_as(file, OrderFile)


def read_order_as(file: Path, shape: type[Order]) -> Order:
    """The same for files that say more. Raises FileInvalid."""
    source = parse(sys.stdin.read(), "standard input") if str(file) == STDIN else read(file, str(file))
    if isinstance(source, Finding):
        raise FileInvalid([str(source)])
    order = shaped(source, shape)
    if isinstance(order, list):
        raise FileInvalid([str(finding) for finding in sorted(order)])
    return order
