"""What metrics say of the ledger: few rows are read for it, however many are closed."""

from datetime import timedelta

from sqlalchemy import insert, text

from domain.vocabulary import CloseReason, Severity, Stage
from records.counts import Counts, OpenCount, _open
from records.database import Database
from records.ledger import Ledger
from records.rows import HookState
from records.tables import HOOK, HOOK_DELIVERY
from tests.records.samples import START, life, summary_of

LATER = START + timedelta(hours=1)


async def _write(database: Database, id_: str, **fields: object) -> None:
    events = life(id_, 1)
    await Ledger(database).write(summary_of(*events).model_copy(update=fields), events)


async def test_open_ones_are_counted_by_stage_and_severity_with_what_is_broken_and_overdue(
    database: Database,
) -> None:
    at = {"stage": Stage.REVIEW, "severity": Severity.S2}
    await _write(database, "esc-a~1", **at, next_due=START, broken=("inform",))
    await _write(database, "esc-b~1", **at, next_due=LATER, broken=())
    await _write(database, "esc-c~1", stage=Stage.RCA, severity=Severity.S1, next_due=None, broken=())
    await _write(database, "esc-d~1", stage=Stage.CLOSED, closed_at=START, close_reason=CloseReason.RESOLVED)
    counted = await Counts(database).open(START + timedelta(minutes=1))
    assert sorted(counted, key=lambda each: each.stage) == [
        OpenCount(Stage.RCA, Severity.S1, open=1, broken=0, overdue=0),
        OpenCount(Stage.REVIEW, Severity.S2, open=2, broken=1, overdue=1),
    ]


EXPLAIN = {
    "sqlite": ("SELECT 1", "EXPLAIN QUERY PLAN"),
    # With a handful of rows a look through all is cheapest; which index there is, is the question.
    "postgresql": ("SET LOCAL enable_seqscan = off", "EXPLAIN"),
}


async def test_closed_ones_are_not_read_for_it(database: Database) -> None:
    await _write(database, "esc-a~1")
    async with database.reading() as connection:
        prepare, explain = EXPLAIN[connection.dialect.name]
        await connection.execute(text(prepare))
        query = _open(START).compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        plan = [str(row) for row in await connection.execute(text(f"{explain} {query}"))]
    assert any("ix_escalation_open" in line for line in plan), plan


async def test_parked_events_are_counted(database: Database) -> None:
    await _write(database, "esc-a~1")
    row = {
        "subscription_id": "sub_1",
        "escalation_id": "esc-a~1",
        "seq": 1,
        "type": "opened",
        "at": START,
        "attempts": 1,
        "queued_at": START,
        "horizon": 0,
        "position": 1,
    }
    states = (HookState.PARKED, HookState.WAITING, HookState.PARKED)
    async with database.writing() as connection:
        hook = {"id": "sub_1", "url": "https://example.org", "view": "staff", "created_by": "tests"}
        now = {"created_at": START, "enabled": True, "secret": "whsec_", "cursor": "0-0"}
        await connection.execute(insert(HOOK).values({**hook, **now}))
        for number, state in enumerate(states):
            await connection.execute(insert(HOOK_DELIVERY).values({**row, "id": str(number), "state": state}))
    assert await Counts(database).parked() == 2
