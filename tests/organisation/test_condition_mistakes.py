"""Mistakes in conditions: found when the files are read, with file, line, what is wrong and the mend."""

from pathlib import Path

import pytest

from organisation.findings import OrganisationInvalid
from tests.organisation.small import change, findings, loaded, write

POLICY = "policies/desk.yaml"

MISTAKES = [
    pytest.param(
        "case.customrs > 10",
        "there is no 'case.customrs' in conditions; did you mean 'case.customers'?",
        id="an unknown name",
    ),
    pytest.param(
        "customers > 10",
        "there is no 'customers' in conditions; did you mean 'case.customers'?",
        id="a name without what it belongs to",
    ),
    pytest.param(
        "case.severity == S1",
        "there is no 'S1' in conditions; a text stands in quotes, such as 'S1'. Otherwise use one of",
        id="a text without quotes",
    ),
    pytest.param(
        "case.customers > '10'",
        "'>' is not for int and string (at character 16); both sides have to be of one type",
        id="two types",
    ),
    pytest.param(
        "case.customers >",
        "not CEL at character 17: mismatched input '<EOF>'; write it such as case.customers > 10",
        id="half a condition",
    ),
    pytest.param(
        "case.severity = 'S1'",
        "not CEL at character 15: token recognition error at: '= '; compare with ==",
        id="one sign of equality",
    ),
    pytest.param(
        "age > 10 and repeat > 0",
        "not CEL at character 10: mismatched input 'and'; write && for and",
        id="a word of another language",
    ),
    pytest.param(
        "case.customers",
        "comes to int, neither true nor false; compare it",
        id="no question",
    ),
    pytest.param(
        "case.services.exists(s, s == 'Shop')",
        "exists is not for conditions; no list is run through. Ask whether something is in one",
        id="a loop",
    ),
    pytest.param(
        "case.subject.matches('(')",
        "'(' is no pattern: invalid regular expression: missing ): (; write it in RE2's syntax",
        id="a broken pattern",
    ),
]


def conditional(folder: Path, *, level: str = "", route: str = "", top: str = "") -> Path:
    """The small organisation with these conditions, and what stands at the top of the policy."""
    when = f'\n    when: {{if: "{level}"}}' if level else ""
    change(folder, POLICY, "    wait: 10m", f"    wait: 10m{when}")
    routes = f'routes:\n  - {{team: desk, if: "{route}"}}\n' if route else ""
    change(folder, POLICY, "rca:", f"{top}{routes}rca:")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "organisation")


@pytest.mark.parametrize(("expression", "said"), MISTAKES)
def test_a_mistake_in_a_condition_is_found_with_its_place_and_its_mend(
    folder: Path, expression: str, said: str
) -> None:
    [finding] = findings(conditional(folder, level=expression))
    assert finding.startswith(f"{POLICY}:30: error: levels.0.when.if: {said}")


def test_what_is_not_known_before_there_is_a_team_is_told_for_a_route(folder: Path) -> None:
    [finding] = findings(conditional(folder, route="case.team == 'desk'"))
    said = "'case.team' is not known yet when a route is chosen; known are case.key, case.subject, "
    assert finding.startswith(f"{POLICY}:39: error: routes.0.if: {said}")


def test_a_condition_that_is_too_long_is_refused(folder: Path) -> None:
    [finding] = findings(conditional(folder, level="age > 1 || " * 100 + "true"))
    assert finding.endswith("does not fit; String should have at most 1000 characters")


def test_a_condition_stands_under_if_and_nowhere_else(folder: Path) -> None:
    change(folder, POLICY, "    wait: 10m", '    wait: 10m\n    when: {expression: "age > 1"}')
    assert f"{POLICY}:30: error: levels.0.when.expression: unknown field" in findings(folder)[0]


def test_whose_clocks_count_has_to_be_said_where_the_calendars_differ(folder: Path) -> None:
    other = "calendars:\n  tokyo:\n    zone: Asia/Tokyo\n    weekly: {monday: ['09:00-17:00']}\n"
    change(folder, "calendars.yaml", "calendars:\n", other)
    change(folder, POLICY, "acknowledge: {target: 1h}", "acknowledge: {target: 1h, calendar: tokyo}")
    [finding] = findings(conditional(folder, level="now.hour < 8"))
    assert finding == (
        f"{POLICY}:30: error: levels.0.when.if: asks what time it is, but the policy's calendars are in "
        "Europe/Berlin and Asia/Tokyo; say whose clocks count, such as zone: Europe/Berlin at the top of "
        "the file"
    )
    change(folder, POLICY, "rca:", "zone: Asia/Tokyo\nrca:")
    assert loaded(folder).policies["desk"].zone == "Asia/Tokyo"


def test_without_a_word_the_clocks_are_those_of_the_calendars(folder: Path) -> None:
    assert loaded(conditional(folder, level="now.hour < 8")).policies["desk"].zone == "Europe/Berlin"


def test_an_unknown_zone_is_named_with_the_nearest(folder: Path) -> None:
    [finding] = findings(conditional(folder, top="zone: Europe/Berln\n"))
    assert finding.startswith(f"{POLICY}:38: error: zone: unknown time zone 'Europe/Berln'; ")
    assert "Europe/Berlin" in finding


def test_a_condition_makes_another_version_and_its_absence_the_same_as_before(folder: Path) -> None:
    before = loaded(folder).policies["desk"]
    conditional(folder, level="case.customers > 10")
    after = loaded(folder).policies["desk"]
    assert after.version != before.version
    assert (before.zone, after.zone) == ("UTC", "UTC")
    change(folder, POLICY, '\n    when: {if: "case.customers > 10"}', "")
    assert loaded(folder).policies["desk"] == before


def test_a_route_with_a_condition_of_its_own_takes_nothing_from_those_after_it(folder: Path) -> None:
    routes = 'routes:\n  - {team: desk, if: "case.customers > 10"}\n  - {team: desk, topic: [a]}\nrca:'
    change(folder, POLICY, "rca:", routes)
    assert len(loaded(folder).policies["desk"].routes) == 2


def test_of_two_routes_with_the_same_condition_the_narrower_is_never_taken(folder: Path) -> None:
    both = '  - {team: desk, if: "age_"}\n  - {team: desk, if: "age_", topic: [a]}\n'
    change(folder, POLICY, "rca:", f"routes:\n{both}rca:".replace("age_", "case.customers > 10"))
    with pytest.raises(OrganisationInvalid, match=r"routes\.1: is never taken: route 1 takes all"):
        loaded(folder)
