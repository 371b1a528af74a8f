"""Names of people, teams, skills and policies in decisions, against those that the organisation has."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from domain.decisions import (
    AddPlanStep,
    AddPreventiveAction,
    AnyDecision,
    AssignOwner,
    DecisionBase,
    DeployTaskForce,
    HandOver,
    MovePolicy,
    RevisePlanStep,
)
from organisation.findings import nearest
from organisation.model import NoSuchPolicy, Organisation


class Unknown(NamedTuple):
    """A name that nobody has, and what to write instead."""

    field: str
    """With a dot before what is inside of it."""
    what: str
    mend: str


def unknown_names(organisation: Organisation, decision: AnyDecision | DecisionBase) -> Iterator[Unknown]:
    """What a decision names and nobody has; skills are for `with_team`."""
    match decision:
        case AssignOwner() | AddPlanStep() | AddPreventiveAction():
            yield from unknown_person(organisation, "owner", decision.owner)
        case RevisePlanStep(owner=str(owner)):
            yield from unknown_person(organisation, "owner", owner)
        case HandOver():
            yield from unknown_team(organisation, "team", decision.team)
        case DeployTaskForce():
            for role, person in decision.roles.items():
                yield from unknown_person(organisation, f"roles.{role}", person)
        case MovePolicy():
            yield from unknown_policy(organisation, "policy", decision.policy, decision.version)
        case _:
            return


def team_with(organisation: Organisation, skill: str) -> str | Unknown:
    """The team that has a skill; why it cannot be told, where not exactly one has it."""
    able = [team.id for team in organisation.teams.values() if skill in team.skills]
    if len(able) == 1:
        return able[0]
    if able:
        return Unknown("skill", f"{', '.join(able)} all have {skill!r}", "say which one as the team")
    known = {skill for team in organisation.teams.values() for skill in team.skills}
    return Unknown("skill", f"no team has {skill!r}", nearest(skill, known))


def unknown_person(organisation: Organisation, field: str, name: str) -> Iterator[Unknown]:
    yield from _unless_known(field, "person", name, organisation.people)


def unknown_team(organisation: Organisation, field: str, name: str | None) -> Iterator[Unknown]:
    if name is not None:
        yield from _unless_known(field, "team", name, organisation.teams)


def unknown_policy(
    organisation: Organisation, field: str, name: str, version: str | None = None
) -> Iterator[Unknown]:
    try:
        organisation.policy(name, version)
    except NoSuchPolicy as error:
        what, _, mend = str(error).partition("; ")
        yield Unknown(field, what, mend)


def _unless_known(field: str, thing: str, name: str, known: Iterable[str]) -> Iterator[Unknown]:
    if name not in known:
        yield Unknown(field, f"there is no {thing} {name!r}", nearest(name, known))
