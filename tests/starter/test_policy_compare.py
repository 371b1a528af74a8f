"""`escalations policy compare`: written cases and those of the ledger, for people and for programs."""

import asyncio
import json
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.simulation.run import Simulated, simulate
from domain.summary import summarise
from organisation.prepared import prepared
from organisation.rehearsal import Rehearsal
from organisation.scripts import read_script
from records.database import Database
from records.ledger import Ledger
from starter.cli.main import run
from starter.dry_run import opening_of
from starter.order_file import OrderFile, read_order
from starter.settings import PROJECT
from tests.organisation.small import change, loaded, write

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 16, 20, 50, tzinfo=UTC)
"""21:50 in Berlin, ten minutes before the night."""
CASE = """\
policy: desk
report:
  subject: The till does not open
  what_happened: Nothing can be sold.
  reason: urgency
  asked_by: shop-7
  impact: high
  urgency: high
"""
SCRIPT = """\
cues:
  - {when: level_notified, level: 2, nth: 1, after: 5m, who: person:cyd, does: acknowledge}
  - {when: acknowledged, nth: 1, after: 1h, who: person:cyd, does: cancel}
"""
SOONER = ("policies/desk.yaml", "    wait: 10m\n", "    wait: 5m\n")


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATIONS_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("starter.cli.policy_compare.this_second", lambda: NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "policies")


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A copy in which the first level waits for five minutes instead of ten: 21:55, not 22:00."""
    copy = write(tmp_path / "edited")
    change(copy, *SOONER)
    return copy


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    cases = tmp_path / "cases"
    (cases / "scripts").mkdir(parents=True)
    script = cases / "scripts" / "cyd.yaml"
    script.write_text(SCRIPT, encoding="utf-8")
    told = f"opened_at: {MONDAY.isoformat()}\nscript: scripts/cyd.yaml\n"
    (cases / "till.yaml").write_text(told + CASE, encoding="utf-8")
    return cases


@pytest.fixture
def ledger(tmp_path: Path, folder: Path, cases: Path) -> Path:
    """Three lives under the desk's policy, a day apart, the first of them a hundred days ago."""
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "ledger.db"
    order = read_order(_plain(cases))
    ages = (timedelta(days=100), timedelta(days=3), timedelta(days=2))
    asyncio.run(_write(file, [_life(folder, cases, order, NOW - age, n) for n, age in enumerate(ages)]))
    return file


def _plain(cases: Path) -> Path:
    file = cases.parent / "plain.yaml"
    file.write_text(CASE, encoding="utf-8")
    return file


def _life(folder: Path, cases: Path, order: OrderFile, at: datetime, number: int) -> Simulated:
    organisation = loaded(folder)
    outside = Rehearsal(organisation)
    script = read_script(cases / "scripts" / "cyd.yaml", organisation)
    assert not isinstance(script, list)
    opening = opening_of(order.model_copy(update={"key": f"till-{number}"}), "desk", outside, at)
    known = prepared(organisation, "test", "desk", None, at, at)
    return simulate(opening, known, script, outside, at, at + timedelta(days=1))


async def _write(file: Path, lives: list[Simulated]) -> None:
    database = Database(f"sqlite:///{file}")
    await database.upgrade()
    for life in lives:
        await Ledger(database).write(summarise(life.escalation, life.events[-1].at), life.events)
    await database.close()


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    code = run(["policy", "compare", *map(str, arguments), "--json"])
    assert code == 0
    return json.loads(capsys.readouterr().out)


def test_a_written_case_is_compared_by_what_its_file_says(
    capsys: pytest.CaptureFixture[str], folder: Path, edited: Path, cases: Path
) -> None:
    difference = told(capsys, folder, edited, "--cases", cases)["difference"]
    assert (difference["cases"], difference["changed"]) == (1, ["till"])
    people = {one["who"]: (one["messages"], one["nights"]) for one in difference["people"]}
    assert people["cyd"][1] == {"old": 2, "new": 1}
    assert difference["old"]["answered"] == {"median": "PT15M", "p90": "PT15M", "never": 0}
    assert difference["new"]["answered"] == {"median": "PT10M", "p90": "PT10M", "never": 0}


def test_a_message_by_another_channel_makes_a_case_different_in_detail(
    capsys: pytest.CaptureFixture[str], folder: Path, cases: Path, tmp_path: Path
) -> None:
    moved = write(tmp_path / "moved")
    change(moved, "people.yaml", "[email: cyd@example.com]", "[console: cyd, email: cyd@example.com]")
    difference = told(capsys, folder, moved, "--cases", cases)["difference"]
    assert difference["changed"] == difference["only_in_detail"] == ["till"]
    assert run(["policy", "compare", str(folder), str(moved), "--cases", str(cases)]) == 0
    assert (
        "1 of 1 cases come out differently.\nIn 1 of them messages or breaches only come at another minute"
        in capsys.readouterr().out
    )


