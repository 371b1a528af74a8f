"""Parts and patterns that a condition asks for and no word of a closed vocabulary has."""

from pathlib import Path

import pytest

from organisation.review import review
from tests.organisation.small import DESK, TODAY, asked, change, findings, write_without_flaws

NEVER = [
    ("case.severity.startsWith('X')", "case.severity never begins with 'X'; use one of S1, S2, S3, S4"),
    ("case.severity.startsWith('s')", "case.severity never begins with 's'; did you mean 'S'?"),
    ("case.severity.startsWith('S11')", "case.severity never begins with 'S11'; did you mean 'S1'?"),
    (
        "!case.reason.startsWith('Major')",
        "case.reason never begins with 'Major'; did you mean 'major_outage'?",
    ),
    ("case.priority.endsWith('5')", "case.priority never ends with '5'; use one of P1, P2, P3, P4"),
    ("now.weekday.endsWith('dag')", "now.weekday never ends with 'dag'; did you mean 'day'?"),
    ("case.severity.contains('9')", "case.severity never contains '9'; use one of S1, S2, S3, S4"),
    (
        "case.stage.contains('communikate')",
        "case.stage never contains 'communikate'; did you mean 'communicate'?",
    ),
    ("case.team.startsWith('dask')", "case.team never begins with 'dask'; did you mean 'desk'?"),
    ("case.severity.startsWith(age > 5 ? 'S' : 'P')", "case.severity never begins with 'P'; use one of S1"),
    ("age > 5 ? case.severity.endsWith('9') : true", "case.severity never ends with '9'; use one of S1"),
    ("case.severity.matches('^S9$')", "case.severity never matches '^S9$'; use one of S1, S2, S3, S4"),
    ("matches(case.severity, 's[1-4]')", "case.severity never matches 's[1-4]'; use one of S1, S2, S3, S4"),
    ("case.severity.matches('^(S|P)$')", "case.severity never matches '^(S|P)$'; use one of S1, S2, S3, S4"),
    ("case.severity.matches('S[0-9]{2}')", "case.severity never matches 'S[0-9]{2}'; use one of S1"),
    (
        "case.stage.matches('^(resolv|reviewing)$')",
        "case.stage never matches '^(resolv|reviewing)$'; did you mean 'review'?",
    ),
    (
        "case.impact.matches(r'(?i)^\\\\d')",
        "case.impact never matches '(?i)^\\\\d'; use one of high, low, medium",
    ),
    ("case.reason.matches('^major$')", "case.reason never matches '^major$'; did you mean 'major_outage'?"),
    ("case.team.matches('^dask')", "case.team never matches '^dask'; did you mean 'desk'?"),
    ("case.severity.matches(age > 5 ? 'S1' : 'S9')", "case.severity never matches 'S9'; use one of S1"),
    (
        "case.language.startsWith('en-')",
        "case.language never begins with 'en-'; write two letters, such as 'de'",
    ),
    ("case.language.contains('E')", "case.language never contains 'E'; write two letters, such as 'de'"),
    ("now.date.startsWith('12-24')", "now.date never begins with '12-24'; write it such as '2026-12-24'"),
    ("now.date.endsWith('12/24')", "now.date never ends with '12/24'; write it such as '2026-12-24'"),
    ("now.date.endsWith('2026-12-24T00')", "now.date never ends with '2026-12-24T00'; write it such as"),
    ("now.date.contains('20261')", "now.date never contains '20261'; write it such as '2026-12-24'"),
]

