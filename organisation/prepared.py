"""A policy with the working time of its calendars: what an escalation needs to know when it begins."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from domain.calendars import Calendar, resolve
from domain.conditions import ReportFacts
from domain.errands import FetchPolicy, PolicyFetched
from domain.rulebook import NEWEST
from domain.working_time import WorkingTime
from organisation.conditions import routes_judged
from organisation.model import Organisation

BEFORE = timedelta(days=1)
AHEAD = timedelta(days=270)
"""How much working time comes with a policy; whoever runs under it asks for more when this nears its end."""
KEPT = 500
"""Resolved calendars in memory, about 20 KiB each."""


def prepared(
    organisation: Organisation,
    key: str,
    name: str,
    version: str | None,
    start: datetime,
    until: datetime,
    facts: ReportFacts | None = None,
) -> PolicyFetched:
    """The answer to the errand of that key; `facts` are what the routes are asked of.

    Raises NoSuchPolicy; ValueError for a broken calendar.
    """
    policy = organisation.policy(name, version)
    # By whole days, so that it is worked out once a day and not for every escalation.
    first, last = _midnight(start - BEFORE), _midnight(max(start, until) + AHEAD) + timedelta(days=1)
    working_time = resolved(policy.calendars, first, last)
    routes = routes_judged(policy, facts, start)
    return PolicyFetched(key=key, policy=policy, working_time=working_time, judged=routes, rules=NEWEST)


def fetched(organisation: Organisation, errand: FetchPolicy) -> PolicyFetched:
    """What is known for a move to another version. Raises as `prepared` does."""
    start, until = errand.at, errand.until
    return prepared(organisation, errand.key, errand.name, errand.version, start, until, errand.facts)


def resolved(calendars: dict[str, str], start: datetime, until: datetime) -> dict[str, WorkingTime]:
    """The windows of calendar definitions (JSON, by name). Raises ValueError for a broken one."""
    return {name: _resolved(definition, start, until) for name, definition in sorted(calendars.items())}


@lru_cache(KEPT)
def _resolved(definition: str, start: datetime, until: datetime) -> WorkingTime:
    return resolve(Calendar.model_validate_json(definition), start, until)


def _midnight(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
