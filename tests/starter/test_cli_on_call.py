"""`escalations on-call`: who is on call, gaps, and overrides that are written into the file."""

import json
from pathlib import Path
from typing import Any

import pytest

from starter.cli.main import run
from tests.organisation.small import change, write

NIGHTS = """\
schedules:
  nights:
    zone: Europe/Berlin
    layers:
      sundays:
        priority: 1
        weekly:
          - {days: [sunday], hours: 22:00-06:00, people: [cyd]}
      otherwise:
        rotation: {starts: 2026-01-05T08:00, shift: 1w, people: [ann, ben]}
overrides:
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write(tmp_path / "policies")
    change(folder, "on-call.yaml", "overrides:\n", NIGHTS)
    return folder


@pytest.fixture
def asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command on the folder: its exit code and its JSON."""

    def ask(*arguments: str) -> tuple[int, Any]:
        code = run(["on-call", *arguments, "--policies", str(folder), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return ask


def test_at_says_who_is_on_call_and_who_is_next(asked: Any) -> None:
    assert asked("at", "nights", "--time", "2026-11-22T23:00") == (
        0,
        {
            "schedules": [
                {
                    "schedule": "nights",
                    "zone": "Europe/Berlin",
                    "at": "2026-11-22T23:00:00+01:00",
                    "people": ["cyd"],
                    "next_handover": {"at": "2026-11-23T06:00:00+01:00", "people": ["ben"]},
                }
            ]
        },
    )


def test_without_a_schedule_all_of_them_answer(asked: Any) -> None:
    code, answer = asked("at", "--time", "2026-11-22T12:00Z")
    assert code == 0
    assert [each["schedule"] for each in answer["schedules"]] == ["desk-duty", "nights"]


def test_show_gives_the_final_schedule_in_its_local_time(asked: Any) -> None:
    code, answer = asked("show", "desk-duty", "--from", "2026-12-24T00:00", "--days", "5")
    assert code == 0
    (plan,) = answer["schedules"]
    assert plan["shifts"] == [
        {"from": "2026-12-24T00:00:00+01:00", "to": "2026-12-24T09:00:00+01:00", "people": ["ann"]},
        {"from": "2026-12-24T09:00:00+01:00", "to": "2026-12-25T09:00:00+01:00", "people": ["cyd"]},
        {"from": "2026-12-25T09:00:00+01:00", "to": "2026-12-28T09:00:00+01:00", "people": ["ann"]},
        {"from": "2026-12-28T09:00:00+01:00", "to": "2026-12-29T00:00:00+01:00", "people": ["ben"]},
    ]


def test_show_gives_the_shifts_of_a_person(asked: Any) -> None:
    code, answer = asked("show", "--person", "cyd", "--from", "2026-12-23T00:00+01:00", "--days", "5")
    assert code == 0
    starts = {each["schedule"]: [shift["from"] for shift in each["shifts"]] for each in answer["schedules"]}
    assert starts == {
        "desk-duty": ["2026-12-24T09:00:00+01:00"],
        "nights": ["2026-12-27T22:00:00+01:00"],
    }


def test_a_gap_that_is_made_is_found(asked: Any) -> None:
    window = ("--from", "2026-12-01T00:00", "--days", "3")
    assert asked("gaps", "desk-duty", *window)[1]["schedules"][0]["gaps"] == []
    made = ("--from", "2026-12-02T10:00", "--to", "2026-12-02T12:00", "--nobody")
    assert asked("override", "desk-duty", *made)[0] == 0
    assert asked("gaps", "desk-duty", *window)[1]["schedules"][0]["gaps"] == [
        {"from": "2026-12-02T10:00:00+01:00", "to": "2026-12-02T12:00:00+01:00", "people": []}
    ]


@pytest.mark.parametrize(
    ("change", "people", "line"),
    [
        (["--person", "cyd"], ["cyd"], "    person: cyd"),
        (["--add", "cyd"], ["ann", "cyd"], "    add: [cyd]"),
        (["--remove", "ann"], [], "    remove: [ann]"),
        (["--replace", "ann=cyd"], ["cyd"], "      ann: cyd"),
    ],
)
def test_an_override_is_written_and_counts(
    asked: Any, folder: Path, change: list[str], people: list[str], line: str
) -> None:
    before = (folder / "on-call.yaml").read_text(encoding="utf-8")
    window = ("--from", "2026-11-24T10:00", "--to", "2026-11-24T12:00")
    code, answer = asked("override", "desk-duty", *window, *change)
    assert (code, answer["written"], answer["shifts"][0]["people"]) == (0, True, people)
    after = (folder / "on-call.yaml").read_text(encoding="utf-8")
    assert after.startswith(before)
    assert after.splitlines()[-1] == line
    assert asked("at", "desk-duty", "--time", "2026-11-24T11:00")[1]["schedules"][0]["people"] == people


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["at", "desk-dut"], "SCHEDULE: there is no on-call schedule 'desk-dut'; did you mean 'desk-duty'?"),
        (["show", "--person", "anna"], "--person: there is no person 'anna'; did you mean 'ann'?"),
        (["at", "--time", "noon"], "--time: 'noon' is no time; write an ISO 8601 time"),
        (
            ["override", "desk-duty", "--person", "syd"],
            "no person 'syd'; did you mean 'cyd'?",
        ),
        (["override", "desk-duty"], "CHANGE: nothing is to change; give one of --person,"),
        (["override", "desk-duty", "--nobody", "--add", "cyd"], "several things are to change"),
        (["override", "desk-duty", "--replace", "cyd"], "--replace: 'cyd' is no pair"),
    ],
)
def test_what_cannot_be_done_ends_with_2_says_why_and_writes_nothing(
    asked: Any, folder: Path, arguments: list[str], message: str
) -> None:
    before = (folder / "on-call.yaml").read_text(encoding="utf-8")
    window = ["--from", "2026-11-24T10:00", "--to", "2026-11-24T12:00"] * ("override" in arguments)
    code, answer = asked(*arguments, *window)
    assert code == 2
    assert message in answer["error"]["message"]
    assert (folder / "on-call.yaml").read_text(encoding="utf-8") == before


