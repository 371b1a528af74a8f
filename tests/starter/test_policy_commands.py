"""`escalations policy`: exit codes, JSON of one shape, and the schema."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from organisation.schema import schema_text
from starter.cli import main as cli
from tests.organisation.small import change, write

POLICY = "policies/desk.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written = write(tmp_path / "organisation")
    change(written, POLICY, "stand_in: manager_of_owner", "stand_in: person:ben")
    change(written, POLICY, "close: {target: 20d}", "close: {target: 60d}")
    return written


def doubtful(folder: Path) -> None:
    change(folder, POLICY, "deadline: 4h}", "deadline: 4h, limits: {executive: 5}}")


def wrong(folder: Path) -> None:
    change(folder, POLICY, "owner: ben", "owner: benn")


def as_it_is(folder: Path) -> None:
    assert folder.is_dir()


@pytest.mark.parametrize(
    ("spoil", "code", "strict"),
    [
        pytest.param(as_it_is, 0, 0, id="nothing found"),
        pytest.param(doubtful, 0, 2, id="a warning"),
        pytest.param(wrong, 2, 2, id="an error"),
    ],
)
def test_the_exit_code_says_what_was_found(
    folder: Path, spoil: Callable[[Path], None], code: int, strict: int
) -> None:
    spoil(folder)
    assert cli.run(["policy", "check", str(folder)]) == code
    assert cli.run(["policy", "check", str(folder), "--strict"]) == strict


def test_the_json_has_the_same_shape_whatever_was_found(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = []
    for spoil in (as_it_is, doubtful, wrong):
        spoil(folder)
        cli.run(["policy", "check", str(folder), "--json"])
        documents.append(json.loads(capsys.readouterr().out))
    assert [sorted(each) for each in documents] == [["errors", "findings", "ok", "policies", "warnings"]] * 3
    assert [(each["ok"], each["errors"], each["warnings"]) for each in documents] == [
        (True, 0, 0),
        (True, 0, 1),
        (False, 1, 0),
    ]
    assert [sorted(each["policies"]) for each in documents] == [["desk"], ["desk"], []]
    assert documents[1]["findings"] == [
        {
            "file": POLICY,
            "line": 37,
            "what": "approvals.0.limits.executive: nobody in people.yaml is executive",
            "mend": "leave it out, or give somebody that role; "
            "use one of agent, escalation_manager, team_lead",
            "severity": "warning",
        }
    ]


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["policy", "schema"]) == 0
    assert capsys.readouterr().out == schema_text()
