"""`escalations simulate`: what people read, what programs read, what is drawn, and mistakes."""

import json
import re
import shlex
from datetime import date
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from organisation.load import load
from organisation.model import Organisation
from starter.cli.main import run
from starter.settings import PROJECT

CASE = ("simulate", "examples/billing-ticket.yaml", "--at", "2026-11-23T21:30+01:00")
ANSWERS = ("--script", "examples/scripts/answers-after-20-minutes.yaml")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """The organisation is read once for all tests here."""
    monkeypatch.chdir(PROJECT)
    monkeypatch.setattr("starter.cli.simulate.load", read)


@cache
def read(folder: Path, today: date) -> Organisation:
    return load(folder, today)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run([*CASE, *arguments]) == 0
    return capsys.readouterr().out


def test_the_timeline_says_who_is_told_what_when_how_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, *ANSWERS).splitlines()
    up = next(number for number, line in enumerate(lines) if "Level 2 (The team and its lead) is up" in line)
    assert lines[up].startswith("Mon 2026-11-23 21:45:00+01:00  clock ")
    assert lines[up + 1].strip() == (
        "→ omar-haddad, mei-tanaka, pavel-novak, sofia-lindqvist: level page by email"
    )


def test_below_it_stands_what_it_comes_to(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, *ANSWERS)
    assert "Acknowledged after 20 min" in text
    assert "Closed (resolved) Mon 2026-11-30 02:05:00+01:00, after 6 d 4 h" in text
    assert "Promises broken: first response (Mon 2026-11-23 22:30:00+01:00)" in text
    assert "mei-tanaka      6, 4 at night" in text


def test_without_a_script_nobody_answers_and_repeats_are_only_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = said(capsys)
    assert "Nobody acknowledges" in text
    assert "Still open after 30 d" in text
    assert "next update (83 times, first Tue 2026-11-24 11:00:00+01:00)" in text
    assert "--all shows them" in text
    assert len(said(capsys, "--all").splitlines()) > 2 * len(text.splitlines())


def test_a_decision_that_does_not_count_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    script = tmp_path / "script.yaml"
    script.write_text("cues:\n- {when: opened, who: customer, does: confirm}\n")
    assert "Did not count: Mon 2026-11-23 21:30:00+01:00 nordlicht, confirm: " in said(
        capsys, "--script", str(script)
    )


def test_a_hand_over_by_skill_counts_as_it_does_in_reality(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    script = tmp_path / "script.yaml"
    script.write_text(
        "cues:\n- {when: level_notified, nth: 1, who: told, does: acknowledge}\n"
        "- {when: acknowledged, nth: 1, who: manager, does: accept}\n"
        "- {when: accepted, nth: 1, after: 1m, who: manager, does: hand_over, with: {skill: network}}\n"
    )
    text = said(capsys, "--script", str(script), "--until", "1h")
    assert "Handed over to platform for network" in text
    assert "Did not count" not in text


def test_a_case_for_a_team_that_is_not_there_is_refused_as_in_reality(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    case = tmp_path / "case.yaml"
    ticket = (PROJECT / "examples/billing-ticket.yaml").read_text(encoding="utf-8")
    case.write_text(ticket.replace("report:\n", "report:\n  team: biling\n"), encoding="utf-8")
    assert run(["simulate", str(case), *CASE[2:]]) == 2
    assert "report.team: there is no team 'biling'; did you mean 'billing'?" in capsys.readouterr().err


def test_another_policy_and_another_zone(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "--policy", "major-outage", "--zone", "Asia/Tokyo", "--until", "1h")
    assert "under major-outage" in text
    assert "opened Tue 2026-11-24 05:30:00+09:00 Asia/Tokyo, looking 1h ahead" in text


def test_programs_read_the_same_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, *ANSWERS, "--json"))
    assert found["opened_at"] == "2026-11-23T20:30:00Z"
    assert found["summary"]["acknowledged_after"] == "PT20M"
    assert found["summary"]["close_reason"] == "resolved"
    assert found["events"][0]["type"] == "opened"
    assert found["messages"][1] == {
        "at": "2026-11-23T20:30:00Z",
        "recipient": "mei-tanaka",
        "audience": "internal",
        "template": "level_page",
        "channel": "email",
        "cause": 8,
        "why": "Level 1 (Billing on call) is up: opened",
    }
    assert [one["does"] for one in found["decisions"]][:2] == ["acknowledge", "accept"]


