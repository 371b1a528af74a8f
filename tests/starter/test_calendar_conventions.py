"""`escalations calendar` answers the hand-made cases of working time as the domain does."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from domain.calendars import Calendar, zone
from starter.cli.main import run
from tests.domain.test_working_time_conventions import AFTER, BETWEEN, CALENDARS, OPEN, instant, rows, span

WHOLE = [row for row in rows(AFTER) if "." not in row[2]]
FORWARD = [row for row in WHOLE if not row[2].startswith("-")]
BACK = [row for row in WHOLE if row[2].startswith("-")]
Answer = Callable[..., Any]


def written(calendar: Calendar) -> dict[str, Any]:
    """The calendar as calendars.yaml has it."""
    fields = calendar.model_dump(mode="json", exclude_defaults=True, exclude={"name"})
    if calendar.holidays:
        fields["holidays"] = {"own": {day.isoformat(): "closed" for day, _ in calendar.holidays}}
    hours = {day: ["-".join(pair) for pair in pairs] for day, pairs in fields.get("weekly", {}).items()}
    dates = {day: ["-".join(pair) for pair in pairs] for day, pairs in fields.get("dates", {}).items()}
    breaks = ["-".join(pause["hours"]) for pause in fields.get("breaks", [])]
    given = {**fields, "weekly": hours, "dates": dates, "breaks": breaks}
    return {name: value for name, value in given.items() if value}


def named(name: str) -> str:
    return name.replace(" ", "-")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    calendars = {named(name): written(calendar) for name, calendar in CALENDARS.items()}
    with (folder / "calendars.yaml").open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump({"calendars": calendars}, file)
    return folder


@pytest.fixture
def answer(house: Path, capsys: pytest.CaptureFixture[str]) -> Answer:
    def ask(command: str, name: str, *arguments: str) -> Any:
        assert run(["calendar", command, named(name), *arguments, "--policies", str(house), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return ask


def local(name: str, at: str) -> str:
    """With the offset, since a time may come twice."""
    return instant(name, at).astimezone(zone(CALENDARS[name].zone)).isoformat()


@pytest.mark.parametrize(("name", "start", "length", "expected"), FORWARD)
def test_due(answer: Answer, name: str, start: str, length: str, expected: str) -> None:
    assert answer("due", name, length, "--from", local(name, start))["due"] == local(name, expected)


@pytest.mark.parametrize(("name", "end", "length", "expected"), BACK)
def test_due_back(answer: Answer, name: str, end: str, length: str, expected: str) -> None:
    found = answer("due", name, length.removeprefix("-"), "--until", local(name, end))
    assert found["from"] == local(name, expected)


@pytest.mark.parametrize(("name", "start", "end", "expected"), rows(BETWEEN))
def test_between(answer: Answer, name: str, start: str, end: str, expected: str) -> None:
    found = answer("between", name, local(name, start), local(name, end))
    assert found["seconds"] == span(expected).total_seconds()


@pytest.mark.parametrize(("name", "at", "expected"), rows(OPEN))
def test_open(answer: Answer, name: str, at: str, expected: str) -> None:
    found = answer("open", name, local(name, at))
    assert found["open"] is (expected == "yes")
    assert datetime.fromisoformat(found["next_open"]) >= instant(name, at)
