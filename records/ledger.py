"""Writes what happened: events and the current row of their escalation, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Executable,
    Select,
    case,
    delete,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
    update,
)
from sqlalchemy import insert as insert_into

from domain.events import EVENT, AnyEvent
from domain.summary import Summary
from records.columns import UtcDateTime
from records.database import Database
from records.errors import LedgerConflict, LedgerGap
from records.order import next_place
from records.statements import insert
from records.tables import ESCALATION, EVENT_TABLE, SUPERSEDED_EVENT, TAG
from records.tags import store_tags, store_words

Record = dict[str, Any]
_TAGGED = (TAG.c.tag, TAG.c.severity, TAG.c.opened_at, TAG.c.updated_at)


class Ledger:
    """The edge: every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(
        self, summary: Summary, events: Sequence[AnyEvent], task_at: datetime | None = None
    ) -> None:
        """Stores the events, and the summary of the escalation as it is after the last of them.

        Writing the same again changes nothing, so a retry is safe. An older summary never replaces
        a newer one. `task_at` is when the workflow task began that made the events: where other events
        of an earlier task are stored under their numbers, that task was lost, and its events go to the
        superseded ones. Raises RecordsAway, LedgerGap, LedgerConflict; then nothing was written.
        """
        if not events:
            return
        _refuse_holes(summary.id, events)
        row = summary.model_dump()
        records = [event_record(summary.id, event, task_at) for event in events]
        await self._database.write(lambda connection: store(connection, row, records))


def store(connection: Connection, row: Record, records: Sequence[Record]) -> None:
    """Both into the tables; whoever opened the transaction commits."""
    # The row comes first: it is what events refer to, and its lock makes writers of one escalation queue.
    # What it returns says whether it wrote; how many rows an INSERT touched PostgreSQL's driver does not.
    newer = connection.execute(_newer_row(connection.dialect.name), row).first()
    first = records[0]["seq"]
    found = connection.execute(_stored(row["id"], first)).all()
    stored: dict[int, Mapping[str, Any]] = {
        each.seq: dict(each._mapping) for each in found if each.seq is not None
    }
    tags = {each.tag: tuple(each[-3:]) for each in found if each.tag is not None}
    if first > 1 and first - 1 not in stored:
        raise LedgerGap(row["id"], first, connection.scalar(_highest(row["id"])) or 0)
    stored.pop(first - 1, None)
    wrong = _first_wrong(stored, records)
    if wrong is not None:
        _refuse_earlier(stored, records[0], wrong)
        _supersede(connection, row, wrong)
    fresh = [each for each in records if each["seq"] not in stored or (wrong and each["seq"] >= wrong)]
    if fresh:
        connection.execute(_adding(connection.dialect.name), fresh)
    if newer is not None or wrong is not None:
        store_tags(connection, row, tags)
        if first == 1:
            store_words(connection, row)


def event_record(escalation_id: str, event: AnyEvent, task_at: datetime | None) -> Record:
    return {
        "escalation_id": escalation_id,
        **{
            name: getattr(event, name)
            for name in ("seq", "at", "planned", "by", "role", "type", "decision_id")
        },
        "sentence": event.sentence(),
        "payload": event.model_dump(mode="json"),
        "task_at": task_at,
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
    ).returning(ESCALATION.c.seq)


@cache
def _adding(dialect: str) -> Executable:
    return insert_into(EVENT_TABLE).values(next_place(dialect))


def _stored(escalation_id: str, first: int) -> CompoundSelect[*tuple[Any, ...]]:
    """The events from that number on, that there is one before it, whose payload may be long, and the tags.

    In one statement: there is one such look at every write, and each statement is a way to the database.
    """
    seq = EVENT_TABLE.c.seq
    payload = case((seq >= first, EVENT_TABLE.c.payload)).label("payload")
    no_tag = (null().label(column.name) for column in _TAGGED[:2])
    no_copies = (type_coerce(null(), UtcDateTime).label(column.name) for column in _TAGGED[2:])
    events = select(seq, payload, EVENT_TABLE.c.task_at, *no_tag, *no_copies)
    events = events.where(EVENT_TABLE.c.escalation_id == escalation_id).where(seq >= first - 1)
    tags = select(null(), null(), null(), *_TAGGED).where(TAG.c.escalation_id == escalation_id)
    return union_all(events, tags)


def _highest(escalation_id: str) -> Select[int]:
    return select(func.max(EVENT_TABLE.c.seq)).where(EVENT_TABLE.c.escalation_id == escalation_id)


def _first_wrong(stored: Mapping[int, Mapping[str, Any]], records: Sequence[Record]) -> int | None:
    """The first number under which the ledger has what these records contradict."""
    for record in records:
        there = stored.get(record["seq"])
        # Through today's types: an earlier release may have stored it without a field that is new.
        if there and EVENT.validate_python(there["payload"]).model_dump(mode="json") != record["payload"]:
            return int(record["seq"])
    beyond = int(records[-1]["seq"]) + 1
    return beyond if beyond in stored and _is_later(records[0]["task_at"], stored) else None


def _is_later(task_at: datetime | None, stored: Mapping[int, Mapping[str, Any]]) -> bool:
    tasks = (each["task_at"] for each in stored.values())
    return task_at is not None and all(other is None or other < task_at for other in tasks)


def _refuse_earlier(stored: Mapping[int, Mapping[str, Any]], record: Record, wrong: int) -> None:
    if not _is_later(record["task_at"], stored):
        raise LedgerConflict(record["escalation_id"], wrong)


def _supersede(connection: Connection, row: Record, first: int) -> None:
    """Moves the stored events from that number on aside, and lets the row say what these records say."""
    lost = (EVENT_TABLE.c.escalation_id == row["id"], EVENT_TABLE.c.seq >= first)
    names = [column.name for column in EVENT_TABLE.c]
    now = literal(datetime.now(UTC), UtcDateTime)
    moved = select(*(EVENT_TABLE.c[name] for name in names), now).where(*lost)
    connection.execute(insert_into(SUPERSEDED_EVENT).from_select([*names, "superseded_at"], moved))
    connection.execute(delete(EVENT_TABLE).where(*lost))
    connection.execute(update(ESCALATION).where(ESCALATION.c.id == row["id"]).values(row))
