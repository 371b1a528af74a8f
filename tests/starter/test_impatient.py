"""What the command line says to people in a hurry: what is wrong, where, and what to write instead."""

import json
import shutil
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from organisation.load import load
from organisation.model import Organisation
from starter.cli.main import run
from starter.settings import PROJECT

SIMULATE = "simulate examples/billing-ticket.yaml --until 1h"
OVERRIDE = "on-call override billing --dry-run"

MISTAKES = [
    ("calendar due office-berlin -4h", "DURATION: '-4h' is negative; write 4h, with --until for when"),
    ("calendar due office-berlin 4", "DURATION: '4' is no duration; write a number and a unit"),
    ("calendar due office-berlin 99999w", "DURATION: '99999w' is longer than ten years; write at most 3650d"),
    ("calendar due offices 4h", "CALENDAR: there is no calendar 'offices'; did you mean 'office-berlin'?"),
    ("calendar due always 4h --from 9999-12-31", "--from: '9999-12-31' is not between 1970 and 2199"),
    (
        "calendar due always 4h --until 9999-12-31T23:59-14:00",
        "--until: '9999-12-31T23:59-14:00' is not",
    ),
    ("calendar open always 0001-01-01T00:00+14:00", "TIME: '0001-01-01T00:00+14:00' is not between"),
    ("calendar open always 2026-02-30", "TIME: '2026-02-30' is no time; write an ISO 8601 time such as"),
    ("calendar between always 24.12.2026 now", "START: '24.12.2026' is no time; write an ISO 8601 time"),
    ("calendar preview always 2026-13", "MONTH_OR_YEAR: '2026-13' is no month and no year between"),
    ("on-call at checkout --time tomorrow", "--time: 'tomorrow' is no time; write an ISO 8601 time"),
    ("on-call show --from 9999-12-31", "--from: '9999-12-31' is not between 1970 and 2199"),
    ("on-call gaps chekout", "SCHEDULE: there is no on-call schedule 'chekout'; did you mean 'checkout'?"),
    (
        f"{OVERRIDE} --from 2026-12-02 --to 2026-12-01 --nobody",
        "--to: '2026-12-01' is not after --from '2026-12-02'; give a later time",
    ),
    (
        f"{OVERRIDE} --from 2026-12-02T09:00 --to 2026-12-02T08:00Z --nobody",
        "--to: '2026-12-02T08:00Z' is not after --from '2026-12-02T09:00'; give a later time",
    ),
    (
        f"{OVERRIDE} --from 2026-12-01 --to 2026-12-02 --person omar",
        "--person: there is no person 'omar'; did you mean 'omar-haddad'?",
    ),
    (
        f"{OVERRIDE} --from 2026-12-01 --to 2026-12-02 --replace mei-tanaka=omar-hadad",
        "--replace: there is no person 'omar-hadad'; did you mean 'omar-haddad'?",
    ),
    (f"{SIMULATE} --at 9999-12-31T00:00Z", "--at: the year 9999 is not plausible here; use a date from 2000"),
    (f"{SIMULATE} --at=", "--at: '' is no instant; write one with its offset, such as"),
    (f"{SIMULATE} --zone Berlin/Europe", "--zone: unknown time zone 'Berlin/Europe'; "),
    (f"{SIMULATE} --script docs", "docs:1: error: is a folder; name a file"),
    ("policy compare policies policies --cases examples --at=", "--at: '' is no instant; write one with"),
]
USAGE = [
    ("calendar periods always --count 0", "Invalid value for '--count'"),
    ("calendar due", "Missing argument 'CALENDAR'"),
    ("on-call show --days many", "Invalid value for '--days'"),
    ("simulate examples/billing-ticket.yaml --untill 1h", "No such option: --untill"),
]


@pytest.fixture(autouse=True)
def _at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """The organisation is read once for all tests here."""
    monkeypatch.chdir(PROJECT)
    for module in ("simulate", "on_call_asked"):
        monkeypatch.setattr(f"starter.cli.{module}.load", read)


@cache
def read(folder: Path, today: date | None = None) -> Organisation:
    return load(folder, today)


@pytest.mark.parametrize(("line", "said"), MISTAKES)
def test_a_mistake_is_told_with_its_place_and_its_mend(
    capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    assert run(line.split()) == 2
    told = capsys.readouterr()
    assert told.err.startswith(said)
    assert (told.out, len(told.err.splitlines())) == ("", 1)


@pytest.mark.parametrize(("line", "said"), [*MISTAKES, *USAGE])
def test_programs_are_told_the_same_as_json(capsys: pytest.CaptureFixture[str], line: str, said: str) -> None:
    assert run([*line.split(), "--json"]) == 2
    told = capsys.readouterr()
    error = json.loads(told.out)["error"]
    assert (error["kind"], told.err) == ("invalid", "")
    assert said in error["message"]


@pytest.mark.parametrize(("line", "said"), USAGE)
def test_wrong_use_names_the_option_and_where_help_is(
    capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    assert run(line.split()) == 2
    told = capsys.readouterr().err
    assert f"Error: {said}" in told
    assert "--help" in told


def test_help_is_help_also_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["calendar", "due", "--help", "--json"]) == 0
    assert "When working time is over" in capsys.readouterr().out


def test_an_override_that_is_refused_changes_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    shutil.copytree("policies", folder)
    before = (folder / "on-call.yaml").read_bytes()
    line = f"on-call override billing --nobody --from 2026-12-02 --to 2026-12-02 --policies {folder}"
    assert run(line.split()) == 2
    assert (folder / "on-call.yaml").read_bytes() == before
