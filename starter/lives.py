"""The Temporal calls about one workflow id: its latest life, and what can be asked of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.decisions import AnyDecision
from domain.escalation import Escalation
from domain.fingerprints import fingerprint_of
from domain.opening import Begin, Decided
from domain.refusals import RefusalCode, Refused
from domain.summary import Summary
from starter.errors import NoAnswer, ServerAway
from starter.history import HistoryPage, begins_at, entry_of, place_of
from workflows import names

WORKFLOW = "escalation"
DECIDE = "decide"
SNAPSHOT = "snapshot"
SUMMARY = "summary"
REFUSED = "Refused"
ENDED = frozenset({"AcceptedUpdateCompletedWorkflow", "NotReady"})
"""Failures of a decision whose life ended, or could not begin, before the decision was handled."""

RPC_TIMEOUT = timedelta(seconds=5)
"""For calls that need no worker."""
QUERY_TIMEOUT = timedelta(seconds=5)
"""For queries: a worker may have to replay the whole history first."""
STATIC_SUMMARY_BYTES = 200

_AWAY = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.UNKNOWN,
    }
)
Answer = TypeVar("Answer", Escalation, Summary)


class Gone(Exception):
    """The workflow is not running, or never was."""


@dataclass(frozen=True)
class Life:
    """A workflow's latest life; under one key there can be several, one after the other."""

    workflow_id: str
    run_id: str
    escalation_id: str
    key: str
    request_id: str
    """Of the opening; no other life has it."""
    asked_as: str
    """What a repetition of the order that began it would be recognised by."""
    status: WorkflowExecutionStatus
    stage: str
    """As it was last published; empty before that."""

    @property
    def is_running(self) -> bool:
        return self.status is WorkflowExecutionStatus.RUNNING

    @property
    def has_result(self) -> bool:
        return self.status is WorkflowExecutionStatus.COMPLETED


class Lives:
    """Raises ServerAway from every method when the server does not answer."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def latest(self, workflow_id: str) -> Life | None:
        try:
            with translated():
                handle = self._client.get_workflow_handle(workflow_id)
                description = await handle.describe(rpc_timeout=RPC_TIMEOUT)
        except Gone:
            return None
        memo = await description.memo()
        return Life(
            workflow_id=workflow_id,
            run_id=description.run_id,
            escalation_id=memo.get("escalation_id", workflow_id),
            key=memo.get("key", ""),
            request_id=memo.get("request_id", ""),
            asked_as=memo.get("asked_as", ""),
            status=description.status or WorkflowExecutionStatus.RUNNING,
            stage=description.typed_search_attributes.get(names.STAGE) or "",
        )

    async def start(self, workflow_id: str, begin: Begin, asked_as: str) -> bool:
        """False when the workflow runs already."""
        opening = begin.opening
        try:
            with translated():
                await self._client.start_workflow(
                    WORKFLOW,
                    begin,
                    id=workflow_id,
                    task_queue=names.TASK_QUEUE,
                    id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                    # Known without a worker, also to those who come second.
                    memo={
                        "escalation_id": opening.id,
                        "key": opening.key,
                        "request_id": opening.request_id,
                        "asked_as": asked_as,
                    },
                    static_summary=_cut(opening.report.subject, STATIC_SUMMARY_BYTES),
                    rpc_timeout=RPC_TIMEOUT,
                )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def decide(self, workflow_id: str, decision: AnyDecision, patience: timedelta) -> Decided | None:
        """None when no worker answered in time; the decision may still be applied. Raises Refused, Gone."""
        handle = self._client.get_workflow_handle(workflow_id)
        try:
            with translated():
                decided: Decided = await handle.execute_update(
                    DECIDE, decision, id=_update_id(decision), result_type=Decided, rpc_timeout=patience
                )
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            return None
        except WorkflowUpdateFailedError as failed:
            reason = why_not(failed)
            if reason is None:
                return None
            raise reason from failed
        return decided

    async def leave(self, workflow_id: str, decision: AnyDecision) -> None:
        """Hands the decision to the server, which holds it until a worker comes. Raises Gone."""
        with translated():
            handle = self._client.get_workflow_handle(workflow_id)
            await handle.signal(DECIDE, decision, rpc_timeout=RPC_TIMEOUT)

    async def result(self, life: Life) -> Escalation:
        """The final state of a life that has a result."""
        handle = self._client.get_workflow_handle(
            life.workflow_id, run_id=life.run_id, result_type=Escalation
        )
        with translated():
            escalation: Escalation = await handle.result(rpc_timeout=RPC_TIMEOUT)
        return escalation

    async def history(self, life: Life, size: int, place: str | None) -> HistoryPage:
        """Temporal's events, oldest first. Raises ValueError for a place that no page named, Gone."""
        run_id, token = begins_at(place) if place is not None else (life.run_id, None)
        handle = self._client.get_workflow_handle(life.workflow_id, run_id=run_id)
        events = handle.fetch_history_events(page_size=size, next_page_token=token, rpc_timeout=RPC_TIMEOUT)
        try:
            with translated():
                await events.fetch_next_page()
        except RPCError as error:
            if error.status is RPCStatusCode.INVALID_ARGUMENT:
                raise ValueError("this is not the end of a page; begin again without it") from error
            raise
        return HistoryPage(
            workflow_id=life.workflow_id,
            run_id=run_id,
            entries=tuple(entry_of(event) for event in events.current_page or ()),
            after=place_of(run_id, events.next_page_token),
        )

    async def ask(self, workflow_id: str, query: str, answer: type[Answer]) -> Answer:
        """Raises NoAnswer when no worker is there, Gone when there is no such workflow."""
        handle = self._client.get_workflow_handle(workflow_id)
        try:
            with translated():
                answered: Answer = await handle.query(query, result_type=answer, rpc_timeout=QUERY_TIMEOUT)
        except WorkflowQueryFailedError as error:
            raise NoAnswer(error.message) from error
        except ServerAway as error:
            # The server says the same of itself and of workers that do not poll: ask something it can answer.
            await self.latest(workflow_id)
            raise NoAnswer("no worker answers; start one with `escalations worker`") from error
        return answered


@contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise Gone from error
        if error.status is RPCStatusCode.RESOURCE_EXHAUSTED:
            raise ServerAway("the Temporal server is overloaded; try again with the same id") from error
        if error.status in _AWAY:
            raise ServerAway(f"the Temporal server does not answer ({error.message}); try again") from error
        raise


def why_not(failed: WorkflowUpdateFailedError) -> Refused | Gone | None:
    """What the failure of a decision means; None when no rule failed it, but a worker that was too late."""
    cause = failed.cause
    if not isinstance(cause, ApplicationError):
        return None
    if cause.type == REFUSED:
        return Refused(RefusalCode(cause.details[0]), cause.message)
    return Gone() if cause.type in ENDED else None


def _update_id(decision: AnyDecision) -> str:
    """With author and content: the server answers an update that it knows by itself, whoever asks."""
    return f"{decision.author.id}/{decision.decision_id}/{fingerprint_of(decision)}"


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")
