"""EscalationWorkflow: hosts one escalation. It waits, asks the core, and has errands carried out."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception

import workflows.passed_through  # noqa: F401  # before any logic of the domain
from workflows import options

with workflow.unsafe.imports_passed_through():
    from activities.inputs import PrepareEscalation
    from activities.organisation import OrganisationActivities
    from domain.conditions import reported
    from domain.decisions import AnyDecision, Decision, ReportAgain
    from domain.errands import AnyErrand, FindPeople, PeopleFound, PolicyFetched, SendNotices
    from domain.escalation import Escalation
    from domain.opening import Begin, Carried, Decided, Opening
    from domain.refusals import Refused
    from domain.summary import Summary, summarise

from domain.agenda import AgendaItem, next_item
from domain.core import decide, elapse, open_escalation, refuse, refuse_again, report, withdraw
from domain.fingerprints import is_another
from domain.telling import bundled
from domain.turn import Outcome
from workflows.case_file import case_file
from workflows.outside import carry_out, find_people_at_once
from workflows.record_keeper import RecordKeeper
from workflows.search_attributes import changes, shown, values
from workflows.task_clock import TaskClock

REFUSED = "Refused"
"""Type of the application errors by which a caller hears that the rules do not allow a decision."""
NOT_READY = "NotReady"
"""Type of the application errors by which a caller hears that there is no escalation (yet)."""
SAYS_REUSED = "says-reused"
"""Another decision under a known id is refused; lives of before took it for a repetition."""


@workflow.defn(name="escalation")
class EscalationWorkflow:
    """From the first report to the last word of the root cause analysis.

    The state is the core's value; events wait here until the ledger has them, errands until they are
    answered. One timer is armed, for the earliest of all that is due. The workflow ends when the
    escalation is closed, every message is through or given up, and the ledger has every event.
    """

    @workflow.init
    def __init__(self, begin: Begin) -> None:
        self._opening = begin.opening
        self._state: Escalation | None = begin.carried.escalation if begin.carried else None
        self._open = self._state is not None and not self._state.is_closed
        self._never_opens = False
        self._under_way = 0
        self._looking_up = 0
        self._letters: list[SendNotices] = []
        self._task_clock = TaskClock()
        self._records = RecordKeeper(self._state.seq if self._state else 0, self._task_clock)
        self._published = shown(workflow.info().typed_search_attributes)
        self._tasks: set[asyncio.Task[None]] = set()
        self._fault: BaseException | None = None

    @workflow.run
    async def run(self, _begin: Begin) -> Escalation:
        """Returns the escalation as it ended. Cancelled from outside, it closes as cancelled first."""
        self._start(self._task_clock.run())
        self._start(self._records.keep(may_write=lambda: not self._looking_up))
        self._start(self._post())
        try:
            await self._begin()
            await self._live()
        except asyncio.CancelledError:
            await self._withdraw()
            raise
        return self._escalation

    @workflow.update(name="decide")
    async def decide(self, decision: Decision) -> Decided:
        """Answers when the decision is on record, or says that the record follows."""
        await self._opened()
        before = self._escalation.seq
        try:
            self._decide(decision)
        except Refused as refused:
            raise _refusal(refused) from refused
        after = self._escalation
        await workflow.wait_condition(lambda: self._records.recorded >= after.seq or self._records.is_away)
        return Decided(
            escalation_id=after.id,
            seq=after.seq,
            stage=after.stage,
            changed=after.decided.get(decision.decision_id, 0) > before,
            recorded=self._records.recorded >= after.seq,
        )

    @decide.validator
    def _may_decide(self, decision: Decision) -> None:
        """Tries the decision on the present state, so that a refusal leaves nothing in the history."""
        if not self._open:
            return
        try:
            decide(self._escalation, decision, workflow.now())
        except Refused as refused:
            raise _refusal(refused) from refused

    @workflow.signal(name="decide")
    async def decide_later(self, decision: Decision) -> None:
        """The same for callers that do not wait; a refusal goes on the timeline."""
        try:
            await self._opened()
        except ApplicationError:
            return
        try:
            self._decide(decision)
        except Refused as refused:
            self._take(refuse(self._escalation, decision, refused, workflow.now()))

    @workflow.query
    def snapshot(self) -> Escalation:
        """The whole state after the last event."""
        return self._escalation

    @workflow.query
    def summary(self) -> Summary:
        """The current row, as the ledger has it or will have it."""
        return summarise(self._escalation, workflow.now())

    @property
    def _escalation(self) -> Escalation:
        if self._state is None:
            raise ApplicationError("the escalation is being opened; ask again", type=NOT_READY)
        return self._state

    async def _begin(self) -> None:
        """Opens, reopens a closed life, or goes on where the last run ended."""
        try:
            if self._state is None:
                # From then on people wait for it, however late a worker first saw it.
                accepted_at = workflow.info().workflow_start_time
                self._take(open_escalation(self._opening, await self._prepare(accepted_at), accepted_at))
            elif self._state.is_closed and workflow.info().continued_run_id is None:
                self._decide(_reopening(self._opening))
        except Refused as refused:
            await self._give_up_opening()
            raise _refusal(refused) from refused
        except (FailureError, asyncio.CancelledError):
            await self._give_up_opening()
            raise
        self._open = True
        self._publish()

    async def _prepare(self, at: datetime) -> PolicyFetched:
        """The newest policy; where it cannot be read at once, patiently."""
        facts = reported(self._opening.report, self._opening.key)
        prepare = PrepareEscalation(policy=self._opening.policy, at=at, facts=facts)
        summary = self._opening.policy
        try:
            return await workflow.execute_local_activity_method(
                OrganisationActivities.prepare_escalation, prepare, summary=summary, **options.PREPARE_LOCALLY
            )
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            return await workflow.execute_activity_method(
                OrganisationActivities.prepare_escalation,
                prepare,
                summary=summary,
                **options.PREPARE_PATIENTLY,
            )

    async def _give_up_opening(self) -> None:
        """Whoever waits for the opening hears that it will not come."""
        self._never_opens = True
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _opened(self) -> None:
        await workflow.wait_condition(lambda: self._open or self._never_opens)
        if self._never_opens:
            raise ApplicationError("the escalation could not be opened", type=NOT_READY, non_retryable=True)

    async def _live(self) -> None:
        """Until all is said and done: elapse what is due, then wait for the next."""
        while not self._is_over():
            if self._fault is not None:
                raise self._fault
            self._take(elapse(self._escalation, workflow.now()))
            if self._must_continue():
                workflow.continue_as_new(
                    Begin(opening=self._opening, carried=Carried(escalation=self._escalation))
                )
            await self._wait_for_change(next_item(self._escalation))

    async def _wait_for_change(self, item: AgendaItem | None) -> None:
        """Waits until the next due time, or until another one is the next; the timer stays when it does."""
        now = workflow.now()
        if item is None:
            await workflow.wait_condition(lambda: self._must_look() or self._next_at() is not None)
            return
        if item.at <= now:
            return
        try:
            await workflow.wait_condition(
                lambda: self._must_look() or self._next_at() != item.at,
                timeout=item.at - now,
                timeout_summary=f"{item.kind.name.lower().replace('_', ' ')} {item.key}".rstrip(),
            )
        except TimeoutError:
            return

    def _next_at(self) -> datetime | None:
        item = next_item(self._escalation)
        return item.at if item else None

    def _must_look(self) -> bool:
        return self._fault is not None or self._is_over() or self._must_continue()

    def _must_continue(self) -> bool:
        """Whether the history has grown long, and nothing would be cut off by going on in a new run."""
        return workflow.info().is_continue_as_new_suggested() and self._is_quiet()

    def _is_over(self) -> bool:
        return self._escalation.is_closed and not self._escalation.undelivered and self._is_quiet()

    def _is_quiet(self) -> bool:
        """Nothing under way: no errand, no event without record, no caller who waits."""
        return not self._under_way and self._records.is_done and workflow.all_handlers_finished()

    async def _withdraw(self) -> None:
        """Cancelled from outside: the last events say so, and the ledger gets them."""
        if self._state is None:
            return
        self._take(withdraw(self._state, "operator", "the workflow was cancelled", workflow.now()))
        await workflow.wait_condition(lambda: self._fault is not None or self._is_quiet())
        if self._fault is not None:
            raise self._fault

    def _decide(self, decision: AnyDecision) -> None:
        """Settles what was due before, so that no decision can hide a breach, then decides."""
        now = workflow.now()
        self._take(elapse(self._escalation, now))
        if is_another(self._escalation, decision) and not workflow.patched(SAYS_REUSED):
            refuse_again(self._escalation, decision)
            return
        self._take(decide(self._escalation, decision, now))

    def _take(self, outcome: Outcome) -> None:
        """The only place that changes the state."""
        if not outcome.events and not outcome.errands:
            return
        self._state = outcome.escalation
        self._records.add(outcome)
        for errand in outcome.errands:
            self._under_way += 1
            if isinstance(errand, SendNotices):
                self._letters.append(errand)
            else:
                self._start(self._run_errand(errand))
        self._publish()

    async def _run_errand(self, errand: AnyErrand) -> None:
        if isinstance(errand, FindPeople):
            answer = await self._look_up(errand) or await carry_out(errand)
        else:
            answer = await carry_out(errand)
        self._under_way -= 1
        self._take(report(self._escalation, errand, answer, workflow.now()))

    async def _look_up(self, errand: FindPeople) -> PeopleFound | None:
        """The quick way, within this wake-up: its record and its messages wait for the answer."""
        self._looking_up += 1
        try:
            return await find_people_at_once(errand)
        finally:
            self._looking_up -= 1

    async def _post(self) -> None:
        """Sends for ever; the messages of one wake-up go in one errand."""
        while True:
            await workflow.wait_condition(lambda: bool(self._letters) and not self._looking_up)
            letters, self._letters = self._letters, []
            errands = bundled(letters)
            self._under_way += len(errands) - len(letters)
            for errand in errands:
                self._start(self._run_errand(errand))

    def _publish(self) -> None:
        """Shows lists and Temporal's own pages what changed; at most one upsert."""
        now = values(self._escalation)
        updates = changes(self._published, now)
        if updates:
            workflow.upsert_search_attributes(updates)
            self._published = now
        workflow.set_current_details(case_file(self._escalation))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A fault in the background stops the main loop, too: it must be seen, and retried once mended."""
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._fault = task.exception()


def _refusal(refused: Refused) -> ApplicationError:
    return ApplicationError(refused.message, refused.code.value, type=REFUSED, non_retryable=True)


def _reopening(opening: Opening) -> ReportAgain:
    return ReportAgain(decision_id=opening.request_id, author=opening.author, report=opening.report)
