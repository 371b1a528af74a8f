"""Reading YAML so that nothing is lost silently and everything keeps its line."""

import pytest

from organisation.findings import Finding
from organisation.yaml_source import Source, parse

TEXT = """\
# a comment
plain: &first
  inner: [1,
    2]
again:
  <<: *first
  more: {deep: yes}
2026-12-24: own key
"""


def source(text: str) -> Source:
    parsed = parse(text, "file.yaml")
    assert isinstance(parsed, Source)
    return parsed


@pytest.mark.parametrize(
    ("location", "line"),
    [
        ((), 2),
        (("plain",), 2),
        (("plain", "inner"), 3),
        (("plain", "inner", 1), 4),
        (("again", "more", "deep"), 7),
        (("again", "inner", 1), 4),
        (("again", "nowhere"), 5),
        (("2026-12-24", "[key]"), 8),
    ],
)
def test_every_value_has_a_line_and_what_is_missing_that_of_its_surroundings(
    location: tuple[int | str, ...], line: int
) -> None:
    assert source(TEXT).line(location) == line


def test_dates_and_words_for_yes_and_no_stay_as_they_are_written() -> None:
    assert source("a: 2026-01-01T09:00:00+01:00\nb: no\nc: 2026-01-01\n").data == {
        "a": "2026-01-01T09:00:00+01:00",
        "b": "no",
        "c": "2026-01-01",
    }


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 'found duplicate key "a"'),
        ("a: {b: 1, b: 1}\n", 1, 'found duplicate key "b"'),
        ("a:\n\tb: 1\n", 2, "a tab in the indentation"),
        ("a: [1\nb: 2\n", 2, "not YAML: expected ',' or ']', but got ':'"),
        ("a: *nowhere\n", 1, "not YAML: found undefined alias 'nowhere'"),
        ("a: 1\n---\nb: 1\n", 2, "not YAML: but found another document"),
        ("a: 1\nb: \x01\n", 2, "unacceptable character #x0001: special characters are not allowed"),
        ("- a\n- b\n", 1, "not a mapping"),
        ("", 1, "not a mapping"),
        ("a: " + "[" * 60 + "]" * 60, 1, "nested more than 50 deep"),
        ("a: " + "[" * 5000, 1, "nested more than 50 deep"),
    ],
)
def test_what_cannot_be_read_is_a_finding_with_its_line(text: str, line: int, what: str) -> None:
    finding = parse(text, "file.yaml")
    assert isinstance(finding, Finding)
    assert (finding.line, finding.what) == (line, what)
