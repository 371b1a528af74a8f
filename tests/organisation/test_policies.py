"""What a policy's snapshot holds where its file says nothing."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.policy import ConfirmationRules, DeliveryRules
from domain.vocabulary import BreachAction, Pause, PromiseKind, Severity, TargetKind
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
