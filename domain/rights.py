"""Who may read what and do what beside deciding, and whose escalations: role, scope of the key, reach.

Which role may take which decision is in `permissions`; this is everything else. Both have to agree to
a decision: the role by that table, the escalation by the reach here.
"""

from collections.abc import Collection
from enum import StrEnum

from domain.escalation import Escalation
from domain.parties import parties_of
from domain.value import Value
from domain.vocabulary import Role


class Scope(StrEnum):
    """What a key may be used for, within what its role may."""

    ESCALATIONS_OPEN = "escalations:open"
    ESCALATIONS_READ = "escalations:read"
    DECISIONS = "decisions"
    POLICIES_READ = "policies:read"
    ON_CALL_READ = "on_call:read"
    ON_CALL_WRITE = "on_call:write"
    PEOPLE_READ = "people:read"
    PEOPLE_SELF = "people:self"
    WEBHOOKS = "webhooks"
    KEYS = "keys"
    METRICS = "metrics"


class Read(StrEnum):
    """What there is to read."""

    LIST = "list"
    ESCALATION = "escalation"
    TIMELINE = "timeline"
    INTERNAL = "internal"
    """Notes, people, levels, promises: all that customers do not see. Without it one gets their view."""
    DELIVERIES = "deliveries"
    HISTORY = "history"
    """Temporal's own events, decoded."""
    POLICIES = "policies"
    ON_CALL = "on_call"
    PEOPLE = "people"
    OWN_PROFILE = "own_profile"
    WEBHOOKS = "webhooks"
    KEYS = "keys"
    METRICS = "metrics"


class Act(StrEnum):
    """What there is to do beside deciding about one escalation."""

    OPEN = "open"
    BULK_DECIDE = "bulk_decide"
    OVERRIDE_ON_CALL = "override_on_call"
    CHANGE_CHANNELS = "change_channels"
    """One's own."""
    CHECK_POLICIES = "check_policies"
    SIMULATE = "simulate"
    SEND_TEST_MESSAGE = "send_test_message"
    """To oneself."""
    MANAGE_WEBHOOKS = "manage_webhooks"
    MANAGE_KEYS = "manage_keys"


_CASE = frozenset({Read.LIST, Read.ESCALATION, Read.TIMELINE})
_WORK = _CASE | {Read.INTERNAL, Read.DELIVERIES, Read.POLICIES, Read.ON_CALL, Read.PEOPLE, Read.OWN_PROFILE}
_OVERSIGHT = _WORK | {Read.HISTORY}

READS: dict[Role, frozenset[Read]] = {
    Role.REPORTER: _CASE | {Read.OWN_PROFILE},
    Role.AGENT: _WORK,
    Role.EXPERT: _WORK,
    Role.TEAM_LEAD: _OVERSIGHT,
    Role.ESCALATION_MANAGER: _OVERSIGHT | {Read.METRICS, Read.WEBHOOKS},
    Role.PROBLEM_COORDINATOR: _OVERSIGHT,
    Role.CUSTOMER_ENGAGEMENT_MANAGER: _OVERSIGHT,
    Role.EXECUTIVE: _OVERSIGHT,
    Role.AUDITOR: frozenset(Read),
    Role.ADMINISTRATOR: frozenset(Read),
    Role.SERVICE: _OVERSIGHT | {Read.METRICS},
}
"""What each role may read, of what is in its reach. Total over Role; a test says so."""

_STAFF = frozenset(
    {
        Act.OPEN,
        Act.BULK_DECIDE,
        Act.CHECK_POLICIES,
        Act.SIMULATE,
        Act.CHANGE_CHANNELS,
        Act.SEND_TEST_MESSAGE,
    }
)
_IN_CHARGE = _STAFF | {Act.OVERRIDE_ON_CALL}

ACTS: dict[Role, frozenset[Act]] = {
    Role.REPORTER: frozenset({Act.OPEN}),
    Role.AGENT: _STAFF,
    Role.EXPERT: _STAFF,
    Role.TEAM_LEAD: _IN_CHARGE,
    Role.ESCALATION_MANAGER: _IN_CHARGE | {Act.MANAGE_WEBHOOKS},
    Role.PROBLEM_COORDINATOR: _STAFF,
    Role.CUSTOMER_ENGAGEMENT_MANAGER: _STAFF,
    Role.EXECUTIVE: _STAFF,
    # Neither changes anything: they compute on what an auditor may read.
    Role.AUDITOR: frozenset({Act.CHECK_POLICIES, Act.SIMULATE}),
    Role.ADMINISTRATOR: frozenset(Act),
    Role.SERVICE: frozenset({Act.OPEN, Act.BULK_DECIDE, Act.CHECK_POLICIES, Act.SIMULATE}),
}
"""What each role may do. Total over Role; a test says so."""

