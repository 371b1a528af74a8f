"""What Temporal itself costs: workflows that issue commands and know nothing of escalations."""

import asyncio
from datetime import datetime, timedelta

from pydantic import BaseModel
from temporalio import activity, workflow
from temporalio.common import SearchAttributeKey

QUEUE = "bare"
SHORT = timedelta(seconds=10)
NUMBER = SearchAttributeKey.for_int("EscalationLevel")


class Plan(BaseModel):
    """How many commands of each kind the bare life issues, and when its timers end."""

    due: list[timedelta]
    """After the beginning."""
    re_armed: int
    local_activities: int
    activities: int
    upserts: int
    wake_ups: int


class Share:
    """Spreads a number of things evenly over a number of turns."""

    def __init__(self, number: int, turns: int) -> None:
        self._number, self._turns = number, turns
        self._turn = self._given = 0

    def next(self) -> int:
        self._turn += 1
        wanted = min(self._number, round(self._number * self._turn / self._turns))
        given, self._given = wanted - self._given, max(wanted, self._given)
        return given


@activity.defn(name="bare-local")
async def bare_local(number: int) -> int:
    return number


@activity.defn(name="bare-activity")
async def bare_activity(number: int) -> int:
    return number


@workflow.defn(name="bare-timer")
class BareTimer:
    """Waits until a time, and says when it woke."""

    @workflow.run
    async def run(self, until: datetime) -> datetime:
        await workflow.sleep(until - workflow.now())
        return workflow.now()


@workflow.defn(name="bare-life")
class BareLife:
    """Timers, local activities, activities, upserts and updates in the numbers of its plan."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._locals = Share(plan.local_activities, plan.wake_ups)
        self._activities = Share(plan.activities, plan.wake_ups)
        self._upserts = Share(plan.upserts, plan.wake_ups)
        self._moves = Share(plan.re_armed, plan.wake_ups - len(plan.due))
        self._moved = False
        self._sent: list[asyncio.Task[int]] = []

    @workflow.run
    async def run(self, plan: Plan) -> None:
        began = workflow.now()
        for due in plan.due:
            while (left := began + due - workflow.now()) > timedelta(0):
                self._moved = False
                try:
                    await workflow.wait_condition(lambda: self._moved, timeout=left)
                except TimeoutError:
                    break
            await self._wake()
        for sent in self._sent:
            await sent
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update(name="decide")
    async def decide(self, number: int) -> int:
        self._moved = self._moves.next() > 0
        await self._wake()
        return number

    async def _wake(self) -> None:
        for number in range(self._upserts.next()):
            workflow.upsert_search_attributes([NUMBER.value_set(number)])
        for number in range(self._activities.next()):
            sent = workflow.start_activity(bare_activity, number, start_to_close_timeout=SHORT)
            self._sent.append(sent)
        for number in range(self._locals.next()):
            await workflow.execute_local_activity(bare_local, number, start_to_close_timeout=SHORT)
