"""Orders from files: YAML or JSON, and every mistake with its line, field and mend."""

import io
from pathlib import Path

import pytest

from starter.errors import FileInvalid
from starter.order_file import read_order
from starter.settings import PROJECT

GOOD = """\
key: ticket-1
policy: sample
report:
  subject: It is broken
  what_happened: It does not work.
  reason: complexity
  asked_by: anna-weber
"""


def refusal(tmp_path: Path, text: str) -> str:
    file = tmp_path / "order.yaml"
    file.write_text(text)
    with pytest.raises(FileInvalid) as caught:
        read_order(file)
    return str(caught.value).removeprefix(f"{tmp_path}/")


@pytest.mark.parametrize("example", sorted((PROJECT / "examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_can_be_read(example: Path) -> None:
    assert read_order(example).key


def test_json_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "order.json"
    report = '{"subject": "s", "what_happened": "w", "reason": "complexity", "asked_by": "anna-weber"}'
    file.write_text(f'{{\n\t"policy": "sample",\n\t"report": {report}\n}}')
    assert read_order(file).report.subject == "s"


def test_standard_input_is_read_for_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(GOOD))
    assert read_order(Path("-")).key == "ticket-1"


def test_an_unknown_field_is_named_with_its_line_and_the_nearest(tmp_path: Path) -> None:
    said = refusal(tmp_path, GOOD + "  customr: {id: a, name: b}\n")
    assert said.startswith("order.yaml:8: error: ")
    assert "customr" in said
    assert "did you mean 'customer'" in said


def test_an_unknown_field_deep_inside_is_named_too(tmp_path: Path) -> None:
    said = refusal(tmp_path, GOOD + "  customer:\n    id: a\n    name: b\n    teir: gold\n")
    assert said.startswith("order.yaml:11: ")
    assert "did you mean 'tier'" in said


def test_two_equal_keys_are_named(tmp_path: Path) -> None:
    assert refusal(tmp_path, GOOD + "key: ticket-2\n").startswith("order.yaml:8: ")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("  why_now: 'bell \\a'\n".replace("'", '"'), "U+0007"),
        ("  impact: huge\n", "allowed are"),
        ("  team: two words\n", "order.yaml:8"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_the_mend(tmp_path: Path, line: str, said: str) -> None:
    assert said in refusal(tmp_path, GOOD + line)


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    assert len(refusal(tmp_path, "key: 'a b'\npolicy: sample\nreport: {subject: s}\n").splitlines()) >= 4


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileInvalid, match="no such file"):
        read_order(tmp_path / "nothing.yaml")
