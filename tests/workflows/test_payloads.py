"""Our payloads are the SDK's, and lives share what they know of one version of a policy."""

from pathlib import Path

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter

from domain.errands import PolicyFetched
from tests.workflows.house import house
from tests.workflows.keep_payloads import KINDS, PAYLOADS
from workflows.payloads import _policy_fetched, data_converter

OURS, THEIRS = data_converter.payload_converter, pydantic_data_converter.payload_converter
FETCHED = PolicyFetched.model_validate_json((PAYLOADS / "answer-policy_fetched.json").read_bytes())


@pytest.mark.parametrize("file", sorted(PAYLOADS.glob("*.json")), ids=lambda file: file.stem)
def test_they_are_those_of_the_sdk_both_ways(file: Path) -> None:
    kind = KINDS[file.stem.split("-")[0]]
    value = kind.validate_json(file.read_bytes())
    payloads = OURS.to_payloads([value])
    assert payloads == THEIRS.to_payloads([value])
    assert OURS.from_payloads(payloads, [type(value)]) == [value]


def test_the_same_policy_is_one_in_memory_and_another_is_another() -> None:
    def read(fetched: PolicyFetched) -> PolicyFetched:
        again: PolicyFetched
        (again,) = OURS.from_payloads(OURS.to_payloads([fetched]), [PolicyFetched])
        return again

    later = FETCHED.but(policy=FETCHED.policy.but(version="later"))
    assert read(FETCHED) is read(FETCHED)
    assert read(later) == later


async def test_a_second_life_takes_what_the_first_was_told() -> None:
    async with house() as home:
        await home.open()
        known = _policy_fetched.cache_info()
        await home.open()
        now = _policy_fetched.cache_info()
    assert (now.hits - known.hits, now.misses - known.misses) == (1, 0)