def test_the_night_is_where_the_person_is(
    capsys: pytest.CaptureFixture[str], folder: Path, edited: Path, cases: Path
) -> None:
    change(folder, "people.yaml", "    name: Cyd\n", "    name: Cyd\n    zone: America/New_York\n")
    difference = told(capsys, folder, edited, "--cases", cases)["difference"]
    (cyd,) = [one for one in difference["people"] if one["who"] == "cyd"]
    assert cyd["nights"] == {"old": 0, "new": 0}


def test_the_ledgers_cases_of_the_last_days_are_replayed(
    capsys: pytest.CaptureFixture[str], folder: Path, edited: Path, ledger: Path
) -> None:
    difference = told(capsys, folder, edited, "--past", "90d")["difference"]
    assert difference["cases"] == 2
    assert [name.partition("~")[0] for name in difference["changed"]] == ["esc-till-1", "esc-till-2"]
    assert difference["old"]["answered"]["median"] == "PT15M"
    assert difference["new"]["answered"]["median"] == "PT10M"
    assert told(capsys, folder, edited, "--past", "101d")["difference"]["cases"] == 3


def test_a_policy_compared_with_itself_shows_no_difference(
    capsys: pytest.CaptureFixture[str], folder: Path, ledger: Path
) -> None:
    difference = told(capsys, folder, folder, "--past", "90d")["difference"]
    assert (difference["changed"], difference["old"]) == ([], difference["new"])
    assert difference["old"]["refused"] == difference["old"]["not_come"] == []


def test_the_document_always_has_the_same_shape(
    capsys: pytest.CaptureFixture[str], folder: Path, edited: Path, ledger: Path
) -> None:
    document = told(capsys, f"{folder}:desk", f"{edited}:desk", "--past", "90d")
    assert list(document) == ["old", "new", "left_out", "difference"]
    assert list(document["old"]) == ["written", "folder", "policies"]
    assert list(document["difference"]) == [
        *("cases", "changed", "only_in_detail", "people", "teams", "customers", "hours", "breaches"),
        *("no_longer_acknowledged", "newly_acknowledged", "old", "new"),
    ]
    assert list(document["difference"]["new"]) == ["answered", "levels", "still_open", "refused", "not_come"]
    assert len(document["difference"]["hours"]) == 24


def test_people_read_sums_and_then_what_they_come_from(
    capsys: pytest.CaptureFixture[str], folder: Path, edited: Path, ledger: Path
) -> None:
    assert run(["policy", "compare", str(folder), str(edited), "--past", "90d"]) == 0
    printed = capsys.readouterr()
    lines = [" ".join(line.split()) for line in printed.out.splitlines()]
    (version, other) = (loaded(each).policies["desk"].version for each in (folder, edited))
    assert lines[0].endswith(f": desk {version} → {other}")
    assert "2 of 2 cases come out differently." in lines
    assert "Acknowledged after (median) 15 min 10 min -5 min" in lines
    assert "nine in ten within 15 min 10 min -5 min" in lines
    assert printed.err == ""


def test_a_name_is_a_policy_of_the_folder_and_another_policy_may_stand_against_it(
    capsys: pytest.CaptureFixture[str], folder: Path, ledger: Path
) -> None:
    calm = (folder / "policies" / "desk.yaml").read_text(encoding="utf-8").replace("wait: 10m", "wait: 1h")
    (folder / "policies" / "calm.yaml").write_text(calm, encoding="utf-8")
    document = told(capsys, "desk", "calm", "--policies", folder, "--past", "90d")
    assert list(document["old"]["policies"]) == ["desk"]
    assert list(document["new"]["policies"]) == ["calm"]
    assert document["difference"]["new"]["answered"]["median"] == "PT20M"
    assert told(capsys, "calm", "desk", "--policies", folder, "--past", "90d")["difference"]["cases"] == 0


def test_a_route_with_a_condition_is_asked_of_each_case(
    capsys: pytest.CaptureFixture[str], folder: Path, ledger: Path
) -> None:
    route = "routes:\n  - {team: desk, level: 2, if: case.urgency == 'high'}\n"
    routed = (folder / "policies" / "desk.yaml").read_text(encoding="utf-8") + route
    (folder / "policies" / "routed.yaml").write_text(routed, encoding="utf-8")
    new = told(capsys, "desk", "routed", "--policies", folder, "--past", "90d")["difference"]["new"]
    assert new["answered"]["median"] == "PT5M"