RIGHT = [
    "case.severity.startsWith('S') && case.severity.endsWith('1') && case.severity.contains('S4')",
    "case.severity.startsWith('') || case.severity.contains('') || case.severity.endsWith('')",
    "case.reason.startsWith('major') && case.reason.contains('_') && now.weekday.startsWith('s')",
    "case.team.startsWith('de') && case.team.endsWith('sk') && case.team.contains('es')",
    "'S9 or S1'.contains(case.severity) && 'S9'.startsWith(case.severity) && 'S9'.matches(case.severity)",
    "(age > 5 ? case.severity : case.topic).startsWith('X') && case.services[0].startsWith('S9')",
    "case.severity.startsWith(case.topic) || case.severity.startsWith(string(age))",
    "case.severity.startsWith(age > 5 ? 'S' : '') && case.severity.matches(age > 5 ? '1' : '[2-4]')",
    "case.severity.matches('1') && case.severity.matches('(?i)^s[12]$') && matches(case.severity, '^S')",
    "case.severity.matches('S9|S1') && case.severity.matches('') && case.severity.matches('^$')",
    "case.severity.matches('^(S9)?$') && case.severity.matches('.*') && case.team.matches('^d')",
    # The patterns of the engine, not those of Python.
    "case.severity.matches('^[[:alpha:]][[:digit:]]$') && case.severity.matches('S(?-i:1)')",
    "case.reason.matches('[^[:upper:]]') && case.stage.matches('(?U)r.+')",
    # Nobody asks these of every word, because it may take long.
    "case.severity.matches('^S([0-9]{4}){4}$') && case.severity.matches(r'^\\\\pN')",
    "case.subject.startsWith('S9') && case.subject.matches('S9') && case.customer.contains('S9')",
    "case.topic.startsWith('S9') || case.tier.endsWith('tin') || case.skill.matches('S9')",
    "case.product.contains('S9') || case.key.startsWith('S9')",
    "case.language.startsWith('d') && case.language.endsWith('e') && case.language.contains('xx')",
    "case.language.matches('german') || now.date.matches('24.12')",
    "now.date.startsWith('2026-1') && now.date.startsWith('2026-12-24') && now.date.endsWith('-12-24')",
    "now.date.endsWith('4') || now.date.contains('-12-') || now.date.contains('6-1')",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_without_flaws(tmp_path / "organisation")


@pytest.mark.parametrize(("condition", "said"), NEVER)
def test_a_part_that_no_word_has_is_an_error(folder: Path, condition: str, said: str) -> None:
    asked(folder, condition)
    [finding] = findings(folder)
    assert finding.startswith(f"{DESK}:30: error: levels.0.when.if: {said}")


@pytest.mark.parametrize("condition", RIGHT)
def test_a_part_that_some_word_has_or_that_nobody_knows_is_none(folder: Path, condition: str) -> None:
    asked(folder, condition)
    assert [str(one) for one in review(folder, TODAY).findings] == []


@pytest.mark.parametrize(
    "condition",
    [
        "case.subject.matches(age > 5 ? 'ok' : '(')",
        "case.severity.matches(age > 5 ? 'S1' : '(')",
        "case.services[0].matches(age > 5 ? 'ok' : '(')",
        "case.subject.matches(('('))",
    ],
)
def test_a_pattern_that_is_none_is_an_error_wherever_it_stands(folder: Path, condition: str) -> None:
    asked(folder, condition)
    assert findings(folder) == [
        (
            f"{DESK}:30: error: levels.0.when.if: '(' is no pattern: invalid regular expression: "
            "missing ): (; write it in RE2's syntax"
        )
    ]


def test_parts_are_no_topics_or_products_to_doubt(folder: Path) -> None:
    routes = "routes:\n  - {topic: [outage], product: [Invoices], team: desk}\nrca:\n"
    change(folder, DESK, "rca:\n", routes)
    asked(
        folder,
        "case.topic.startsWith('out') || case.topic.contains('bill') || case.product.endsWith('Invoice')",
    )
    assert [str(one) for one in review(folder, TODAY).findings] == []


def test_a_topic_in_a_branch_is_doubted_like_any_other(folder: Path) -> None:
    change(folder, DESK, "rca:\n", "routes:\n  - {topic: [outage], team: desk}\nrca:\n")
    asked(folder, "case.topic == (age > 5 ? 'outage' : 'outtage')")
    [warning] = review(folder, TODAY).findings
    assert warning.what == "levels.0.when.if: no route names the topic 'outtage'"


def test_the_condition_of_a_route_is_looked_at_too(folder: Path) -> None:
    change(
        folder, DESK, "rca:\n", "routes:\n  - {team: desk, if: \"case.reason.endsWith('outrage')\"}\nrca:\n"
    )
    assert findings(folder) == [
        f"{DESK}:39: error: routes.0.if: case.reason never ends with 'outrage'; did you mean 'major_outage'?"
    ]
