"""Decisions from texts are typed by their model, and mistakes are named by option."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.decisions import (
    DECISION_TYPES,
    AddLink,
    Author,
    DeployTaskForce,
    ProposeOptions,
    Rate,
    Snooze,
    WaitForCustomer,
)
from domain.vocabulary import Relation, Role
from starter.decision_form import decision_from, decision_names, decision_type, described
from starter.errors import OrderInvalid

LENA = Author(id="lena-brandt", role=Role.TEAM_LEAD)


def made(name: str, **texts: list[str]) -> object:
    return decision_from(decision_type(name), "d-1", LENA, texts)


def refusal(name: str, **texts: list[str]) -> str:
    with pytest.raises(OrderInvalid) as caught:
        made(name, **texts)
    return str(caught.value)


def test_every_decision_can_be_described() -> None:
    assert len(decision_names()) == len(DECISION_TYPES)
    assert all(described(kind) for kind in DECISION_TYPES)


def test_numbers_times_and_durations_are_understood() -> None:
    assert made("rate", score=["4"]) == Rate(decision_id="d-1", author=LENA, score=4)
    until = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert made("snooze", until=["2026-11-30T17:00+01:00"], reason=["Later."]) == Snooze(
        decision_id="d-1", author=LENA, until=until, reason="Later."
    )
    assert made("wait-for-customer", question=["Since when?"], wait=["4h"]) == WaitForCustomer(
        decision_id="d-1", author=LENA, question="Since when?", wait=timedelta(hours=4)
    )


def test_lists_repeat_the_option_and_mappings_say_name_is_value() -> None:
    assert made("propose_options", options_id=["o-1"], options=["Refund", "Repair"]) == ProposeOptions(
        decision_id="d-1", author=LENA, options_id="o-1", options=("Refund", "Repair")
    )
    assert made("deploy_task_force", roles=["lead=lena-brandt", "expert=mei-tanaka"]) == DeployTaskForce(
        decision_id="d-1", author=LENA, roles={"lead": "lena-brandt", "expert": "mei-tanaka"}
    )


def test_nested_values_are_json() -> None:
    link = made("link", link=['{"relation": "ticket", "id": "t-1"}'])
    assert isinstance(link, AddLink)
    assert (link.link.relation, link.link.id) == (Relation.TICKET, "t-1")


def test_text_that_looks_like_json_stays_text() -> None:
    assert "[urgent]" in str(made("note", text=["[urgent] call back"]))


def test_an_unknown_decision_is_answered_with_the_nearest() -> None:
    assert "did you mean 'acknowledge'" in refusal("acknowlege")


def test_an_unknown_field_is_answered_with_the_nearest() -> None:
    assert refusal("note", txt=["Hi."]) == "--txt: note has no such field; did you mean 'text'?"


def test_a_missing_field_lists_what_the_decision_takes() -> None:
    assert "--reason (text, needed)" in refusal("climb")


def test_a_time_without_its_offset_is_refused() -> None:
    assert refusal("snooze", until=["2026-11-30T17:00"], reason=["Later."]).startswith("--until: ")


def test_what_a_rule_says_comes_with_its_mend() -> None:
    assert "use a date from 2000 to 2199" in refusal("snooze", until=["1999-01-01T00:00Z"], reason=["x"])
