"""Ids: keys stay readable, and different keys never share a workflow."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starter import ids
from workflows import names

KEYS = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._@:/+~-]{0,99}\Z")


def test_a_plain_key_stays_as_it_is() -> None:
    assert ids.workflow_id_of("ticket-4711") == "esc-ticket-4711"


@pytest.mark.parametrize("key", ["a/b", "a~20261121-120000", "x" * 61, "user@example.org"])
def test_other_keys_become_a_slug_with_a_hash(key: str) -> None:
    assert ids.workflow_id_of(key).startswith("esc-")
    assert len(ids.workflow_id_of(key)) <= 64
    assert names.workflow_id(ids.workflow_id_of(key)) == ids.workflow_id_of(key)


@given(st.lists(KEYS, min_size=2, max_size=20, unique=True))
def test_different_keys_have_different_workflows(keys: list[str]) -> None:
    assert len({ids.workflow_id_of(key) for key in keys}) == len(keys)


@given(KEYS, st.datetimes(timezones=st.just(UTC)).filter(lambda at: 2000 <= at.year < 2200))
def test_an_escalation_id_leads_back_to_its_workflow(key: str, opened: datetime) -> None:
    workflow_id = ids.workflow_id_of(key)
    escalation_id = ids.escalation_id_of(workflow_id, opened)
    assert ids.is_escalation_id(escalation_id)
    assert ids.workflows_meant_by(escalation_id) == (workflow_id,)
    assert workflow_id in ids.workflows_meant_by(key)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (None, "esc-a~20261128-120000"),
        ("esc-a~20261128-115959", "esc-a~20261128-120000"),
        ("esc-a~20261128-120000", "esc-a~20261128-120001"),
        ("esc-a~20261128-235959", "esc-a~20261129-000000"),
        ("esc-a", "esc-a~20261128-120000"),
    ],
)
def test_no_two_lives_under_one_key_have_one_id(before: str | None, expected: str) -> None:
    """Also where the second is opened within the second, or by a clock that is behind."""
    assert ids.escalation_id_of("esc-a", datetime(2026, 11, 28, 12, tzinfo=UTC), before) == expected
