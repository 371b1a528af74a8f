"""Promises that are made otherwise to some customers or for some reasons."""

from datetime import timedelta

import pytest

from domain.policy import PromiseRule
from domain.report import Report
from domain.vocabulary import PromiseKind, Reason, Severity
from tests.domain.world import CUSTOMER, DAY, HOUR, POLICY, REPORT, START, World, changed

OUTAGE = Reason.MAJOR_OUTAGE


def solution(hours: int, *tiers: str, reasons: tuple[Reason, ...] = ()) -> PromiseRule:
    return PromiseRule(kind=PromiseKind.RESOLVE, target=hours * HOUR, tiers=tiers, reasons=reasons)


RULES = (
    solution(4, "gold", "platinum"),
    solution(8),
    solution(2, reasons=(OUTAGE,)),
    solution(1, "platinum", reasons=(OUTAGE,)),
)
TIERED = changed(POLICY, promises=dict.fromkeys(Severity, RULES))


def reported(tier: str | None, reason: Reason) -> Report:
    customer = None if tier is None else CUSTOMER.model_copy(update={"tier": tier})
    return REPORT.model_copy(update={"customer": customer, "reason": reason})


@pytest.mark.parametrize(
    ("tier", "reason", "hours"),
    [
        (None, Reason.RECURRENCE, 8),
        ("standard", Reason.RECURRENCE, 8),
        ("gold", Reason.RECURRENCE, 4),
        (None, OUTAGE, 2),
        ("standard", OUTAGE, 2),
        ("platinum", OUTAGE, 1),
        ("gold", OUTAGE, 4),
    ],
)
def test_the_most_specific_promise_counts_and_of_equals_the_first(
    tier: str | None, reason: Reason, hours: int
) -> None:
    world = World(TIERED, reported(tier, reason))
    assert world.promise("resolve").due == START + timedelta(hours=hours)


def test_without_a_report_a_promise_is_what_everybody_is_promised() -> None:
    rule = TIERED.promise(PromiseKind.RESOLVE, Severity.S1)
    assert rule is not None
    assert rule.target == 8 * HOUR


def test_a_promise_only_to_others_is_not_made() -> None:
    only = changed(POLICY, promises=dict.fromkeys(Severity, (solution(4, "gold"),)))
    assert "resolve" not in World(only, reported("standard", OUTAGE)).escalation.promises


def test_a_new_severity_keeps_to_the_customers_terms_and_to_the_original_start() -> None:
    quick = {**TIERED.promises, Severity.S1: (solution(3), solution(2, "gold"))}
    world = World(changed(TIERED, promises=quick), reported("gold", Reason.RECURRENCE))
    world.wait(HOUR)
    world.decide("set_severity", "mara", severity="S1", reason="worse")
    assert world.promise("resolve").due == START + 2 * HOUR


def test_a_move_to_terms_for_the_customer_counts_from_the_original_start() -> None:
    world = World(POLICY, reported("gold", Reason.RECURRENCE))
    world.wait(HOUR)
    world.policy = changed(TIERED, version="v2")
    world.decide("move_policy", "mara", policy="test", reason="newer")
    assert world.promise("resolve").due == START + 4 * HOUR


def test_an_analysis_is_owed_within_the_time_for_its_reason() -> None:
    rules = (
        PromiseRule(kind=PromiseKind.RCA, target=5 * DAY),
        PromiseRule(kind=PromiseKind.RCA, target=2 * DAY, reasons=(OUTAGE,)),
    )
    world = World(changed(POLICY, promises=dict.fromkeys(Severity, rules)), reported(None, OUTAGE))
    world.decide("accept", "mara", reason="ours")
    world.decide("declare_resolved", "olga", what_was_done="mended")
    world.decide("request_rca", "theo", reason="to learn")
    assert world.promise("rca").due == START + 2 * DAY
