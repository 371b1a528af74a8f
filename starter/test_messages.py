"""Test messages: somebody tries whether messages reach them, over the worker's own channels."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, Field
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from domain.errands import NoticesSent, SendNotices
from domain.notices import Delivery, Notice
from domain.people import Person
from domain.vocabulary import ChannelKind, Template
from starter.lives import RPC_TIMEOUT, Gone, translated
from workflows.names import TASK_QUEUE, TEST_MESSAGE
from workflows.options import TEST_MESSAGE_WITHIN


class TestStatus(StrEnum):
    SENT = "sent"
    FAILED = "failed"


class TestedTry(BaseModel):
    """One attempt at one address."""

    address: str = Field(description="Without what may be secret in it.")
    at: datetime
    ok: bool
    detail: str


class TestedChannel(BaseModel):
    """What became of the test message over one kind of channel."""

    kind: ChannelKind
    status: TestStatus
    detail: str = Field(description="The other side's answer, or what went wrong.")
    tries: list[TestedTry]


async def send_test(
    client: Client, person: Person, kinds: tuple[ChannelKind, ...], now: datetime, patience: timedelta
) -> list[TestedChannel] | None:
    """One message over each kind; None when no worker answers in time. Within a minute it is sent once.

    A person's channels of the same kind are tried one after the other, as with other messages. Raises
    ServerAway.
    """
    errand = _errand(person, kinds, now)
    try:
        with translated():
            handle = await client.start_workflow(
                TEST_MESSAGE,
                errand,
                id=errand.key,
                task_queue=TASK_QUEUE,
                result_type=NoticesSent,
                execution_timeout=TEST_MESSAGE_WITHIN,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                rpc_timeout=RPC_TIMEOUT,
            )
    except WorkflowAlreadyStartedError:
        handle = client.get_workflow_handle(errand.key, result_type=NoticesSent)
    try:
        with translated():
            async with asyncio.timeout(patience.total_seconds()):
                sent: NoticesSent = await handle.result()
    except (TimeoutError, Gone):
        return None
    except WorkflowFailureError as error:
        why = str(error.cause)[:300]
        return [TestedChannel(kind=kind, status=TestStatus.FAILED, detail=why, tries=[]) for kind in kinds]
    return [_tested(kind, one) for kind, one in zip(kinds, sent.deliveries, strict=True)]


def _errand(person: Person, kinds: tuple[ChannelKind, ...], now: datetime) -> SendNotices:
    # The part before the first slash is what the record files messages under, as with escalations.
    slug = re.sub(r"[^A-Za-z0-9._-]", "-", person.id)
    key = f"{TEST_MESSAGE}-{slug}-{'-'.join(kinds)}-{now.astimezone(UTC):%Y%m%d-%H%M}"
    notices = tuple(
        Notice(
            key=f"{key}/{number}/{person.id}",
            template=Template.TEST_MESSAGE,
            recipient=person.id,
            channels=(kind,),
            facts={"id": key, "owner": person.name, "by": person.name, "text": str(kind)},
        )
        for number, kind in enumerate(kinds, 1)
    )
    return SendNotices(key=key, notices=notices)


def _tested(kind: ChannelKind, delivery: Delivery) -> TestedChannel:
    tries = [
        TestedTry(address=each.address, at=each.at, ok=each.ok, detail=each.detail) for each in delivery.tries
    ]
    said = tries[-1].detail if tries else "sent before" if delivery.delivered else "there is no such channel"
    status = TestStatus.SENT if delivery.delivered else TestStatus.FAILED
    return TestedChannel(kind=kind, status=status, detail=said, tries=tries)
