"""What a policy's snapshot holds where its file says nothing."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.policy import ConfirmationRules, DeliveryRules, LevelCondition
from domain.vocabulary import BreachAction, Pause, PromiseKind, Reason, Severity, TargetKind
from tests.organisation.small import change, loaded, write

POLICY = "policies/desk.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "organisation")


def test_resolve_and_next_update_pause_for_the_customer_unless_the_policy_says_otherwise(
    folder: Path,
) -> None:
    change(
        folder,
        POLICY,
        "    inform: {target: 16h}",
        "    inform: {target: 16h}\n    next_update: {target: 1h}",
    )
    policy = loaded(folder).policy("desk")
    pauses = {rule.kind: rule.pauses_while for rules in policy.promises.values() for rule in rules}
    assert pauses == {
        PromiseKind.ACKNOWLEDGE: (),
        PromiseKind.INFORM: (),
        PromiseKind.CLOSE: (),
        PromiseKind.NEXT_UPDATE: (Pause.WAITING_FOR_CUSTOMER,),
        PromiseKind.RESOLVE: (Pause.WAITING_FOR_CUSTOMER,),
    }


def test_a_policy_can_let_resolve_run_while_the_customer_is_asked(folder: Path) -> None:
    change(folder, POLICY, "calendar: office}", "calendar: office, pauses_while: []}")
    rule = loaded(folder).policy("desk").promise(PromiseKind.RESOLVE, Severity.S1)
    assert rule is not None
    assert rule.pauses_while == ()


def test_every_severity_closes_within_thirty_days_unless_the_policy_says_otherwise(folder: Path) -> None:
    policy = loaded(folder).policy("desk")
    limits = [policy.promise(PromiseKind.CLOSE, severity) for severity in Severity]
    assert [limit.target.days for limit in limits if limit] == [20, 30, 30, 30]
    assert [limit.on_breach for limit in limits if limit][1] == (BreachAction.TELL_MANAGER,)


def test_what_is_left_out_is_as_the_domain_has_it(folder: Path) -> None:
    policy = loaded(folder).policy("desk")
    assert policy.confirmation == ConfirmationRules()
    assert policy.delivery == DeliveryRules()
    assert policy.snooze_at_most == timedelta(hours=24)
    assert policy.repeats == 1


def test_a_target_can_be_written_with_and_without_a_space(folder: Path) -> None:
    targets = loaded(folder).policy("desk").level(2).targets
    assert [(target.kind, target.id) for target in targets] == [
        (TargetKind.MANAGER, "cyd"),
        (TargetKind.TEAM, "desk"),
    ]


def test_what_other_terms_leave_out_is_as_for_everybody(folder: Path) -> None:
    case = "{tier: [gold], reason: [recurrence], target: 4h}"
    always = "{tier: [platinum], target: 2h, calendar: null, warn_at: [0.5]}"
    change(
        folder, POLICY, "calendar: office}", f"calendar: office, warn_at: [0.8], for: [{case}, {always}]}}"
    )
    rules = [rule for rule in loaded(folder).policy("desk").promises[Severity.S1] if rule.kind == "resolve"]
    assert [(rule.target.seconds // 3600, rule.calendar, rule.warn_at) for rule in rules] == [
        (8, "office", (0.8,)),
        (4, "office", (0.8,)),
        (2, None, (0.5,)),
    ]
    assert {rule.pauses_while for rule in rules} == {(Pause.WAITING_FOR_CUSTOMER,)}
    assert [(rule.tiers, rule.reasons) for rule in rules[1:]] == [
        (("gold",), (Reason.RECURRENCE,)),
        (("platinum",), ()),
    ]


def test_the_hours_of_a_level_are_part_of_the_policy(folder: Path) -> None:
    change(folder, POLICY, "wait: 10m", "wait: 10m\n    when: {severity: [S1, S2], outside_hours: unused}")
    policy = loaded(folder).policy("desk")
    assert policy.level(1).when == LevelCondition(severity=(Severity.S1, Severity.S2), outside_hours="unused")
    assert policy.calendars.keys() == {"office", "unused"}
