"""Names of people, teams and policies in orders and decisions, checked against the organisation."""

from collections.abc import Iterator

from domain.decisions import AnyDecision, Author, HandOver
from domain.vocabulary import Role
from organisation.decision_names import (
    Unknown,
    team_with,
    unknown_names,
    unknown_person,
    unknown_policy,
    unknown_team,
)
from organisation.model import Organisation
from starter.errors import OrderInvalid, Problem
from starter.orders import OpenOrder

OUTSIDE = frozenset({Role.SERVICE, Role.REPORTER, Role.ADMINISTRATOR})
"""Roles of authors that the organisation need not know: administrators keep the keys, and may have one
that is nobody's."""


def check_order(organisation: Organisation, order: OpenOrder) -> None:
    """Raises OrderInvalid with everything that is unknown."""
    _refuse(
        [
            *unknown_policy(organisation, "policy", order.policy),
            *unknown_team(organisation, "report.team", order.report.team),
            *_author(organisation, order.author),
        ]
    )


def check_decision(organisation: Organisation, decision: AnyDecision) -> None:
    """Raises OrderInvalid with everything that is unknown."""
    _refuse([*_author(organisation, decision.author), *unknown_names(organisation, decision)])


def with_team(organisation: Organisation, decision: AnyDecision) -> AnyDecision:
    """A hand-over by skill as one to the team that has it. Raises OrderInvalid where not exactly one has."""
    if not isinstance(decision, HandOver) or decision.team is not None:
        return decision
    found = team_with(organisation, str(decision.skill))
    if isinstance(found, Unknown):
        raise OrderInvalid(Problem(*found))
    return decision.but(team=found)


def _author(organisation: Organisation, author: Author) -> Iterator[Unknown]:
    if author.role not in OUTSIDE:
        yield from unknown_person(organisation, "author", author.id)


def _refuse(unknown: list[Unknown]) -> None:
    if unknown:
        raise OrderInvalid(*(Problem(*one) for one in unknown))
