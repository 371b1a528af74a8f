"""The record of every message before and after it goes out, so that a retry knows what happened before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, select, update

from domain.vocabulary import ChannelKind, Template
from records.database import Database
from records.errors import UnknownDelivery
from records.rows import DeliveryState
from records.statements import insert
from records.tables import DELIVERY


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One message about to go out over one channel."""

    escalation_id: str
    notice_key: str
    template: Template
    recipient: str
    channel: ChannelKind
    address: str
    message_id: str
    subject: str
    body: str

    @property
    def key(self) -> str:
        return f"{self.notice_key}/{self.channel}"


@dataclass(frozen=True, slots=True)
class Before:
    """What the record said before this attempt."""

    state: DeliveryState
    """SENDING: an attempt was cut off and may have got through."""
    attempts: int
    message_id: str
    detail: str


class DeliveryLog:
    """Each call is its own short transaction; all raise RecordsAway.

    sending → sent, the end; sending → failed → sending again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, dispatch: Dispatch, at: datetime) -> Before | None:
        """Records that an attempt begins, and returns what was recorded before it; None: nothing.

        What was sent stays sent: the caller must not send it again.
        """
        return await self._database.write(lambda connection: begin(connection, dispatch, at))

    async def finish(
        self,
        key: str,
        state: Literal[DeliveryState.SENT, DeliveryState.FAILED],
        detail: str,
        at: datetime,
        message_id: str | None = None,
    ) -> None:
        """Records how the attempt ended, with the other side's answer; the same twice is harmless.

        `message_id` replaces the one given at the beginning, where the other side chose its own.
        Raises UnknownDelivery when it was never begun.
        """
        await self._database.write(lambda connection: finish(connection, key, state, detail, at, message_id))


def begin(connection: Connection, dispatch: Dispatch, at: datetime) -> Before | None:
    sent_now = {
        **{name: getattr(dispatch, name) for name in ("address", "message_id", "subject", "body")},
        "state": DeliveryState.SENDING,
        "last_at": at,
    }
    same = ("key", "escalation_id", "notice_key", "template", "recipient", "channel")
    first = {name: getattr(dispatch, name) for name in same}
    adding = insert(connection.dialect.name, DELIVERY).values(
        {**first, **sent_now, "attempts": 1, "first_at": at, "detail": ""}
    )
    if connection.scalar(adding.on_conflict_do_nothing().returning(DELIVERY.c.key)) is not None:
        return None
    this = DELIVERY.c.key == dispatch.key
    row = connection.execute(select(DELIVERY).where(this).with_for_update()).one()
    before = Before(DeliveryState(row.state), row.attempts, row.message_id, row.detail)
    if before.state is not DeliveryState.SENT:
        connection.execute(update(DELIVERY).where(this).values({**sent_now, "attempts": row.attempts + 1}))
    return before


def finish(
    connection: Connection,
    key: str,
    state: DeliveryState,
    detail: str,
    at: datetime,
    message_id: str | None,
) -> None:
    changes: dict[str, Any] = {"state": state, "detail": detail, "last_at": at}
    if message_id is not None:
        changes["message_id"] = message_id
    # A late word about a failed attempt must not undo the sent state of another attempt.
    unsent = (DELIVERY.c.key == key) & (DELIVERY.c.state != DeliveryState.SENT)
    if connection.execute(update(DELIVERY).where(unsent).values(changes)).rowcount:
        return
    if connection.scalar(select(DELIVERY.c.key).where(DELIVERY.c.key == key)) is None:
        raise UnknownDelivery(f"delivery {key} was never begun; begin it before it is sent")
