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


PERIODS = """
apia | --after | 2011-12-29T12:00 | 12-29T12:00 12-29T17:00, 12-31T09:00 12-31T17:00
apia | --before | 2011-12-31T12:00 | 12-31T09:00 12-31T12:00, 12-29T09:00 12-29T17:00
lunch | --after | 2026-11-23T12:00 | 11-23T12:30 11-23T17:00, 11-24T09:00 11-24T12:00
lunch | --before | 2026-11-23T12:30 | 11-23T09:00 11-23T12:00, 11-20T12:30 11-20T17:00
touching | --after | 2026-11-23T12:00 | 11-23T12:00 11-23T17:00, 11-24T09:00 11-24T17:00
night | --before | 2027-01-01T03:00 | 12-31T22:00 01-01T03:00, 12-30T22:00 12-31T06:00
night | --after | 2026-12-24T00:00 | 12-24T00:00 12-24T06:00, 12-24T09:00 12-24T12:00
office | --after | 2026-12-24T12:00 | 12-28T09:00 12-28T17:00, 12-29T09:00 12-29T17:00
office | --before | 2026-12-28T09:00 | 12-24T09:00 12-24T12:00, 12-23T09:00 12-23T17:00
early | --after | 2026-03-29T00:00 | 03-29T01:30 03-29T03:30, 03-30T01:30 03-30T02:30
gap | --after | 2026-03-29T00:00 | 03-30T02:30 03-30T03:30, 03-31T02:30 03-31T03:30
sao paulo late | --after | 2018-11-03T12:00 | 11-03T18:00 11-04T01:00, 11-04T18:00 11-05T00:00
"""


@pytest.mark.parametrize(("name", "way", "at", "expected"), rows(PERIODS))
def test_periods(answer: Answer, name: str, way: str, at: str, expected: str) -> None:
    found = answer("periods", name, way, local(name, at), "--count", "2")["periods"]
    edges = [[each[edge][5:16] for edge in ("opens", "closes")] for each in found]
    assert ", ".join(" ".join(each) for each in edges) == expected


def test_what_never_closes_has_a_period_without_ends(answer: Answer) -> None:
    for name in ("always", "all days", "round the clock"):
        (after,) = answer("periods", name, "--after", "2026-03-29T00:00", "--count", "2")["periods"]
        assert (after["opens"], after["closes"]) == ("2026-03-29T00:00:00+01:00", None)


@pytest.mark.parametrize(
    ("name", "month", "day", "kind", "seconds"),
    [
        ("apia", "2011-12", 30, "skipped", 0),
        ("apia night", "2011-12", 31, "ordinary", 8 * 3_600),
        ("all days", "2026-03", 29, "ordinary", 23 * 3_600),
        ("all days", "2026-10", 25, "ordinary", 25 * 3_600),
        ("lord howe", "2026-04", 5, "ordinary", 9_000),
        ("sao paulo early", "2018-11", 4, "ordinary", 7 * 3_600),
        ("office", "2026-12", 24, "special", 3 * 3_600),
        ("office", "2026-12", 25, "holiday", 0),
        ("leap", "2028-02", 29, "special", 0),
    ],
)
def test_preview(answer: Answer, name: str, month: str, day: int, kind: str, seconds: int) -> None:
    found = answer("preview", name, month)["days"][day - 1]
    assert (found["date"], found["kind"], found["seconds"]) == (f"{month}-{day:02}", kind, seconds)
