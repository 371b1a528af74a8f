"""Activities that answer at once, from memory: what is left to measure is the host."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio import activity

from activities.inputs import LedgerBatch, PrepareEscalation
from domain.errands import (
    FetchPolicy,
    FindPeople,
    NoticesSent,
    PeopleFound,
    PolicyFetched,
    ResolveWorkingTime,
    SendNotices,
    WorkingTimeResolved,
)
from domain.events import AnyEvent
from domain.notices import Delivery
from domain.policy import Policy
from domain.rulebook import NEWEST
from domain.vocabulary import ChannelKind
from domain.working_time import always

AHEAD = timedelta(days=270)


class Instant:
    """Remembers the timelines, by escalation."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.timelines: dict[str, list[AnyEvent]] = {}

    @activity.defn(name="prepare-escalation")
    async def prepare_escalation(self, prepare: PrepareEscalation) -> PolicyFetched:
        del prepare
        return PolicyFetched(key="prepare", policy=self._policy, working_time={}, rules=NEWEST)

    @activity.defn(name="fetch-policy")
    async def fetch_policy(self, errand: FetchPolicy) -> PolicyFetched:
        return PolicyFetched(key=errand.key, policy=self._policy, working_time={}, rules=NEWEST)

    @activity.defn(name="resolve-working-time")
    async def resolve_working_time(self, errand: ResolveWorkingTime) -> WorkingTimeResolved:
        more = {name: always(errand.start, errand.until + AHEAD) for name in errand.calendars}
        return WorkingTimeResolved(key=errand.key, working_time=more)

    @activity.defn(name="find-people")
    async def find_people(self, errand: FindPeople) -> PeopleFound:
        return PeopleFound(key=errand.key, people=tuple(target.id for target in errand.targets))

    @activity.defn(name="send-notices")
    async def send_notices(self, errand: SendNotices) -> NoticesSent:
        said = tuple(
            Delivery(key=notice.key, delivered=True, channel=ChannelKind.CONSOLE) for notice in errand.notices
        )
        return NoticesSent(key=errand.key, deliveries=said)

    @activity.defn(name="write-ledger")
    async def write_ledger(self, batch: LedgerBatch) -> None:
        known = self.timelines.setdefault(batch.summary.id, [])
        known.extend(event for event in batch.events if event.seq == len(known) + 1)

    def all(self) -> Sequence[Callable[..., Any]]:
        return (
            self.prepare_escalation,
            self.fetch_policy,
            self.resolve_working_time,
            self.find_people,
            self.send_notices,
            self.write_ledger,
        )
