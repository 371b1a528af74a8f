"""What the organisation knows, asked by workflows: policies, working time, and who somebody is now."""

from asyncio import to_thread
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.inputs import PrepareEscalation
from domain.calendars import Calendar, resolve
from domain.errands import (
    FetchPolicy,
    FindPeople,
    PeopleFound,
    PolicyFetched,
    ResolveWorkingTime,
    WorkingTimeResolved,
)
from domain.working_time import WorkingTime
from organisation.find_people import find_people
from organisation.model import NoSuchPolicy
from organisation.source import OrganisationSource

BEFORE = timedelta(days=1)
AHEAD = timedelta(days=270)
"""How much working time comes with a policy; a workflow asks for more when this nears its end."""


class OrganisationActivities:
    """Reads only, so every attempt may be repeated. Reading and resolving happen in threads."""

    def __init__(self, source: OrganisationSource) -> None:
        self._source = source

    @activity.defn(name="prepare-escalation")
    async def prepare_escalation(self, prepare: PrepareEscalation) -> PolicyFetched:
        """The newest version of a policy with its working time. Fails for good as UnknownPolicy."""
        return await to_thread(self._fetched, "prepare", prepare.policy, None, prepare.at, prepare.at)

    @activity.defn(name="fetch-policy")
    async def fetch_policy(self, errand: FetchPolicy) -> PolicyFetched:
        """A policy with its working time. Fails for good as UnknownPolicy or UnknownPolicyVersion."""
        return await to_thread(
            self._fetched, errand.key, errand.name, errand.version, errand.at, errand.until
        )

    @activity.defn(name="resolve-working-time")
    async def resolve_working_time(self, errand: ResolveWorkingTime) -> WorkingTimeResolved:
        """The same definitions give the same windows, as long as the zone data stays the same."""
        working_time = await to_thread(_resolved, errand.calendars, errand.start, errand.until)
        return WorkingTimeResolved(key=errand.key, working_time=working_time)

    @activity.defn(name="find-people")
    async def find_people(self, errand: FindPeople) -> PeopleFound:
        """Who the targets are at the errand's instant, as the organisation's files say now."""
        return find_people(await to_thread(self._source.current), errand)

    def _fetched(
        self, key: str, name: str, version: str | None, start: datetime, until: datetime
    ) -> PolicyFetched:
        organisation = self._source.current()
        try:
            policy = organisation.policy(name, version)
        except NoSuchPolicy as error:
            kind = "UnknownPolicyVersion" if name in organisation.policies else "UnknownPolicy"
            raise ApplicationError(str(error), type=kind, non_retryable=True) from error
        working_time = _resolved(policy.calendars, start - BEFORE, max(start, until) + AHEAD)
        return PolicyFetched(key=key, policy=policy, working_time=working_time)


def _resolved(calendars: dict[str, str], start: datetime, until: datetime) -> dict[str, WorkingTime]:
    try:
        return {
            name: resolve(Calendar.model_validate_json(definition), start, until)
            for name, definition in sorted(calendars.items())
        }
    except ValueError as error:
        # The definition is a running escalation's own copy: no edit of the files can mend it.
        raise ApplicationError(str(error), type="InvalidCalendar", non_retryable=True) from error