def test_the_picture_has_a_row_for_each_level_and_promise(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = json.loads(said(capsys, *ANSWERS, "--json", "--svg", str(tmp_path / "life.svg")))
    root = ElementTree.parse(tmp_path / "life.svg").getroot()
    texts = {one.text for one in root.iter(f"{SVG}text")}
    assert root.get("width") == "1200"
    assert {"1 Billing on call", "2 The team and its lead", "Last resort", "closed"} <= texts
    made = [event["sentence"] for event in found["events"] if event["type"] == "promise_made"]
    promises = {sentence.removeprefix("Promise made: ").split(",")[0] for sentence in made}
    assert len(promises) >= 6
    assert promises <= texts


def test_the_picture_can_be_read_without_seeing_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said(capsys, *ANSWERS, "--svg", str(tmp_path / "life.svg"))
    root = ElementTree.parse(tmp_path / "life.svg").getroot()
    assert root.get("aria-labelledby") == "title desc"
    assert root.findtext(f"{SVG}title") == "Invoice 2026-1107 was charged twice"
    described = root.findtext(f"{SVG}desc") or ""
    assert "2 The team and its lead: told 1 times, acknowledged 1 times." in described
    assert "first response: at risk 1 times, broken 1 times, kept 1 times." in described


def test_every_time_of_the_text_has_the_offset_of_one_zone(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, *ANSWERS, "--zone", "Asia/Kathmandu")
    clocks = re.findall(r"\d\d:\d\d(?::\d\d)?(?:\S*)", text.partition("Messages (at night")[0])
    assert {re.sub(r"^[\d:]+?(?=[+-]|$)", "", clock).rstrip(",;)") for clock in clocks} == {"+05:45"}
    assert "Promise made: acknowledge, due 2026-11-24 02:45:00+05:45" in text


def test_over_a_change_of_the_clocks_each_line_has_its_own_offset(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*CASE[:2], "--at", "2026-10-25T01:45+02:00", "--until", "4h"]) == 0
    text = capsys.readouterr().out
    assert "\nSun 2026-10-25 02:00:00+02:00  clock            Promise at risk: acknowledge" in text
    assert "acknowledge was due 2026-10-25 02:15:00+02:00" in text
    assert "\nSun 2026-10-25 02:00:00+01:00  clock" in text


def test_every_time_of_the_json_has_an_offset_and_its_sentences_are_in_utc(
    capsys: pytest.CaptureFixture[str],
) -> None:
    document = said(capsys, *ANSWERS, "--json")
    assert set(re.findall(r'"[\d-]+T\d\d:\d\d:\d\d([^"]*)"', document)) == {"Z", "+01:00"}
    sentences = [event["sentence"] for event in json.loads(document)["events"]]
    clocks = [clock for one in sentences for clock in re.findall(r"\d\d:\d\d:\d\d(.{4}|$)", one)]
    assert set(clocks) == {" UTC"}


def test_every_time_of_the_picture_says_its_zone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    said(capsys, *ANSWERS, "--svg", str(tmp_path / "life.svg"))
    root = ElementTree.parse(tmp_path / "life.svg").getroot()
    texts = [one.text or "" for one in root.iter(f"{SVG}text")]
    assert "Europe/Berlin" in texts
    ticks = [text for text in texts if re.fullmatch(r"[A-Z][a-z]{2} \d\d, \d\d:\d\d", text)]
    assert len(ticks) == texts.count("UTC+01:00") >= 5
    titles = [one.text or "" for mark in root.iter(f"{SVG}g") for one in mark.iter(f"{SVG}title")]
    assert (
        "Mon 2026-11-23 22:30:00+01:00: Promise broken: first response was due 2026-11-23 22:30:00+01:00"
        in (titles)
    )
    assert not any("UTC" in title for title in titles)


@pytest.mark.parametrize(
    ("arguments", "mend"),
    [
        (
            ("--policy", "gold-suport"),
            "--policy: there is no policy 'gold-suport'; did you mean 'gold-support'?",
        ),
        (("--at", "2026-11-23T21:30"), "--at: '2026-11-23T21:30' is no instant; write one with its offset"),
        (("--until", "soon"), "--until: 'soon' is no duration; write a number and a unit"),
        (("--zone", "Europe/Berln"), "Europe/Berlin"),
        (("--script", "nowhere.yaml"), "nowhere.yaml:1: error: there is no such file; create it"),
        (("--svg", "nowhere/life.svg"), "nowhere/life.svg: cannot be written"),
        (("--policies", "nowhere"), "there is no such folder"),
    ],
)
def test_a_mistake_ends_with_2_and_the_mend(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], mend: str
) -> None:
    assert run([*CASE, *arguments]) == 2
    assert mend in capsys.readouterr().err


def test_a_horizon_with_too_many_events_ends_with_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.simulation.run.MOST_EVENTS", 30)
    assert run([*CASE]) == 2
    assert "--until: there are more than 30 events by 2026-11-2" in capsys.readouterr().err


def test_a_script_without_end_ends_with_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    script = tmp_path / "script.yaml"
    script.write_text(
        "cues:\n- {when: opened, who: owner, does: note}\n- {when: noted, who: owner, does: note}\n"
    )
    assert run([*CASE, "--script", str(script)]) == 2
    assert (
        "--script: owner does note when noted: that has no end; give it an until" in capsys.readouterr().err
    )


COMMANDS = [
    line.removeprefix("$ escalations ")
    for line in (PROJECT / "docs/simulation.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("$ escalations ")
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_documentation_runs(
    command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("examples", "policies"):
        (tmp_path / folder).symlink_to(PROJECT / folder)
    monkeypatch.chdir(tmp_path)
    assert run(shlex.split(command)) == 0, capsys.readouterr().err
