"""Writes what happened: events and the current row of their escalation, in one transaction."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Executable, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import TypedReturnsRows

from domain.events import EVENT, AnyEvent
from domain.summary import Summary
from records.database import Database
from records.errors import LedgerConflict, LedgerGap
from records.statements import insert
from records.tables import ESCALATION, EVENT_TABLE

Record = dict[str, Any]


class Ledger:
    """The edge: every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, summary: Summary, events: Sequence[AnyEvent]) -> None:
        """Stores the events, and the summary of the escalation as it is after the last of them.

        Writing the same again changes nothing, so a retry is safe. An older summary never replaces
        a newer one. Raises RecordsAway, LedgerGap, LedgerConflict; then nothing was written.
        """
        if not events:
            return
        _refuse_holes(summary.id, events)
        row = summary.model_dump()
        records = [event_record(summary.id, event) for event in events]
        async with self._database.writing() as connection:
            await store(connection, row, records)


async def store(connection: AsyncConnection, row: Record, records: Sequence[Record]) -> None:
    """Both into the tables; whoever opened the transaction commits."""
    # The row comes first: it is what events refer to, and its lock makes writers of one escalation queue.
    await connection.execute(_newer_row(connection.dialect.name), row)
    await _refuse_gap(connection, row["id"], records[0]["seq"])
    written = await connection.execute(_absent_events(connection.dialect.name), records)
    fresh = {seq for (seq,) in written}
    known = [record for record in records if record["seq"] not in fresh]
    if known:
        await _refuse_conflict(connection, known)


def event_record(escalation_id: str, event: AnyEvent) -> Record:
    return {
        "escalation_id": escalation_id,
        **{
            name: getattr(event, name)
            for name in ("seq", "at", "planned", "by", "role", "type", "decision_id")
        },
        "sentence": event.sentence(),
        "payload": event.model_dump(mode="json"),
    }


def _refuse_holes(escalation_id: str, events: Sequence[AnyEvent]) -> None:
    first = events[0].seq
    for position, event in enumerate(events):
        if event.seq != first + position:
            raise LedgerGap(escalation_id, event.seq, first + position - 1)


@cache
def _newer_row(dialect: str) -> Executable:
    adding = insert(dialect, ESCALATION)
    changing = {
        column.name: adding.excluded[column.name] for column in ESCALATION.c if not column.primary_key
    }
    return adding.on_conflict_do_update(
        index_elements=[ESCALATION.c.id], set_=changing, where=adding.excluded.seq > ESCALATION.c.seq
    )


@cache
def _absent_events(dialect: str) -> TypedReturnsRows[int]:
    return insert(dialect, EVENT_TABLE).on_conflict_do_nothing().returning(EVENT_TABLE.c.seq)


async def _refuse_gap(connection: AsyncConnection, escalation_id: str, first: int) -> None:
    highest = await connection.scalar(_highest(escalation_id)) or 0
    if first > highest + 1:
        raise LedgerGap(escalation_id, first, highest)


def _highest(escalation_id: str) -> Select[int]:
    seq = EVENT_TABLE.c.seq
    return select(seq).where(EVENT_TABLE.c.escalation_id == escalation_id).order_by(seq.desc()).limit(1)


async def _refuse_conflict(connection: AsyncConnection, known: Sequence[Record]) -> None:
    escalation_id = known[0]["escalation_id"]
    stored = await connection.execute(
        select(EVENT_TABLE.c.seq, EVENT_TABLE.c.payload)
        .where(EVENT_TABLE.c.escalation_id == escalation_id)
        .where(EVENT_TABLE.c.seq.between(known[0]["seq"], known[-1]["seq"]))
    )
    payloads = {row.seq: row.payload for row in stored}
    for record in known:
        # Through today's types: an earlier release may have stored it without a field that is new.
        if EVENT.validate_python(payloads[record["seq"]]).model_dump(mode="json") != record["payload"]:
            raise LedgerConflict(escalation_id, record["seq"])
