"""What the organisation knows, asked by workflows: policies, working time, and who somebody is now."""

from asyncio import to_thread
from collections.abc import Callable
from datetime import datetime
from functools import partial

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.inputs import PrepareEscalation
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
from organisation.model import NoSuchPolicy, Organisation
from organisation.prepared import fetched, prepared, resolved
from organisation.source import OrganisationSource


class OrganisationActivities:
    """Reads only, so every attempt may be repeated. Reading and resolving happen in threads."""

    def __init__(self, source: OrganisationSource) -> None:
        self._source = source

    @activity.defn(name="prepare-escalation")
    async def prepare_escalation(self, prepare: PrepareEscalation) -> PolicyFetched:
        """The newest version of a policy with its working time. Fails for good as UnknownPolicy."""

        def read(organisation: Organisation) -> PolicyFetched:
            name, at = prepare.policy, prepare.at
            return prepared(organisation, "prepare", name, None, at, at, prepare.facts)

        return await to_thread(self._read, prepare.policy, read)

    @activity.defn(name="fetch-policy")
    async def fetch_policy(self, errand: FetchPolicy) -> PolicyFetched:
        """A policy with its working time. Fails for good as UnknownPolicy or UnknownPolicyVersion."""
        return await to_thread(self._read, errand.name, partial(fetched, errand=errand))

    @activity.defn(name="resolve-working-time")
    async def resolve_working_time(self, errand: ResolveWorkingTime) -> WorkingTimeResolved:
        """The same definitions give the same windows, as long as the zone data stays the same."""
        working_time = await to_thread(_resolved, errand.calendars, errand.start, errand.until)
        return WorkingTimeResolved(key=errand.key, working_time=working_time)

    @activity.defn(name="find-people")
    async def find_people(self, errand: FindPeople) -> PeopleFound:
        """Who the targets are at the errand's instant, as the organisation's files say now.

        The errand's condition is the escalation's own copy, whatever the files say now.
        """
        return await to_thread(self._found, errand)

    def _found(self, errand: FindPeople) -> PeopleFound:
        return find_people(self._source.current(), errand)

    def _read(self, name: str, read: Callable[[Organisation], PolicyFetched]) -> PolicyFetched:
        organisation = self._source.current()
        try:
            return read(organisation)
        except NoSuchPolicy as error:
            kind = "UnknownPolicyVersion" if name in organisation.policies else "UnknownPolicy"
            raise ApplicationError(str(error), type=kind, non_retryable=True) from error
        except ValueError as error:
            raise _broken(error) from error


def _resolved(calendars: dict[str, str], start: datetime, until: datetime) -> dict[str, WorkingTime]:
    try:
        return resolved(calendars, start, until)
    except ValueError as error:
        raise _broken(error) from error


def _broken(error: ValueError) -> ApplicationError:
    # The definition is a running escalation's own copy: no edit of the files can mend it.
    return ApplicationError(str(error), type="InvalidCalendar", non_retryable=True)
