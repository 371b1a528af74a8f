"""Names of people, teams and policies in orders and decisions, checked against the organisation."""

from collections.abc import Iterator

from domain.decisions import (
    AddPlanStep,
    AddPreventiveAction,
    AnyDecision,
    AssignOwner,
    Author,
    DeployTaskForce,
    HandOver,
    MovePolicy,
    RevisePlanStep,
)
from domain.vocabulary import Role
from organisation.findings import nearest
from organisation.model import NoSuchPolicy, Organisation
from starter.errors import OrderInvalid, Problem
from starter.orders import OpenOrder

OUTSIDE = frozenset({Role.SERVICE, Role.REPORTER, Role.ADMINISTRATOR})
"""Roles of authors that the organisation need not know: administrators keep the keys, and may have one
that is nobody's."""


def check_order(organisation: Organisation, order: OpenOrder) -> None:
    """Raises OrderInvalid with everything that is unknown."""
    _refuse(
        [
            *_policy(organisation, "policy", order.policy),
            *_team(organisation, "report.team", order.report.team),
            *_author(organisation, order.author),
        ]
    )


def check_decision(organisation: Organisation, decision: AnyDecision) -> None:
    """Raises OrderInvalid with everything that is unknown."""
    _refuse([*_author(organisation, decision.author), *_named(organisation, decision)])


def with_team(organisation: Organisation, decision: AnyDecision) -> AnyDecision:
    """A hand-over by skill as one to the team that has it. Raises OrderInvalid where not exactly one has."""
    if not isinstance(decision, HandOver) or decision.team is not None:
        return decision
    able = [team.id for team in organisation.teams.values() if decision.skill in team.skills]
    if len(able) == 1:
        return decision.but(team=able[0])
    if able:
        what = f"{', '.join(able)} all have {decision.skill!r}"
        raise OrderInvalid(Problem("skill", what, "say which one as the team"))
    known = {skill for team in organisation.teams.values() for skill in team.skills}
    raise OrderInvalid(
        Problem("skill", f"no team has {decision.skill!r}", nearest(str(decision.skill), known))
    )


def _named(organisation: Organisation, decision: AnyDecision) -> Iterator[Problem]:
    match decision:
        case AssignOwner() | AddPlanStep() | AddPreventiveAction():
            yield from _person(organisation, "owner", decision.owner)
        case RevisePlanStep(owner=str(owner)):
            yield from _person(organisation, "owner", owner)
        case HandOver():
            yield from _team(organisation, "team", decision.team)
        case DeployTaskForce():
            for role, person in decision.roles.items():
                yield from _person(organisation, f"roles.{role}", person)
        case MovePolicy():
            yield from _policy(organisation, "policy", decision.policy, decision.version)
        case _:
            return


def _author(organisation: Organisation, author: Author) -> Iterator[Problem]:
    if author.role not in OUTSIDE:
        yield from _person(organisation, "author", author.id)


def _person(organisation: Organisation, field: str, name: str) -> Iterator[Problem]:
    if name not in organisation.people:
        yield Problem(field, f"there is no person {name!r}", nearest(name, organisation.people))


def _team(organisation: Organisation, field: str, name: str | None) -> Iterator[Problem]:
    if name is not None and name not in organisation.teams:
        yield Problem(field, f"there is no team {name!r}", nearest(name, organisation.teams))


def _policy(
    organisation: Organisation, field: str, name: str, version: str | None = None
) -> Iterator[Problem]:
    try:
        organisation.policy(name, version)
    except NoSuchPolicy as error:
        what, _, mend = str(error).partition("; ")
        yield Problem(field, what, mend)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise OrderInvalid(*problems)
