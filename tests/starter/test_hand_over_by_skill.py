"""A hand-over that names a skill goes to the team that has it."""

from pathlib import Path

import pytest

from domain.decisions import HandOver
from organisation.model import Organisation
from starter.errors import OrderInvalid
from starter.known_names import with_team
from tests.domain.world import decision
from tests.organisation.small import change, loaded, write

TEAMS = "teams.yaml"


@pytest.fixture
def organisation(tmp_path: Path) -> Organisation:
    folder = write(tmp_path / "organisation")
    more = "[ann]\n    skills: [invoices, tax]\n  post: {name: The post, lead: cyd, skills: [letters, tax]}"
    change(folder, TEAMS, "[ann]", more)
    return loaded(folder)


def team_for(organisation: Organisation, **fields: object) -> str | None:
    found = with_team(organisation, decision("hand_over", "xena", reason="a switch", **fields))
    assert isinstance(found, HandOver)
    return found.team


def test_the_team_with_the_skill_is_found(organisation: Organisation) -> None:
    assert team_for(organisation, skill="letters") == "post"


def test_a_team_that_is_named_stays(organisation: Organisation) -> None:
    assert team_for(organisation, team="desk", skill="letters") == "desk"


@pytest.mark.parametrize(
    ("skill", "said"),
    [
        ("invoice", "skill: no team has 'invoice'; did you mean 'invoices'?"),
        ("tax", "skill: desk, post all have 'tax'; say which one as the team"),
    ],
)
def test_a_skill_that_not_exactly_one_team_has_is_refused(
    organisation: Organisation, skill: str, said: str
) -> None:
    with pytest.raises(OrderInvalid) as refused:
        team_for(organisation, skill=skill)
    assert str(refused.value) == said
