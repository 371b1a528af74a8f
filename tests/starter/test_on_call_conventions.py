"""`escalations on-call` answers the hand-made cases of rotations, layers and overrides as the domain does."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from domain.on_call_changes import Added, Change, Instead, Override, Removed, Replaced
from domain.on_call_rules import Dated, Hours, Months, Rotation, Rule, Weekly
from organisation.durations import written as length
from organisation.load import load
from organisation.model import Organisation
from starter.cli.main import run
from tests.domain.test_on_call_change_conventions import CHANGES
from tests.domain.test_on_call_conventions import LAYERS, ROTATIONS
from tests.domain.written_plans import ALWAYS
from tests.organisation.small import change, write

CASES: dict[str, tuple[tuple[Rule, ...], tuple[Override, ...], tuple[str, str], list[str]]] = {
    **{case: ((rule,), (), span, plan) for case, (rule, span, plan) in ROTATIONS.items()},
    **{case: (rules, (), span, plan) for case, (rules, span, plan) in LAYERS.items()},
    **{
        case: ((ALWAYS,), overrides, ("2026-01-12T09:00", "2026-01-12T19:00"), plan)
        for case, (overrides, plan) in CHANGES.items()
    },
}
NAMES = {case: f"case-{number}" for number, case in enumerate(CASES)}
Asked = Callable[..., Any]


def _hours(hours: Hours) -> dict[str, Any]:
    return {"hours": "-".join(hours.hours), "days": [str(day) for day in hours.days]}


def _rule(rule: Rule) -> dict[str, Any]:
    match rule:
        case Rotation():
            only = [_hours(each) for each in rule.only]
            turns = {"starts": rule.starts.isoformat(), "shift": _shift(rule), "people": [*rule.people]}
            until = {"until": rule.until.isoformat()} if rule.until else {}
            return {"zone": rule.zone, "rotation": {**turns, **until, "only": only}}
        case Weekly():
            weekly = [{**_hours(each), "people": [*each.people]} for each in rule.rules]
            return {"zone": rule.zone, "weekly": weekly}
        case Dated():
            raise AssertionError(rule)


def _shift(rule: Rotation) -> str:
    return f"{rule.shift.count}months" if isinstance(rule.shift, Months) else length(rule.shift)


def _schedule(rules: Sequence[Rule]) -> dict[str, Any]:
    layers = [_rule(rule) for rule in rules]
    named = {f"layer-{number}": {"priority": number, **layer} for number, layer in enumerate(layers)}
    return {"zone": layers[0]["zone"], "layers": named}


def _change(change: Change) -> dict[str, Any]:
    match change:
        case Instead(people=people):
            return {"person": people[0]} if people else {}
        case Added(people=people):
            return {"add": [*people]}
        case Removed(people=people):
            return {"remove": [*people]}
        case Replaced():
            return {"replace": change.stand_ins}


def _override(name: str, override: Override) -> dict[str, Any]:
    edges = {"from": override.start.isoformat(), "to": override.end.isoformat()}
    return {"schedule": name, **edges, **_change(override.change)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small organisation with a person for each letter and a schedule for each case."""
    folder = write(tmp_path_factory.mktemp("house") / "organisation")
    people = "".join(
        f"  {who}: {{name: {who}, role: agent, channels: [console: {who}]}}\n" for who in "abcdefgz"
    )
    change(folder, "people.yaml", "people:\n", f"people:\n{people}")
    file = folder / "on-call.yaml"
    yaml = YAML(typ="safe")
    written = yaml.load(file.read_text(encoding="utf-8"))
    written["schedules"] = {NAMES[case]: _schedule(rules) for case, (rules, _, _, _) in CASES.items()}
    written["overrides"] += [
        _override(NAMES[case], each) for case, (_, overrides, _, _) in CASES.items() for each in overrides
    ]
    with file.open("w", encoding="utf-8") as out:
        yaml.dump(written, out)
    return folder


@pytest.fixture
def asked(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The organisation is read once for all tests here."""
    monkeypatch.setattr("starter.cli.on_call_asked.load", read)

    def ask(*arguments: str) -> Any:
        assert run(["on-call", *arguments, "--policies", str(folder), "--json"]) == 0
        return json.loads(capsys.readouterr().out)["schedules"][0]

    return ask


@cache
def read(folder: Path) -> Organisation:
    return load(folder)


def line(shift: dict[str, Any]) -> str:
    edges = (datetime.fromisoformat(shift[edge]).isoformat(timespec="minutes")[5:] for edge in ("from", "to"))
    return " ".join((*edges, "".join(shift["people"]) or "-"))


@pytest.mark.parametrize("case", CASES)
def test_show_and_gaps_and_at(asked: Asked, case: str) -> None:
    _, _, (start, end), plan = CASES[case]
    days = str((datetime.fromisoformat(end) - datetime.fromisoformat(start)).days + 1)
    shown = asked("show", NAMES[case], "--from", start, "--days", days)["shifts"]
    # The last one is cut where the case ends, and not by the command.
    assert [line(shift) for shift in shown][: len(plan) - 1] == plan[:-1]
    assert line(shown[len(plan) - 1]).split()[::2] == plan[-1].split()[::2]
    gaps = [line(gap) for gap in asked("gaps", NAMES[case], "--from", start, "--days", days)["gaps"]]
    assert gaps == [line(shift) for shift in shown if not shift["people"]]
    first = asked("at", NAMES[case], "--time", start)
    assert "".join(first["people"]) == plan[0].split()[2].strip("-")
