"""`escalations calendar`: answers for people and for programs, and what it says to wrong questions."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from starter.cli.main import run

DOCUMENT = Path("docs/calendars.md")
HEAD = {"calendar", "zone", "version", "zone_data", "notes"}

CALENDARS = """
calendars:
  desk:
    zone: Europe/Berlin
    weekly: {monday: ["09:00-17:00"]}
  nights:
    zone: Australia/Lord_Howe
    weekly: {saturday: ["22:00-06:00"], sunday: ["09:00-09:00:30"]}
    holidays: {own: {2026-10-10: "Closing [day]"}}
  fair:
    zone: Europe/Berlin
    dates: {2026-05-02: ["10:00-14:00"]}
  broken:
    zone: Berlin
    weekly: {monday: ["09:00-17:00"]}
"""

Answer = Callable[..., Any]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "calendars.yaml").write_text(CALENDARS)
    monkeypatch.setenv("ESCALATIONS_POLICIES", str(tmp_path))
    return tmp_path


@pytest.fixture
def answer(house: Path, capsys: pytest.CaptureFixture[str]) -> Answer:
    def ask(*arguments: str) -> Any:
        assert run(["calendar", *arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return ask


@pytest.fixture
def refusal(house: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def ask(*arguments: str) -> str:
        assert run(["calendar", *arguments]) == 2
        return capsys.readouterr().err

    return ask


def examples() -> list[tuple[str, list[str]]]:
    """Every command line of the document with the lines that are printed below it."""
    blocks = DOCUMENT.read_text(encoding="utf-8").split("```console\n")[1:]
    parts = chain.from_iterable(block.partition("```")[0].split("$ ")[1:] for block in blocks)
    return [(part.splitlines()[0], part.splitlines()[1:]) for part in parts]


@pytest.mark.parametrize(("line", "printed"), examples(), ids=[line for line, _ in examples()])
def test_every_command_of_the_document_says_what_is_printed_there(
    line: str, printed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    program, *arguments = line.split()
    assert program == "escalations"
    assert run(arguments) == 0
    said = capsys.readouterr()
    lines = [each.rstrip() for each in (said.err + said.out).splitlines()]
    assert lines[: len(printed)] == printed
    assert lines


def test_due_counts_from_the_time_or_back_from_it(answer: Answer) -> None:
    onward = answer("due", "desk", "9h", "--from", "2026-11-23T16:00+00:00")
    back = answer("due", "desk", "9h", "--until", "2026-12-07T10:00")
    assert set(onward) - {"from", "due", "duration", "seconds"} == HEAD
    assert (onward["from"], onward["due"]) == ("2026-11-23T17:00:00+01:00", "2026-12-07T10:00:00+01:00")
    assert (back["from"], back["due"]) == ("2026-11-30T09:00:00+01:00", "2026-12-07T10:00:00+01:00")
    assert (back["duration"], back["seconds"]) == ("9h", 9 * 3600)


def test_an_answer_far_away_is_found(answer: Answer) -> None:
    assert answer("due", "desk", "4000h", "--from", "2026-11-23")["due"].startswith("2036-06-")
    assert answer("due", "desk", "4000h", "--until", "2026-11-23")["from"].startswith("2017-")


def test_between_is_negative_backwards(answer: Answer) -> None:
    there = answer("between", "desk", "2026-11-23T16:30", "2026-11-30T10:00:00.5")
    back = answer("between", "desk", "2026-11-30T10:00:00.5", "2026-11-23T16:30")
    assert (there["duration"], there["seconds"]) == ("1h30m0.5s", 5400.5)
    assert (back["duration"], back["seconds"]) == ("-1h30m0.5s", -5400.5)
    assert answer("between", "desk", "2026-11-23", "2026-11-23")["duration"] == "0h"


@pytest.mark.parametrize(
    ("at", "is_open", "next_open", "closes"),
    [
        ("2026-11-23T09:00", True, "2026-11-23T09:00:00+01:00", "2026-11-23T17:00:00+01:00"),
        ("2026-11-23T17:00", False, "2026-11-30T09:00:00+01:00", "2026-11-30T17:00:00+01:00"),
    ],
)
def test_open_says_until_when_or_from_when(
    answer: Answer, at: str, is_open: bool, next_open: str, closes: str
) -> None:
    told = answer("open", "desk", at)
    assert (told["open"], told["next_open"], told["closes"]) == (is_open, next_open, closes)


def test_a_calendar_that_is_over_opens_no_more(answer: Answer, capsys: pytest.CaptureFixture[str]) -> None:
    told = answer("open", "fair", "2026-05-02T14:00")
    assert (told["open"], told["next_open"], told["closes"]) == (False, None, None)
    assert answer("periods", "fair", "--after", "2026-05-03")["periods"] == []
    assert [each["duration"] for each in answer("periods", "fair", "--before", "2026-05-03")["periods"]] == [
        "4h"
    ]
    assert run(["calendar", "open", "fair", "2026-05-03"]) == 0
    assert "does not open within 100 years" in capsys.readouterr().out


def test_without_a_time_it_is_now(answer: Answer) -> None:
    earliest = datetime.now(UTC).replace(microsecond=0)
    told = [answer("due", "desk", "1h")["from"], answer("open", "desk")["at"]]
    assert all(earliest <= datetime.fromisoformat(at) <= datetime.now(UTC) for at in told)
    assert answer("between", "desk", "now", "now")["seconds"] == 0
    assert len(answer("periods", "desk")["periods"]) == 10
    assert answer("preview", "desk")["first"].endswith("-01")


@pytest.mark.parametrize(
    ("written", "read", "note"),
    [
        ("2026-10-04T02:15", "2026-10-04T02:45:00+11:00", "skip 2026-10-04T02:15:00; read as"),
        ("2026-04-05T01:45", "2026-04-05T01:45:00+11:00", "show 2026-04-05T01:45:00 twice"),
    ],
)
def test_a_local_time_that_is_not_plain_is_noted(answer: Answer, written: str, read: str, note: str) -> None:
    told = answer("open", "nights", written)
    assert told["at"] == read
    assert note in told["notes"][0]


def test_a_month_has_every_day_with_what_is_special(
    answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    told = answer("preview", "nights", "2026-10")
    days = {day["date"]: day for day in told["days"]}
    assert (told["first"], told["last"], len(days)) == ("2026-10-01", "2026-10-31", 31)
    assert days["2026-10-04"]["clock_changes"] == [
        {"from": "2026-10-04T02:00:00+10:30", "to": "2026-10-04T02:30:00+11:00"}
    ]
    assert [each["duration"] for each in days["2026-10-04"]["periods"]] == ["5h30m", "30s"]
    assert (days["2026-10-10"]["kind"], days["2026-10-10"]["name"]) == ("holiday", "Closing [day]")
    assert told["seconds"] == sum(day["seconds"] for day in told["days"])
    assert run(["calendar", "preview", "nights", "2026-10"]) == 0
    text = capsys.readouterr().out
    assert "Sun 2026-10-04  00:00-06:00 09:00-09:00:30" in text
    assert "clocks go from 02:00+10:30 to 02:30+11:00" in text
    assert "holiday: Closing [day]" in text


def test_a_year_shows_months_and_only_dates_that_are_special(
    answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(answer("preview", "desk", "2028")["days"]) == 366
    assert run(["calendar", "preview", "desk", "2028"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:7] for line in lines if line.startswith("2028-")] == [f"2028-{n:02}" for n in range(1, 13)]
    assert [line[4:14] for line in lines if "clocks go" in line] == ["2028-03-26", "2028-10-29"]
    assert lines[-1] == "Open 416h on 52 of 366 days"


def test_public_holidays_are_known_in_any_year(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ESCALATIONS_POLICIES")
    years = [answer("preview", "office-berlin", f"{year}-05")["days"][0] for year in (1999, 2026, 2040)]
    assert {day["kind"] for day in years} == {"holiday"}


@pytest.mark.parametrize(
    ("arguments", "notes"),
    [
        (["preview", "office", "2026"], []),
        (["due", "office", "1h", "--from", "2026-11-23"], []),
        (["preview", "office", "2170-05"], ["no public holidays of IN are known in 2170"]),
        (
            ["between", "office", "1999-05-01", "2001-05-01"],
            ["holidays of IN: Requested Holidays are available only from"],
        ),
        (
            ["between", "office", "2150-05-01", "2151-05-01"],
            ["no public holidays of IN are known in 2 of the years 2150 to 2151"],
        ),
    ],
)
def test_an_answer_says_where_nobody_knows_the_public_holidays(
    house: Path, answer: Answer, arguments: list[str], notes: list[str]
) -> None:
    hours = 'weekly: {monday: ["10:00-18:00"]}, holidays: {country: IN}'
    (house / "calendars.yaml").write_text(f"calendars: {{office: {{zone: Asia/Kolkata, {hours}}}}}")
    told = answer(*arguments)["notes"]
    assert [note[: len(begin)] for note, begin in zip(told, notes, strict=True)] == notes


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["open", "desc"], "CALENDAR: there is no calendar 'desc'; did you mean 'desk'?"),
        (["open", "broken"], "calendars.yaml:14: error: calendars.broken.zone: unknown time zone 'Berlin'"),
        (["open", "desk", "soon"], "TIME: 'soon' is no time; write an ISO 8601 time"),
        (["open", "desk", "1830-01-01"], "TIME: '1830-01-01' is not between 1970 and 2199"),
        (["between", "desk", "now", "2026-02-30"], "END: '2026-02-30' is no time"),
        (["due", "desk", "4 hours"], "DURATION: '4 hours' is no duration; write a number and a unit"),
        (["due", "desk", "3650d"], "DURATION: the calendar has no such working time within 100 years"),
        (["due", "fair", "5h", "--until", "2026-06-01"], "within 100 years before 2026-06-01"),
        (["due", "desk", "1h", "--from", "now", "--until", "now"], "--until: given together with --from"),
        (["periods", "desk", "--after", "now", "--before", "now"], "--before: given together with --after"),
        (["preview", "desk", "2026-13"], "MONTH_OR_YEAR: '2026-13' is no month and no year"),
        (["preview", "desk", "26"], "write 2026-12 or 2026"),
        (["open", "desk", "--policies", "nowhere"], "there is no such folder; name an existing one"),
    ],
)
def test_a_wrong_question_is_answered_with_the_mend(
    refusal: Callable[..., str], arguments: list[str], complaint: str
) -> None:
    assert complaint in refusal(*arguments)


def test_a_program_gets_the_refusal_as_json(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["calendar", "open", "desc", "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["kind"] == "invalid"
    assert "did you mean 'desk'" in error["message"]


@pytest.mark.parametrize("arguments", [["due", "desk"], ["periods", "desk", "--count", "0"], ["nonsense"]])
def test_wrong_use_ends_with_2(house: Path, arguments: list[str]) -> None:
    assert run(["calendar", *arguments]) == 2


def test_a_folder_without_calendars_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["calendar", "open", "desk", "--policies", str(tmp_path)]) == 2
    assert "calendars.yaml:1: error: there is no such file; create it" in capsys.readouterr().err
