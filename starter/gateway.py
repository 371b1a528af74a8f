"""The one way to open, steer and read escalations: every door goes through here.

What is repeated with the same id is done once, whatever was lost in between.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from temporalio.client import Client

from domain.decisions import AnyDecision, ReportAgain
from domain.escalation import Escalation
from domain.fingerprints import demand_the_same
from domain.opening import Begin, Carried, Decided, Opening
from domain.permissions import check_role
from domain.refusals import RefusalCode, Refused
from domain.summary import Summary, summarise
from domain.value import Value
from domain.vocabulary import CloseReason, Stage
from organisation.model import Organisation
from starter import ids
from starter.errors import LivesOn, NotFound, OrderInvalid, Problem, ServerAway
from starter.history import HistoryPage
from starter.known_names import check_decision, check_order, with_team
from starter.lives import SNAPSHOT, SUMMARY, Gone, Life, Lives
from starter.orders import DecisionOutcome, DecisionStatus, Opened, OpenOrder, OpenOutcome

PATIENCE = timedelta(seconds=5)
"""How long a caller waits for a worker before the decision is left with the server.

Longer than a worker tries a locked ledger before it answers that the record follows.
"""
LARGEST = 256 * 1024
"""Bytes that an order or a decision may have as JSON."""
ATTEMPTS = 5
"""Rounds against others who open and close the same key at the same moment."""
REOPENS = frozenset({CloseReason.RESOLVED, CloseReason.RETURNED, CloseReason.PARENT_CLOSED})


class HasOrganisation(Protocol):
    def current(self) -> Organisation: ...


def _now() -> datetime:
    return datetime.now(UTC)


class Gateway:
    """Long-lived; many callers may share it. Raises ServerAway from every method when there is no server."""

    def __init__(
        self,
        client: Client,
        organisation: HasOrganisation,
        *,
        patience: timedelta = PATIENCE,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._lives = Lives(client)
        self._organisation = organisation
        self._patience = patience
        self._now = now

    async def open(self, order: OpenOrder, patience: timedelta | None = None) -> Opened:
        """Opens, joins what is open under the key, or reopens what was closed lately.

        Raises OrderInvalid, and Refused when the open escalation does not take the report.
        """
        _refuse_large(order)
        check_order(await self._known(), order)
        content = ids.digest_of(order.policy, order.report)
        key = order.key or f"report-{content[:16]}"
        workflow_id = ids.workflow_id_of(key)
        for _ in range(ATTEMPTS):
            life = await self._lives.latest(workflow_id)
            if life is not None and _is_repeat(life, order, content):
                return Opened(escalation_id=life.escalation_id, key=key, outcome=OpenOutcome.ALREADY_OPEN)
            if life is not None and life.is_running:
                opened = await self._join(life, key, order, patience or self._patience)
            else:
                opened = await self._begin(life, workflow_id, key, order, content, patience or self._patience)
            if opened is not None:
                return opened
        raise ServerAway(f"others open and close {key!r} at the same moment; try again")

    async def decide(
        self, ref: str, decision: AnyDecision, patience: timedelta | None = None
    ) -> DecisionOutcome:
        """Applies a decision once. Without a worker in time the server holds it: the outcome is ACCEPTED.

        Raises OrderInvalid, Refused and NotFound; then nothing has changed.
        """
        _refuse_large(decision)
        # Before the names in it: what is said of an unknown one tells who there is.
        check_role(decision)
        organisation = await self._known()
        decision = with_team(organisation, decision)
        check_decision(organisation, decision)
        life = await self._life(ref)
        if not life.is_running:
            return await self._after_the_end(life, decision)
        try:
            decided = await self._lives.decide(life.workflow_id, decision, patience or self._patience)
            if decided is None:
                # The update may still be applied: then the signal with the same decision id changes nothing.
                await self._lives.leave(life.workflow_id, decision)
                return DecisionOutcome(escalation_id=life.escalation_id, status=DecisionStatus.ACCEPTED)
        except Gone:
            return await self._after_the_end(await self._life(life.escalation_id), decision)
        return DecisionOutcome(
            escalation_id=decided.escalation_id, status=DecisionStatus.DONE, decided=decided
        )

    async def snapshot(self, ref: str) -> Escalation:
        """The state as the workflow has it. Raises NotFound, and NoAnswer without a worker."""
        life = await self._life(ref)
        if life.has_result:
            return await self._lives.result(life)
        return await self._lives.ask(life.workflow_id, SNAPSHOT, Escalation)

    async def summary(self, ref: str) -> Summary:
        """The current row as the workflow has it. Raises NotFound, and NoAnswer without a worker."""
        life = await self._life(ref)
        if life.has_result:
            escalation = await self._lives.result(life)
            return summarise(escalation, escalation.closed_at or escalation.opened_at)
        return await self._lives.ask(life.workflow_id, SUMMARY, Summary)

    async def history(self, ref: str, size: int, place: str | None = None) -> HistoryPage:
        """A page of Temporal's own events, oldest first; `place` is where the page before ended.

        Raises NotFound, also after Temporal's retention, and ValueError for a place that no page named.
        """
        life = await self._life(ref)
        try:
            return await self._lives.history(life, size, place)
        except Gone:
            raise NotFound(f"Temporal no longer keeps {ref!r}; the ledger's timeline does") from None

    async def _known(self) -> Organisation:
        return await asyncio.to_thread(self._organisation.current)

    async def _join(self, life: Life, key: str, order: OpenOrder, patience: timedelta) -> Opened | None:
        """None when the life ended meanwhile."""
        again = ReportAgain(
            decision_id=_request_id(order, life.request_id), author=order.author, report=order.report
        )
        try:
            decided = await self._lives.decide(life.workflow_id, again, patience)
            if decided is None:
                await self._lives.leave(life.workflow_id, again)
        except Gone:
            return None
        # Closed, with messages still on their way: the report reopens it.
        ended = life.stage == Stage.CLOSED
        return Opened(
            escalation_id=life.escalation_id,
            key=key,
            outcome=OpenOutcome.REOPENED if ended else OpenOutcome.JOINED,
            applied=decided is not None,
        )

    async def _begin(
        self,
        ended: Life | None,
        workflow_id: str,
        key: str,
        order: OpenOrder,
        content: str,
        patience: timedelta,
    ) -> Opened | None:
        """A first life, a further one, or the last one again; None when somebody else was faster."""
        last = await self._lives.result(ended) if ended is not None and ended.has_result else None
        if last is not None and last.joined_into is not None:
            into = await self._lives.latest(ids.workflow_of(last.joined_into))
            if into is not None and into.is_running:
                return await self._join(into, key, order, patience)
        now = self._now()
        reopened = last if last is not None and _may_reopen(last, now) else None
        before = None if ended is None else ended.escalation_id
        opening = Opening(
            id=reopened.id if reopened is not None else ids.escalation_id_of(workflow_id, now, before),
            key=key,
            request_id=_request_id(order, *(() if ended is None else (ended.run_id,))),
            policy=order.policy,
            report=order.report,
            author=order.author,
        )
        carried = Carried(escalation=reopened) if reopened is not None else None
        begin = Begin(opening=opening, carried=carried)
        if not await self._lives.start(workflow_id, begin, asked_as=order.request_id or content):
            return None
        outcome = OpenOutcome.STARTED if reopened is None else OpenOutcome.REOPENED
        return Opened(escalation_id=opening.id, key=key, outcome=outcome)

    async def _life(self, ref: str) -> Life:
        """By escalation id, workflow id or key. Raises NotFound, or Refused when its key lives on."""
        for workflow_id in ids.workflows_meant_by(ref):
            life = await self._lives.latest(workflow_id)
            if life is None:
                continue
            if ids.is_escalation_id(ref) and ref != life.escalation_id:
                raise LivesOn(
                    RefusalCode.CLOSED, f"{ref} is closed; its key lives on as {life.escalation_id}"
                )
            return life
        raise NotFound(f"there is no escalation {ref!r}; `escalations list` shows what there is")

    async def _after_the_end(self, life: Life, decision: AnyDecision) -> DecisionOutcome:
        """A decision that was handled before the end is answered as before; any other comes too late."""
        last = await self._lives.result(life) if life.has_result else None
        if last is None or decision.decision_id not in last.decided:
            raise Refused(
                RefusalCode.CLOSED,
                f"{life.escalation_id} is closed; report it again under the key {life.key!r} to reopen it",
            )
        demand_the_same(last, decision)
        decided = Decided(
            escalation_id=last.id,
            seq=last.decided[decision.decision_id],
            stage=last.stage,
            changed=False,
            recorded=True,
        )
        return DecisionOutcome(escalation_id=last.id, status=DecisionStatus.DONE, decided=decided)


def _is_repeat(life: Life, order: OpenOrder, content: str) -> bool:
    # Without an id of its own an order that comes after the end is new trouble, even in the same words.
    same = life.asked_as == (order.request_id or content)
    return same and (life.is_running or order.request_id is not None)


def _request_id(order: OpenOrder, *life: str) -> str:
    """Derived ids tell lives apart, yet two callers with the same words in the same life make one request."""
    return order.request_id or ids.digest_of(order.policy, order.report, *life)


def _may_reopen(last: Escalation, now: datetime) -> bool:
    if last.closed_at is None or last.close_reason not in REOPENS:
        return False
    return now <= last.closed_at + last.policy.confirmation.reopen_window


def _refuse_large(order: Value) -> None:
    size = len(order.model_dump_json().encode())
    if size > LARGEST:
        raise OrderInvalid(
            Problem(
                "the whole",
                f"{size:,} bytes, at most {LARGEST:,} are taken in",
                "attach long material elsewhere and link it",
            )
        )
