"""What the documentation says about conditions is so."""

import re

import pytest

from organisation.cel import Scope, checked, names
from starter.settings import PROJECT

TEXT = (PROJECT / "docs/policies.md").read_text(encoding="utf-8")
SECTION = TEXT.partition("## Conditions in CEL\n")[2].partition("\n## ")[0]
ROWS = [row for row in SECTION.splitlines() if row.startswith("| `")]
NAMES = {name: "¹" in row for row in ROWS for name in re.findall(r"`([a-z.]+)`", row.split("|")[1])}
LEVELS = re.findall(r'when: \{if: "(.+)"\}', TEXT)
ROUTES = re.findall(r'team: [a-z-]+(?:, level: \d)?, if: "(.+?)"\}', TEXT)


def test_the_table_has_every_name_and_says_which_are_for_levels_only() -> None:
    routes, levels = names(Scope.ROUTE), names(Scope.LEVEL)
    assert {name for name, only_levels in NAMES.items() if not only_levels} == routes.keys()
    assert NAMES.keys() == levels.keys()


@pytest.mark.parametrize(
    ("expression", "scope"),
    [*((one, Scope.LEVEL) for one in LEVELS), *((one, Scope.ROUTE) for one in ROUTES)],
)
def test_every_condition_of_the_documentation_is_one(expression: str, scope: Scope) -> None:
    assert checked(expression, scope) == expression


def test_the_documentation_has_examples_for_both() -> None:
    assert (len(LEVELS), len(ROUTES)) == (3, 2)
