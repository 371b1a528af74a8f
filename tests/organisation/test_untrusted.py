"""YAML from outside: small texts that unfold into a lot, or nest without end, are found before they do."""

import pytest

from organisation.findings import Finding
from organisation.untrusted import LONGEST, MOST_VALUES, parse_bounded
from organisation.yaml_source import Source
from starter.policy_check import from_json

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "k0: &k0 {x: 1}\n" + "".join(
    f"k{n}: &k{n} {{<<: [{', '.join([f'*k{n - 1}'] * 3)}]}}\n" for n in range(1, 13)
)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param(LAUGHS, "values", id="aliases of aliases"),
        pytest.param(MERGES, "values", id="merges of merges"),
        pytest.param("a: [" + "x, " * MOST_VALUES + "]", "values", id="many values"),
        pytest.param("[" * (LONGEST - 1), "deep", id="brackets"),
        pytest.param("a: " + "{" * (LONGEST - 9), "deep", id="braces"),
        pytest.param("- " * 5_000, "deep", id="dashes"),
        pytest.param("? " * 5_000, "deep", id="keys"),
        pytest.param("x" * (LONGEST + 1), "longer", id="long"),
        pytest.param("a: " + "9" * 5_000, "cannot be read", id="an endless number"),
        pytest.param("a: !!float x", "cannot be read", id="no float"),
        pytest.param("a: !!bool x", "cannot be read", id="no bool"),
        pytest.param("a: [b", "not YAML", id="an open bracket"),
        pytest.param("- a", "not a mapping", id="a list"),
        pytest.param("", "not a mapping", id="nothing"),
        pytest.param("a: *b", "alias", id="an alias of nothing"),
    ],
)
def test_what_is_too_much_or_no_mapping_is_a_finding(text: str, what: str) -> None:
    found = parse_bounded(text, "policies/trial.yaml")
    assert isinstance(found, Finding)
    assert what in found.what
    assert found.mend


def test_a_few_aliases_are_welcome() -> None:
    found = parse_bounded("a: &a {b: 1}\nc: *a\nd: {<<: *a, e: 2}\n", "policies/trial.yaml")
    assert isinstance(found, Source)
    assert found.data == {"a": {"b": 1}, "c": {"b": 1}, "d": {"b": 1, "e": 2}}


def test_json_is_read_as_the_same_with_tabs_and_pairs_of_surrogates() -> None:
    found = parse_bounded(
        from_json('{\n\t"a": "\\ud83d\\ude00 \\\\ud83d",\n\t"b": [1]\n}'), "policies/trial.yaml"
    )
    assert isinstance(found, Source)
    assert found.data == {"a": "\U0001f600 \\ud83d", "b": [1]}
    assert found.line(("b",)) == 3
