"""The outside world of workflow tests: activities that answer from memory, as the test has told them to."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

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
from domain.notices import Delivery, Notice
from domain.policy import Policy
from domain.rulebook import NEWEST
from domain.vocabulary import ChannelKind, TargetKind
from domain.working_time import always
from tests.domain.world import ON_CALL, POLICY, TEAMS, any_verdict, judged

BEFORE, AHEAD = timedelta(days=1), timedelta(days=270)


class Outside:
    """Remembers what it was asked; each trouble is a switch."""

    def __init__(self, policy: Policy = POLICY) -> None:
        self.policy = policy
        self.on_call: dict[str, tuple[str, ...]] = dict(ON_CALL)
        self.unreachable: set[str] = set()
        self.events: dict[str, list[AnyEvent]] = {}
        self.batches: list[LedgerBatch] = []
        self.notices: list[Notice] = []
        self.may_prepare = asyncio.Event()
        self.may_prepare.set()
        self.files_are_broken = False
        self.ledger_is_away = False
        self.ledger_refuses = False
        self.prepared = 0

    def timeline(self, escalation_id: str) -> list[AnyEvent]:
        """What the ledger has, in its order."""
        return self.events.get(escalation_id, [])

    @activity.defn(name="prepare-escalation")
    async def prepare_escalation(self, prepare: PrepareEscalation) -> PolicyFetched:
        self.prepared += 1
        await self.may_prepare.wait()
        if self.files_are_broken:
            raise ApplicationError("the files are broken", type="OrganisationInvalid")
        if prepare.policy != self.policy.name:
            raise ApplicationError(f"no policy {prepare.policy}", type="UnknownPolicy", non_retryable=True)
        windows = {"always": always(prepare.at - BEFORE, prepare.at + AHEAD)}
        return PolicyFetched(key="prepare", policy=self.policy, working_time=windows, rules=NEWEST)

    @activity.defn(name="fetch-policy")
    async def fetch_policy(self, errand: FetchPolicy) -> PolicyFetched:
        windows = {"always": always(errand.at - BEFORE, errand.until + AHEAD)}
        return PolicyFetched(key=errand.key, policy=self.policy, working_time=windows, rules=NEWEST)

    @activity.defn(name="resolve-working-time")
    async def resolve_working_time(self, errand: ResolveWorkingTime) -> WorkingTimeResolved:
        more = {name: always(errand.start, errand.until) for name in errand.calendars}
        return WorkingTimeResolved(key=errand.key, working_time=more)

    @activity.defn(name="find-people")
    async def find_people(self, errand: FindPeople) -> PeopleFound:
        if self.files_are_broken:
            raise ApplicationError("the files are broken", type="OrganisationInvalid", non_retryable=True)
        known: dict[TargetKind, dict[str, tuple[str, ...]]] = {
            TargetKind.TEAM: TEAMS,
            TargetKind.ON_CALL: self.on_call,
        }
        found = {one: known.get(one.kind, {}).get(one.id, (one.id,)) for one in errand.targets}
        people = dict.fromkeys(person for persons in found.values() for person in persons)
        nobody = tuple(str(target) for target, persons in found.items() if not persons)
        everybody = PeopleFound(key=errand.key, people=tuple(people), nobody=nobody)
        return judged(everybody, any_verdict(errand))

    @activity.defn(name="send-notices")
    async def send_notices(self, errand: SendNotices) -> NoticesSent:
        self.notices.extend(errand.notices)
        return NoticesSent(key=errand.key, deliveries=tuple(map(self._deliver, errand.notices)))

    @activity.defn(name="write-ledger")
    async def write_ledger(self, batch: LedgerBatch) -> None:
        if self.ledger_is_away:
            raise ApplicationError("the ledger is away", type="RecordsAway")
        if self.ledger_refuses:
            raise ApplicationError("other events are there", type="LedgerConflict", non_retryable=True)
        self.batches.append(batch)
        known = self.events.setdefault(batch.summary.id, [])
        known.extend(event for event in batch.events if event.seq == len(known) + 1)

    def _deliver(self, notice: Notice) -> Delivery:
        if notice.recipient in self.unreachable:
            return Delivery(key=notice.key, delivered=False)
        return Delivery(key=notice.key, delivered=True, channel=ChannelKind.EMAIL)

    def all(self) -> Sequence[Callable[..., Any]]:
        return (
            self.prepare_escalation,
            self.fetch_policy,
            self.resolve_working_time,
            self.find_people,
            self.send_notices,
            self.write_ledger,
        )