def test_a_dry_run_shows_what_it_would_be_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "on-call.yaml").read_text(encoding="utf-8")
    change = ["--from", "now", "--to", "2099-11-24T12:00", "--person", "cyd", "--dry-run"]
    assert run(["on-call", "override", "desk-duty", *change, "--policies", str(folder)]) == 0
    assert "Not written" in capsys.readouterr().out
    assert (folder / "on-call.yaml").read_text(encoding="utf-8") == before


def test_a_time_that_comes_twice_is_read_as_the_first_and_that_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["on-call", "at", "desk-duty", "--time", "2026-10-25T02:30", "--policies", str(folder)]) == 0
    printed = capsys.readouterr()
    assert "twice" in printed.err
    assert "ann" in printed.out


def test_tables_for_people_name_the_offset_and_nobody(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before_it_starts = ["--from", "2026-01-05T00:00", "--days", "1"]
    assert run(["on-call", "show", "desk-duty", *before_it_starts, "--policies", str(folder)]) == 0
    printed = capsys.readouterr().out
    assert "Mon 2026-01-05 00:00 +0100  Mon 2026-01-05 09:00 +0100  nobody" in printed


def test_an_export_that_is_imported_says_the_same(
    asked: Any, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    window = ["--from", "2026-12-21T00:00", "--days", "14"]
    file = str(tmp_path / "duty.ics")
    assert run(["on-call", "export", "desk-duty", *window, "--out", file, "--policies", str(folder)]) == 0
    assert "5 shifts of desk-duty" in capsys.readouterr().out
    taken = ["import", file, "--schedule", "copied", *window]
    code, answer = asked(*taken, "--zone", "Europe/Berlin")
    assert (code, answer["written"], answer["imported"]) == (0, True, 5)
    shown = asked("show", "desk-duty", *window)[1]["schedules"][0]["shifts"]
    assert answer["shifts"] == shown
    once = (folder / "on-call.yaml").read_text(encoding="utf-8")
    assert asked(*taken)[0] == 0
    assert (folder / "on-call.yaml").read_text(encoding="utf-8") == once


def test_an_export_is_printed_as_a_calendar(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    window = ["--from", "2026-12-24T10:00", "--days", "1"]
    assert run(["on-call", "export", "desk-duty", *window, "--policies", str(folder)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("BEGIN:VCALENDAR")
    assert printed.count("BEGIN:VEVENT") == 2
    assert "DTSTART:20261224T080000Z\r\nDTEND:20261225T080000Z" in printed


EVENT = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART:20261224T080000Z
DTEND:20261225T080000Z
SUMMARY:Cid
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (EVENT, ["--schedule", "nights"], "FILE: nobody is called 'Cid'"),
        (EVENT.replace("Cid", "Cyd"), ["--schedule", "new"], "--zone: there is no schedule 'new' yet"),
        (EVENT, ["--schedule", "new", "--zone", "Europe/Berln"], "did you mean 'Europe/Berlin'?"),
        (EVENT, ["--schedule", "nights", "--zone", "UTC"], "--zone: nights is in Europe/Berlin"),
        (EVENT, ["--schedule", "desk-duty"], "--schedule: desk-duty is a rotation"),
        (EVENT.replace("2026", "2025"), ["--schedule", "nights"], "FILE: no shift between 2026-12-01"),
        (EVENT.replace("Cid", "Cyd"), ["--schedule", "nights", "--layer", "sundays"], "a layer has one rule"),
        ("no calendar", ["--schedule", "nights"], "FILE: no calendar that can be read"),
    ],
)
def test_a_calendar_that_cannot_be_imported_ends_with_2_and_writes_nothing(
    asked: Any, folder: Path, tmp_path: Path, text: str, options: list[str], message: str
) -> None:
    before = (folder / "on-call.yaml").read_text(encoding="utf-8")
    (tmp_path / "their.ics").write_text(text, encoding="utf-8")
    code, answer = asked("import", str(tmp_path / "their.ics"), *options, "--from", "2026-12-01T00:00")
    assert code == 2
    assert message in answer["error"]["message"]
    assert (folder / "on-call.yaml").read_text(encoding="utf-8") == before


def test_a_calendar_that_is_not_there_ends_with_2(asked: Any, tmp_path: Path) -> None:
    code, answer = asked("import", str(tmp_path / "none.ics"), "--schedule", "nights")
    assert code == 2
    assert "No such file" in answer["error"]["message"]


def test_an_override_is_listed_and_taken_back(asked: Any, folder: Path) -> None:
    file = folder / "on-call.yaml"
    stretch = ("--from", "2026-12-06T21:00", "--to", "2026-12-07T07:00")
    before = asked("overrides", "nights")[1]["overrides"]
    assert asked("override", "nights", *stretch, "--person", "ben")[0] == 0
    with_it = file.read_text(encoding="utf-8")
    (made,) = asked("overrides", "nights")[1]["overrides"][len(before) :]
    assert made["from"] == "2026-12-06T21:00:00+01:00"
    assert made["change"] == {"kind": "instead", "people": ["ben"]}
    assert asked("take-back", "nights", made["id"], "--dry-run")[1]["written"] is False
    assert file.read_text(encoding="utf-8") == with_it
    code, then = asked("take-back", "nights", made["id"])
    assert (code, then["written"]) == (0, True)
    assert ["ben"] not in [shift["people"] for shift in then["shifts"] if "cyd" in shift["people"]]
    assert asked("overrides", "nights")[1]["overrides"] == before
    code, answer = asked("take-back", "nights", made["id"])
    assert code == 1
    assert "on-call overrides" in answer["error"]["message"]


def test_overrides_are_told_to_people_in_a_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["on-call", "overrides", "--policies", str(folder)]) == 0
    assert capsys.readouterr().out
