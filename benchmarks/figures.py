"""What a measurement gives: a figure beside its aim, and what explains it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    MET = "met"
    MISSED = "missed"
    REPORTED = "reported"


@dataclass(frozen=True)
class Figure:
    """One line of the result; `explained` is the evidence, as JSON."""

    name: str
    how: str
    measured: str
    aim: str
    verdict: Verdict
    explained: dict[str, Any] = field(default_factory=dict)
    breakdown: tuple[tuple[str, ...], ...] = ()
    """A table of its own, its head first; printed below the figures."""


@dataclass(frozen=True)
class Run:
    """How to measure: `quick` is a rehearsal with fewer lives, whose figures are not to be published."""

    quick: bool
    say: Callable[[str], None]

    def size(self, full: int, quick: int) -> int:
        return quick if self.quick else full


Measurement = Callable[[Run], Awaitable[Figure]]


def judged(*, is_met: bool) -> Verdict:
    return Verdict.MET if is_met else Verdict.MISSED


def quantile(values: list[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
