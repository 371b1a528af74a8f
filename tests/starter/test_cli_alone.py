"""The command line where nothing runs: it says so, with the mend, and ends with 3."""

import json
from pathlib import Path

import pytest

from starter.cli.main import run


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATIONS_DATA", str(tmp_path / "data"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["open", "examples/sample.yaml"],
        ["decide", "sample-1", "note", "--text", "x", "--as", "lena-brandt"],
    ],
)
def test_without_a_server_it_ends_with_3_and_says_how_to_start_one(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 3
    assert "escalations up" in capsys.readouterr().err


def test_without_a_ledger_it_ends_with_3_and_says_how_to_make_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["list", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "database_away"


def test_after_an_upgrade_there_is_a_ledger_to_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["db", "upgrade", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["upgraded"]
    assert run(["list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"escalations": [], "after": None}


def test_a_setting_that_does_not_exist_ends_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ESCALATIONS_DATEN", "x")
    assert run(["list"]) == 2
    assert "did you mean 'ESCALATIONS_DATA'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["list", "--stage", "nowhere"], ["list", "--limit", "0"]]
)
def test_usage_errors_end_with_2(arguments: list[str]) -> None:
    assert run(arguments) == 2


def test_a_place_in_a_list_that_no_page_gave_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    run(["db", "upgrade"])
    assert run(["list", "--after", "x"]) == 2
    assert "--after" in capsys.readouterr().err


def test_an_empty_mail_folder_is_an_empty_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mail", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"mails": []}
