"""Words that nothing is ever called by, in conditions and among skills, and managers in a circle."""

from pathlib import Path

import pytest

from organisation.review import review
from tests.organisation.small import DESK, TODAY, asked, change, findings, loaded, write_without_flaws

NEVER = [
    ("case.severity == 'S9'", "case.severity is never 'S9'; use one of S1, S2, S3, S4"),
    ("case.severity <= 's2'", "case.severity is never 's2'; did you mean 'S2'?"),
    ("'S9' == case.severity", "case.severity is never 'S9'; use one of S1, S2, S3, S4"),
    ("case.severity in ['S1', 'S22']", "case.severity is never 'S22'; did you mean 'S2'?"),
    ("!(age > 5 ? case.severity != 'S5' : true)", "case.severity is never 'S5'; use one of S1, S2, S3, S4"),
    ("(age > 5 ? 'S1' : 'S9') == case.severity", "case.severity is never 'S9'; use one of S1, S2, S3, S4"),
    ("case.severity == (age > 5 ? 's1' : '')", "case.severity is never 's1'; did you mean 'S1'?"),
    (
        "case.stage != (age > 5 ? 'rca' : level > 1 ? 'review' : 'resolv')",
        "case.stage is never 'resolv'; did you mean 'resolve'?",
    ),
    ("case.severity in ['S1', age > 5 ? 'S22' : 'S2']", "case.severity is never 'S22'; did you mean 'S2'?"),
    ("case.severity in (age > 5 ? ['S1'] : ['S22'])", "case.severity is never 'S22'; did you mean 'S2'?"),
    ("(case.impact == 'hihg' ? age : level) > 2", "case.impact is never 'hihg'; did you mean 'high'?"),
    ("case.team == (age > 5 ? 'dask' : 'desk')", "there is no team 'dask'; did you mean 'desk'?"),
    ("now.hour == (age > 5 ? 24 : 8)", "now.hour is never 24; write an hour from 0 to 23"),
    ("case.reason == 'major_outrage'", "case.reason is never 'major_outrage'; did you mean 'major_outage'?"),
    ("case.impact == 'huge'", "case.impact is never 'huge'; use one of high, low, medium"),
    ("case.urgency == 'none'", "case.urgency is never 'none'; use one of high, low, medium"),
    ("case.priority == 'P0'", "case.priority is never 'P0'; use one of P1, P2, P3, P4"),
    ("case.stage == 'reviewing'", "case.stage is never 'reviewing'; did you mean 'review'?"),
    ("case.team == 'dask'", "there is no team 'dask'; did you mean 'desk'?"),
    ("now.weekday == 'sun'", "now.weekday is never 'sun'; did you mean 'sunday'?"),
    ("now.weekday in ['Saturday']", "now.weekday is never 'Saturday'; did you mean 'saturday'?"),
    ("now.date == '24.12.2026'", "now.date is never '24.12.2026'; write it such as '2026-12-24'"),
    ("now.hour == 24", "now.hour is never 24; write an hour from 0 to 23"),
    ("now.hour in [22, 23, -1]", "now.hour is never -1; write an hour from 0 to 23"),
    ("case.language == 'german'", "case.language is never 'german'; write two letters, such as 'de'"),
]