def test_cases_of_a_policy_that_only_one_side_has_are_left_out_and_counted(
    capsys: pytest.CaptureFixture[str], folder: Path, edited: Path, ledger: Path
) -> None:
    (edited / "policies" / "desk.yaml").rename(edited / "policies" / "counter.yaml")
    document = told(capsys, folder, edited, "--past", "90d")
    assert document["left_out"]["cases"] == {"desk": 2}
    assert document["difference"]["cases"] == 0


def test_an_empty_ledger_is_compared_by_no_case(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert run(["db", "upgrade"]) == 0
    capsys.readouterr()
    assert run(["policy", "compare", str(folder), str(folder), "--past", "90d"]) == 0
    assert "There is no case to compare by." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["OLD", "NEW"], 2, "CASES: say by which cases to compare; give --cases DIR or --past 90d"),
        (["OLD", "NEW", "--cases", "CASES", "--past", "9d"], 2, "CASES: say by which cases to compare"),
        (["OLD", "NEW", "--past", "90"], 2, "--past: '90' is no duration"),
        (["OLD", "NEW", "--past", "3y"], 2, "--past: '3y' is no duration"),
        (["OLD", "NEW", "--past", "90d"], 3, "the database is away"),
        (["OLD", "NEW", "--cases", "nowhere"], 2, "nowhere: there is no such folder"),
        (["OLD", "NEW", "--cases", "OLD/templates"], 2, "there is no case in it"),
        (["OLD", "NEW", "--cases", "OLD"], 2, "missing; add policy"),
        (["OLD", "nowhere/policies", "--cases", "CASES"], 2, "NEW: there is no folder 'nowhere/policies'"),
        (["OLD:dsk", "NEW", "--cases", "CASES"], 2, "OLD: there is no policy 'dsk'; did you mean 'desk'?"),
        (["OLD", "NEW", "--cases", "CASES", "--until", "x"], 2, "--until: 'x' is no duration"),
        (["OLD", "NEW", "--cases", "CASES", "--script", "no.yaml"], 2, "no.yaml"),
    ],
)
def test_what_cannot_be_compared_is_said_with_the_mend(
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    edited: Path,
    cases: Path,
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    places = {"OLD": str(folder), "NEW": str(edited), "CASES": str(cases)}
    written = [arguments[0].replace("OLD", places["OLD"])]
    written += [places.get(one, one.replace("OLD/", f"{folder}/")) for one in arguments[1:]]
    assert run(["policy", "compare", *written]) == code
    assert message in capsys.readouterr().err


def test_names_that_nobody_has_are_said_with_the_line_of_every_case(
    capsys: pytest.CaptureFixture[str], folder: Path, edited: Path, cases: Path
) -> None:
    (cases / "a.yaml").write_text(CASE + "  team: desc\n", encoding="utf-8")
    (cases / "b.yaml").write_text(CASE.replace("policy: desk", "policy: dsk"), encoding="utf-8")
    assert run(["policy", "compare", str(folder), str(edited), "--cases", str(cases)]) == 2
    said = capsys.readouterr().err
    assert f"{cases / 'a.yaml'}:9: error: report.team: there is no team 'desc'; " in said
    assert f"{cases / 'b.yaml'}:1: error: policy: there is no policy 'dsk'; did you mean 'desk'?" in said


def test_where_both_sides_name_a_policy_that_of_the_case_is_free(
    capsys: pytest.CaptureFixture[str], folder: Path, edited: Path, cases: Path
) -> None:
    (cases / "till.yaml").write_text(CASE.replace("policy: desk", "policy: dsk"), encoding="utf-8")
    sides = [f"{folder}:desk", f"{edited}:desk"]
    assert run(["policy", "compare", *sides, "--cases", str(cases)]) == 0


def test_a_case_in_which_too_much_happens_is_named(
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    edited: Path,
    cases: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("domain.simulation.run.MOST_EVENTS", 10)
    assert run(["policy", "compare", str(folder), str(edited), "--cases", str(cases)]) == 2
    said = capsys.readouterr().err
    assert "--until for " in said
    assert "more than 10 events by 2026-11-" in said


def test_the_written_cases_of_the_documentation_are_compared(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PROJECT)
    lines = (PROJECT / "docs" / "comparing.md").read_text(encoding="utf-8").splitlines()
    (command,) = [
        line for line in lines if line.startswith("$ escalations policy compare") and "--cases" in line
    ]
    assert run(shlex.split(command.removeprefix("$ escalations "))) == 0
    assert "0 of 5 cases come out differently." in capsys.readouterr().out


def test_simulate_takes_the_same_case_files(
    capsys: pytest.CaptureFixture[str], folder: Path, cases: Path
) -> None:
    assert run(["simulate", str(cases / "till.yaml"), "--policies", str(folder), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["opened_at"] == "2026-11-16T20:50:00Z"
    assert document["summary"]["acknowledged_after"] == "PT15M"
