"""A policy's version names its content: what escalations keep, and nothing else."""

from datetime import date
from pathlib import Path

import pytest

from domain.calendars import Calendar
from organisation.load import load
from organisation.model import NoSuchPolicy
from tests.organisation.small import TODAY, change, loaded, write

POLICY = "policies/desk.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "organisation")


def version(folder: Path, today: date = TODAY) -> str:
    return load(folder, today).policy("desk").version


def test_the_version_is_the_same_at_every_reading(folder: Path) -> None:
    assert version(folder) == version(folder)
    assert len(version(folder)) == 12


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(POLICY, "target: 15m", "target: 16m", id="a target"),
        pytest.param(POLICY, "owner: ben", "owner: cyd", id="the owner"),
        pytest.param(POLICY, "wait: 10m", "wait: 11m", id="a level's wait"),
        pytest.param(POLICY, "[manager, team: desk]", "[team: desk, manager]", id="the order of targets"),
        pytest.param(POLICY, "stand_in: manager_of_owner", "stand_in: owner", id="a stand-in"),
        pytest.param("calendars.yaml", "09:00-17:00", "09:00-16:00", id="a calendar's hours"),
        pytest.param("calendars.yaml", "12:00-12:30", "12:00-12:45", id="a calendar's break"),
        pytest.param("calendars.yaml", "09:00-12:00", "09:00-13:00", id="a date's own hours"),
        pytest.param("calendars.yaml", "region: BE", "region: BY", id="a calendar's region"),
        pytest.param("calendars.yaml", "2026-12-24: Our day", "2026-12-31: Our day", id="a day of our own"),
        pytest.param("calendars.yaml", "Europe/Berlin", "Europe/Vienna", id="a calendar's zone"),
    ],
)
def test_a_change_of_what_escalations_keep_makes_a_new_version(
    folder: Path, file: str, old: str, new: str
) -> None:
    before = version(folder)
    change(folder, file, old, new)
    assert version(folder) != before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(POLICY, "team: desk\nowner", "# the desk\nteam: desk\nowner", id="a comment"),
        pytest.param(POLICY, "target: 1h}", "target: 60m}", id="the same time in other words"),
        pytest.param(POLICY, "team: desk]", "team:desk]", id="the same target in other words"),
        pytest.param(POLICY, "last_resort:", "repeats: 1\nlast_resort:", id="a default that is spelt out"),
        pytest.param("people.yaml", "ann@example.com", "a.nn@example.com", id="an address"),
        pytest.param("teams.yaml", "members: [ann]", "members: [ann, cyd]", id="a team's members"),
        pytest.param("on-call.yaml", "person: cyd", "person: ben", id="an override"),
        pytest.param("calendars.yaml", "    zone: UTC", "    zone: Asia/Tokyo", id="a calendar not named"),
        pytest.param("templates/en/closed.md", "{{ text }}", "Done.", id="a template"),
    ],
)
def test_a_change_of_anything_else_does_not(folder: Path, file: str, old: str, new: str) -> None:
    before = version(folder)
    change(folder, file, old, new)
    assert version(folder) == before


def test_a_new_year_brings_new_holidays_but_no_new_version(folder: Path) -> None:
    this, later = load(folder, date(2026, 11, 21)), load(folder, date(2027, 1, 2))
    assert this.calendars["office"].holidays != later.calendars["office"].holidays
    assert this.policy("desk").version == later.policy("desk").version


def test_the_snapshot_carries_the_calendars_that_its_promises_name(folder: Path) -> None:
    organisation = loaded(folder)
    calendars = organisation.policy("desk").calendars
    assert list(calendars) == ["office"]
    assert Calendar.model_validate_json(calendars["office"]) == organisation.calendars["office"]


def test_holidays_reach_from_last_year_to_the_year_after_next(folder: Path) -> None:
    days = [day for day, _ in loaded(folder).calendars["office"].holidays]
    assert (days[0], days[-1]) == (date(2025, 1, 1), date(2028, 12, 26))
    assert date(2026, 12, 24) in days


def test_a_policy_can_be_asked_for_by_its_version(folder: Path) -> None:
    organisation = loaded(folder)
    policy = organisation.policy("desk")
    assert organisation.policy("desk", policy.version) is policy


def test_an_unknown_policy_is_told_with_the_nearest_name(folder: Path) -> None:
    with pytest.raises(NoSuchPolicy, match=r"there is no policy 'dest'; did you mean 'desk'\?"):
        loaded(folder).policy("dest")


def test_a_version_that_is_gone_is_told_with_the_one_there_is(folder: Path) -> None:
    with pytest.raises(NoSuchPolicy, match=r"at version .{12}, not 000000000000"):
        loaded(folder).policy("desk", "000000000000")