RIGHT = [
    "case.severity <= 'S2' && case.reason != '' && case.stage == 'review'",
    "now.hour >= 22 && now.hour < 24 || now.hour in [0, 23] || case.customers == 24 || level == 24",
    "case.team in ['', 'desk'] && case.language == 'xx'",
    "now.date >= '2026-12' && now.date <= '2026-02-31' && now.weekday == 'monday'",
    "case.subject == 'S9' || case.customer == 'S9' || case.key == 'S9' || size(case.severity) == 9",
    "case.severity == (age > 5 ? 'S1' : case.topic == 'S9' ? 'S2' : '') || (age > 5 ? 1 : 24) == level",
    "(age > 5 ? case.severity : case.impact) == 'high' && (age > 5 ? case.topic : case.reason) == 'S9'",
    "case.topic == (age > 5 ? 'S9' : 'any') && (age > 5 ? 'S1' : 'S9') in [case.severity, case.topic]",
    "case.topic == 'whatever' && case.tier == 'tin' && case.skill == 'anything' && 'Shop' in case.services",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_without_flaws(tmp_path / "organisation")


def routed(folder: Path, *routes: str) -> None:
    change(folder, DESK, "rca:\n", "routes:\n" + "".join(f"  - {route}\n" for route in routes) + "rca:\n")


def warnings(folder: Path) -> list[str]:
    return [str(one) for one in review(folder, TODAY).findings]


@pytest.mark.parametrize(("condition", "said"), NEVER)
def test_a_text_that_a_name_can_never_be_is_an_error(folder: Path, condition: str, said: str) -> None:
    asked(folder, condition)
    [finding] = findings(folder)
    assert finding.startswith(f"{DESK}:30: error: levels.0.when.if: {said}")


@pytest.mark.parametrize("condition", RIGHT)
def test_a_text_that_a_name_can_be_is_none(folder: Path, condition: str) -> None:
    asked(folder, condition)
    assert warnings(folder) == []


def test_every_text_of_a_condition_is_looked_at(folder: Path) -> None:
    asked(folder, "case.severity in ['S8', 'S1', 'S9'] || case.impact == 'tall'")
    assert [one.partition(" is never ")[2].partition(";")[0] for one in findings(folder)] == [
        *("'tall'", "'S8'", "'S9'")
    ]


def test_the_condition_of_a_route_is_looked_at_too(folder: Path) -> None:
    routed(folder, "{team: desk, if: \"case.severity == 'S9'\"}")
    [finding] = findings(folder)
    assert finding == f"{DESK}:39: error: routes.0.if: case.severity is never 'S9'; use one of S1, S2, S3, S4"


def test_a_tier_that_tier_raises_does_not_know_is_doubted(folder: Path) -> None:
    change(folder, DESK, "promises:\n", "tier_raises: {gold: 1}\npromises:\n")
    asked(folder, "case.tier in ['standard', 'gold', 'glod']")
    assert warnings(folder) == [
        (
            f"{DESK}:31: warning: levels.0.when.if: no customer has the tier 'glod', as far as tier_raises "
            "tells; did you mean 'gold'? Or name it in tier_raises, with 0 if it raises nothing"
        )
    ]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (
            "case.topic == 'outtage'",
            "no route names the topic 'outtage'; did you mean 'outage'? Or let a route name it",
        ),
        (
            "case.topic in ['outage', 'billing']",
            "no route names the topic 'billing'; use one of outage. Or let a route name it",
        ),
        ("case.product in ['Invoice']", "no route names the product 'Invoice'; did you mean 'Invoices'?"),
        ("'Invoise' in case.services", "no route names the product 'Invoise'; did you mean 'Invoices'?"),
    ],
)
def test_a_word_that_no_route_names_is_doubted(folder: Path, condition: str, said: str) -> None:
    routed(folder, "{topic: [outage], product: [Invoices], team: desk}")
    asked(folder, condition)
    assert warnings(folder) == [f"{DESK}:30: warning: levels.0.when.if: {said}"]


def test_a_product_unlike_any_of_a_route_is_none_to_doubt(folder: Path) -> None:
    routed(folder, "{topic: [outage], product: [Invoices], team: desk}")
    asked(folder, "case.product == 'Bicycles' || 'Shop' in case.services || case.topic == 'Outage'")
    assert warnings(folder) == []


def test_a_skill_that_no_team_has_is_doubted_in_routes_and_conditions(folder: Path) -> None:
    change(folder, "teams.yaml", "    members: [ann]\n", "    members: [ann]\n    skills: [network]\n")
    routed(folder, "{skill: [network, netwrk], team: desk}", "{team: desk, if: \"case.skill == 'database'\"}")
    assert warnings(folder) == [
        f"{DESK}:39: warning: routes.0.skill.1: no team has the skill 'netwrk'; did you mean 'network'?",
        f"{DESK}:40: warning: routes.1.if: no team has the skill 'database'; use one of network",
    ]


def test_where_no_team_has_a_skill_none_is_doubted(folder: Path) -> None:
    routed(folder, "{skill: [network], team: desk}")
    assert warnings(folder) == []


def test_managers_in_a_circle_are_named_once(folder: Path) -> None:
    change(folder, "people.yaml", "    role: agent\n", "    role: agent\n    manager: ben\n")
    change(
        folder,
        "people.yaml",
        "    role: escalation_manager\n",
        "    role: escalation_manager\n    manager: ann\n",
    )
    assert warnings(folder) == [
        (
            "people.yaml:5: warning: people.ann.manager: ann → ben → cyd → ann are each other's managers, so "
            "a climb from owner to manager never comes to an end; let one of them have a manager who is not "
            "among them"
        )
    ]


def test_a_lead_whose_manager_is_in_the_team_is_a_circle(folder: Path) -> None:
    change(folder, "people.yaml", "    manager: cyd\n", "    manager: ann\n")
    [finding] = [one for one in warnings(folder) if "circle" in one or "each other" in one]
    assert finding.startswith("people.yaml:9: warning: people.ben.manager: ben → ann → ben are each other's")


def test_managers_one_above_the_other_are_fine(folder: Path) -> None:
    assert loaded(folder).people["ben"].manager == "cyd"
    assert not any("each other" in one for one in warnings(folder))