SCOPES: dict[Read | Act, Scope] = {
    Read.LIST: Scope.ESCALATIONS_READ,
    Read.ESCALATION: Scope.ESCALATIONS_READ,
    Read.TIMELINE: Scope.ESCALATIONS_READ,
    Read.INTERNAL: Scope.ESCALATIONS_READ,
    Read.DELIVERIES: Scope.ESCALATIONS_READ,
    Read.HISTORY: Scope.ESCALATIONS_READ,
    Read.POLICIES: Scope.POLICIES_READ,
    Read.ON_CALL: Scope.ON_CALL_READ,
    Read.PEOPLE: Scope.PEOPLE_READ,
    Read.OWN_PROFILE: Scope.PEOPLE_SELF,
    Read.WEBHOOKS: Scope.WEBHOOKS,
    Read.KEYS: Scope.KEYS,
    Read.METRICS: Scope.METRICS,
    Act.OPEN: Scope.ESCALATIONS_OPEN,
    Act.BULK_DECIDE: Scope.DECISIONS,
    Act.OVERRIDE_ON_CALL: Scope.ON_CALL_WRITE,
    Act.CHANGE_CHANNELS: Scope.PEOPLE_SELF,
    Act.CHECK_POLICIES: Scope.POLICIES_READ,
    Act.SIMULATE: Scope.POLICIES_READ,
    Act.SEND_TEST_MESSAGE: Scope.PEOPLE_SELF,
    Act.MANAGE_WEBHOOKS: Scope.WEBHOOKS,
    Act.MANAGE_KEYS: Scope.KEYS,
}
"""The scope that a limited key needs for it. Total over Read and Act; a test says so."""

Scopes = Collection[Scope] | None
"""None: the key is not limited, its role is."""


def may(role: Role, scopes: Scopes, what: Read | Act) -> bool:
    """Whether the role may, and the key was given out for it."""
    by_role = what in READS[role] if isinstance(what, Read) else what in ACTS[role]
    return by_role and in_scope(scopes, SCOPES[what])


def in_scope(scopes: Scopes, scope: Scope) -> bool:
    return scopes is None or scope in scopes


class Span(StrEnum):
    """How far somebody reaches."""

    EVERYTHING = "everything"
    TEAM = "team"
    """What the own team has, and what one is a party of."""
    PERSON = "person"
    """What one is a party of: somebody who belongs to no team."""
    ASKED_BY = "asked_by"
    """What one has raised oneself."""
    NOTHING = "nothing"


class Reach(Value):
    """Whose escalations: a span, and the person and team that it is measured from."""

    span: Span
    person: str
    team: str | None = None

    def holds(self, *, team: str, parties: Collection[str], asked_by: str) -> bool:
        """Whether an escalation is within reach."""
        match self.span:
            case Span.EVERYTHING:
                return True
            case Span.TEAM:
                return team == self.team or self.person in parties
            case Span.PERSON:
                return self.person in parties
            case Span.ASKED_BY:
                return asked_by == self.person
            case Span.NOTHING:
                return False


_READ_SPAN: dict[Role, Span] = {
    Role.REPORTER: Span.ASKED_BY,
    Role.AGENT: Span.TEAM,
    Role.EXPERT: Span.TEAM,
    Role.TEAM_LEAD: Span.EVERYTHING,
    Role.ESCALATION_MANAGER: Span.EVERYTHING,
    Role.PROBLEM_COORDINATOR: Span.EVERYTHING,
    Role.CUSTOMER_ENGAGEMENT_MANAGER: Span.EVERYTHING,
    Role.EXECUTIVE: Span.EVERYTHING,
    Role.AUDITOR: Span.EVERYTHING,
    Role.ADMINISTRATOR: Span.EVERYTHING,
    Role.SERVICE: Span.EVERYTHING,
}
_DECIDE_SPAN: dict[Role, Span] = {
    **_READ_SPAN,
    Role.TEAM_LEAD: Span.TEAM,
    Role.AUDITOR: Span.NOTHING,
}


def reach_of(role: Role, person: str, team: str | None) -> Reach:
    """What somebody may read. `person` is the person's id, of a service or reporter its own."""
    return _reach(_READ_SPAN[role], person, team)


def decision_reach_of(role: Role, person: str, team: str | None) -> Reach:
    """What somebody may decide about."""
    return _reach(_DECIDE_SPAN[role], person, team)


def holds(reach: Reach, escalation: Escalation) -> bool:
    """Whether the escalation is within reach."""
    return reach.holds(
        team=escalation.team, parties=parties_of(escalation), asked_by=escalation.report.asked_by
    )


def may_decide(role: Role, person: str, team: str | None, escalation: Escalation) -> bool:
    """Whether an escalation is within reach for decisions; which decisions the core says."""
    return holds(decision_reach_of(role, person, team), escalation)


def _reach(span: Span, person: str, team: str | None) -> Reach:
    if span is Span.TEAM and team is None:
        return Reach(span=Span.PERSON, person=person)
    return Reach(span=span, person=person, team=team)
