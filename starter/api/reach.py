"""Whether an escalation is within the caller's reach, to read it or to decide about it."""

from collections.abc import Collection
from typing import Protocol

from fastapi import Request

from domain.escalation import Escalation
from domain.parties import parties_of
from domain.rights import Reach, Read, Scope, Span, decision_reach_of, in_scope, may, reach_of
from domain.vocabulary import Role
from starter.api.allowed import demand_scope
from starter.api.callers import Caller
from starter.api.doors import Doors
from starter.api.problems import ApiProblem, Code, log_refused


class Bounds(Protocol):
    """What reach is measured by: a row of the ledger, or a summary."""

    @property
    def id(self) -> str: ...
    @property
    def team(self) -> str: ...
    @property
    def asked_by(self) -> str: ...
    @property
    def parties(self) -> Collection[str]: ...


def sees_inside(caller: Caller) -> bool:
    """Whether the caller reads escalations as they are, and not as the customer's side does."""
    return may(caller.role, None, Read.INTERNAL)


def reading(caller: Caller) -> Reach:
    return reach_of(caller.role, caller.id, caller.team)


def deciding(caller: Caller) -> Reach:
    return decision_reach_of(caller.role, caller.id, caller.team)


def decides(caller: Caller, escalation: Escalation) -> bool:
    """Whether the caller may decide anything about it; what, the core says."""
    reach = deciding(caller)
    holds = reach.holds(
        team=escalation.team, parties=parties_of(escalation), asked_by=escalation.report.asked_by
    )
    return holds and in_scope(caller.scopes, Scope.DECISIONS)


def demand_readable(request: Request, caller: Caller, subject: Bounds | Escalation) -> None:
    """Raises 403, for a reporter 404: whether it exists is not for everybody to know."""
    _demand(request, caller, reading(caller), subject)


async def readable(request: Request, caller: Caller, doors: Doors, ref: str) -> str:
    """The same where the escalation is not at hand. Returns what to call it from here on, as `decidable`."""
    if reading(caller).span is Span.EVERYTHING:
        return ref
    summary = await doors.summary(ref)
    demand_readable(request, caller, summary)
    return summary.id


async def decidable(request: Request, caller: Caller, doors: Doors, ref: str) -> str:
    """Raises 403 or 404 unless the key is for decisions and the escalation is within reach for them.

    Returns what to call it from here on: the id of the very one that was looked at. A key or workflow id
    can mean one escalation to the ledger and another to Temporal, and somebody could have chosen it so.
    Whoever reaches everything is not held up by a ledger that is away; for the others the workflow says
    whose it is, and RecordsAway is raised when neither answers.
    """
    demand_scope(caller, Scope.DECISIONS)
    reach = deciding(caller)
    if reach.span is Span.NOTHING:
        raise ApiProblem(Code.FORBIDDEN, f"the role {caller.role} decides nothing; ask somebody who may")
    if reach.span is Span.EVERYTHING:
        return ref
    summary = await doors.summary(ref)
    _demand(request, caller, reach, summary)
    return summary.id


def _demand(request: Request, caller: Caller, reach: Reach, subject: Bounds | Escalation) -> None:
    if isinstance(subject, Escalation):
        team, parties, asked_by = subject.team, parties_of(subject), subject.report.asked_by
    else:
        team, parties, asked_by = subject.team, tuple(subject.parties), subject.asked_by
    if reach.holds(team=team, parties=parties, asked_by=asked_by):
        return
    if caller.role is Role.REPORTER:
        log_refused(request, Code.OUT_OF_REACH)
        raise ApiProblem(Code.NOT_FOUND, f"there is no escalation {request.path_params.get('ref', '')!r}")
    team_of = f"team {caller.team}" if caller.team else "no team"
    raise ApiProblem(
        Code.OUT_OF_REACH,
        f"{subject.id} is with team {team}, and {caller.id} ({caller.role}, {team_of}) has no part in it; "
        "ask its owner or an escalation manager",
    )
