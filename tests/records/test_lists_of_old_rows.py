"""What an earlier release recorded is listed as if this one had: its rows and events tell enough."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, Insert, Table, column, insert, select, update
from sqlalchemy import table as sql_table
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.escalation import Approval, PlanStep
from domain.events import (
    Acknowledged,
    AnyEvent,
    ApprovalRequested,
    ApproverTold,
    Closed,
    LevelNotified,
    PlanStepAdded,
    RcaReviewersTold,
    TaskForceDeployed,
)
from domain.rights import Reach, Span
from domain.vocabulary import CloseReason, PromiseKind, Stage
from records import migrating
from records.database import Database
from records.ledger import Ledger
from records.list_filter import ListFilter
from records.marks import OPEN, marks
from records.reading import Reader
from records.reshelving import reshelve
from records.tables import ESCALATION, EVENT_TABLE, SEARCH
from records.tags import tags
from tests.records.samples import LEAD, START, broken, life, opened, promised, summary_of

RELEASE_BEFORE = "0005"
HOUR = timedelta(hours=1)
WHO: dict[str, Any] = {"at": START, "by": "clock"}
APPROVAL = Approval(id="a", kind="refund", amount=1, text="", asked_by="olga", approver=LEAD, stand_in=LEAD)
OLD: tuple[AnyEvent, ...] = (
    opened("esc-old~1"),
    LevelNotified(**WHO, seq=2, level=1, people=("anna", "ben")),
    Acknowledged(seq=3, at=START, by="carla", level=1, stops=False),
    PlanStepAdded(**WHO, seq=4, step=PlanStep(id="s", text="Look", owner="dora")),
    TaskForceDeployed(**WHO, seq=5, roles={"lead": "emil"}),
    ApprovalRequested(**WHO, seq=6, approval=APPROVAL),
    ApproverTold(**WHO, seq=7, approval="a", people=("fritz",)),
    RcaReviewersTold(**WHO, seq=8, people=("gerda",)),
    promised(9, "resolve", START),
    broken(10, "resolve", START),
    Closed(**WHO, seq=11, reason=CloseReason.RESOLVED, owner="olga"),
)
PARTIES = ("agent", "anna", "ben", "carla", "dora", "emil", "fritz", "gerda", "mona", "olga")


@pytest.fixture(params=["sqlite", "postgresql"])
async def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """With an escalation of the release before, and one whose events are gone."""
    database = Database(request.getfixturevalue(f"empty_{request.param}_url"))
    (tmp_path / "made" / "on").mkdir(parents=True)
    async with database.writing() as connection:
        await connection.run_sync(_to_the_release_before)
        await _old(connection, OLD, kept=OLD)
        await _old(connection, life("esc-bare~1"), kept=())
    await database.upgrade()
    yield database
    await database.close()


async def test_who_asked_and_the_parties_are_taken_from_the_events(upgraded: Database) -> None:
    row = await Reader(upgraded).get("esc-old~1")
    assert row is not None
    assert (row.asked_by, row.parties) == ("agent", PARTIES)


async def test_without_events_owner_and_manager_are_what_is_known(upgraded: Database) -> None:
    row = await Reader(upgraded).get("esc-bare~1")
    assert row is not None
    assert (row.asked_by, row.parties) == ("", ("mona", "olga"))


async def test_an_old_row_is_found_by_what_came_later(upgraded: Database) -> None:
    reader = Reader(upgraded)
    for wanted in (
        ListFilter(reach=Reach(span=Span.PERSON, person="gerda")),
        ListFilter(reach=Reach(span=Span.ASKED_BY, person="agent")),
        ListFilter(broken=PromiseKind.RESOLVE),
        ListFilter(text="invoice old"),
        ListFilter(text="acme", closed_only=True),
        ListFilter(text="inv", team="support", opened_before=START + timedelta(days=1), closed_only=True),
        ListFilter(reach=Reach(span=Span.PERSON, person="gerda"), broken=PromiseKind.RESOLVE, level=1),
    ):
        page = await reader.list_escalations(wanted)
        assert [row.id for row in page.rows] == ["esc-old~1"], wanted


async def test_an_old_row_is_marked_as_the_ledger_would_mark_it(empty_postgresql_url: str) -> None:
    database = Database(empty_postgresql_url)
    async with database.writing() as connection:
        await connection.run_sync(_to_the_release_before)
        await _old(connection, OLD, kept=OLD)
        await _old(connection, life("esc-bare~1"), kept=())
    await database.upgrade()
    old = {row.escalation_id: row for row in await database.rows(select(SEARCH))}
    row = await Reader(database).get("esc-old~1")
    await database.close()
    assert row is not None
    found = tags(row.parties, row.broken, row.at_risk)
    assert sorted(old[row.id].marks) == sorted(marks(row.model_dump(), found))
    assert (old[row.id].opened_at, old[row.id].updated_at) == (row.opened_at, row.updated_at)
    assert (old["esc-bare~1"].marks, old["esc-bare~1"].updated_at) == ([OPEN], None)


async def test_the_ledger_goes_on_with_an_old_row(upgraded: Database) -> None:
    events = (*life("esc-bare~1"), LevelNotified(**WHO, seq=4, level=1, people=("anna",)))
    await Ledger(upgraded).write(summary_of(*events), events)
    reach = Reach(span=Span.PERSON, person="anna")
    page = await Reader(upgraded).list_escalations(ListFilter(reach=reach, open_only=True))
    assert [row.id for row in page.rows] == ["esc-bare~1"]


async def test_tags_follow_the_row_to_closing_and_back(database: Database) -> None:
    due = START + timedelta(hours=1)
    first = (opened("esc-a~1"), promised(2, "resolve", due), broken(3, "resolve", due))
    closing = Closed(**WHO, seq=4, reason=CloseReason.RESOLVED, owner="olga")
    ledger, reader = Ledger(database), Reader(database)
    wanted = ListFilter(broken=PromiseKind.RESOLVE)
    together = ListFilter(owner="olga", team="support", closed_only=True)
    other = (*life("esc-b~1", owner="paul"), closing)
    await ledger.write(summary_of(*other), other)
    await ledger.write(summary_of(*first), first)
    assert [row.closed_at for row in (await reader.list_escalations(wanted)).rows] == [None]
    await ledger.write(summary_of(*first, closing), (closing,))
    for sought in (wanted, together):
        assert [row.closed_at for row in (await reader.list_escalations(sought)).rows] == [START]
    reopened = summary_of(*first, closing).model_copy(
        update={"seq": 5, "stage": Stage.REVIEW, "closed_at": None, "broken": ()}
    )
    note = LevelNotified(**WHO, seq=5, level=1, people=("anna",))
    await ledger.write(reopened, (note,))
    assert (await reader.list_escalations(wanted)).rows == ()
    assert (await reader.list_escalations(together)).rows == ()
    closed = await reader.list_escalations(ListFilter(closed_only=True))
    assert [row.id for row in closed.rows] == ["esc-b~1"]


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_words_that_were_cut_at_their_marks_are_spelled_anew(
    request: pytest.FixtureRequest, tmp_path: Path, backend: str
) -> None:
    database = Database(request.getfixturevalue(f"empty_{backend}_url"))
    (tmp_path / "made" / "on").mkdir(parents=True)
    row = summary_of(*OLD).model_dump() | {"subject": "\u0130stanbul port"}
    async with database.writing() as connection:
        await connection.run_sync(_to_the_release_before, "0011")
        await connection.execute(_added(ESCALATION, row))
        await connection.execute(_added(SEARCH, {"escalation_id": row["id"], "words": "i stanbul port"}))
    await database.upgrade()
    page = await Reader(database).list_escalations(ListFilter(text="\u0130st"))
    await database.close()
    assert [found.id for found in page.rows] == [row["id"]]


async def test_what_a_forgotten_worker_of_the_release_before_closed_is_found_after_the_next_upgrade(
    postgresql_url: str,
) -> None:
    closing = Closed(**WHO, seq=4, reason=CloseReason.RESOLVED, owner="olga")
    reopened = life("esc-b~1")
    database = Database(postgresql_url)
    ledger, reader = Ledger(database), Reader(database)
    for first in (life("esc-a~1"), reopened):
        await ledger.write(summary_of(*first), first)
        await ledger.write(summary_of(*first, closing), (closing,))
    async with database.writing() as connection:
        of_a, of_b = (ESCALATION.c.id == name for name in ("esc-a~1", "esc-b~1"))
        unmarked = {"marks": None, "updated_at": None, "opened_at": None}
        await connection.execute(update(SEARCH).where(SEARCH.c.escalation_id == "esc-a~1").values(unmarked))
        await connection.execute(update(ESCALATION).where(of_a).values(seq=5, updated_at=START + 5 * HOUR))
        await connection.execute(update(ESCALATION).where(of_b).values(seq=5, closed_at=None, stage="review"))
    by_shelf = ListFilter(owner="olga", team="support", closed_only=True)
    at_large = ListFilter(level_at_least=1)
    assert [row.id for row in (await reader.list_escalations(by_shelf)).rows] == ["esc-b~1"]
    await database.upgrade()
    assert [row.id for row in (await reader.list_escalations(by_shelf)).rows] == ["esc-a~1"]
    assert sorted(row.id for row in (await reader.list_escalations(at_large)).rows) == ["esc-a~1", "esc-b~1"]
    assert await database.write(reshelve) == 0
    await database.close()


async def test_a_write_that_comes_again_after_a_later_one_changes_nothing_that_lists_find(
    database: Database,
) -> None:
    closing = Closed(**WHO, seq=4, reason=CloseReason.RESOLVED, owner="olga")
    first = life("esc-a~1")
    ledger, reader = Ledger(database), Reader(database)
    await ledger.write(summary_of(*first), first)
    await ledger.write(summary_of(*first, closing), (closing,))
    await ledger.write(summary_of(*first), first)
    for wanted in (
        ListFilter(closed_only=True),
        ListFilter(owner="olga", team="support"),
        ListFilter(reach=Reach(span=Span.PERSON, person="olga")),
        ListFilter(text="inv", closed_only=True),
        ListFilter(level_at_least=1, closed_only=True),
    ):
        page = await reader.list_escalations(wanted)
        assert [row.stage for row in page.rows] == [Stage.CLOSED], wanted


def _to_the_release_before(connection: Connection, revision: str = RELEASE_BEFORE) -> None:
    command.upgrade(migrating._config(connection), revision)


async def _old(connection: AsyncConnection, life_: tuple[AnyEvent, ...], kept: tuple[AnyEvent, ...]) -> None:
    """As the release before wrote it."""
    row = summary_of(*life_).model_dump(exclude={"asked_by", "parties"})
    await connection.execute(_added(ESCALATION, row))
    for event in kept:
        said = {
            "escalation_id": row["id"],
            **{name: getattr(event, name) for name in ("seq", "at", "by", "type")},
            "sentence": event.sentence(),
            "payload": event.model_dump(mode="json"),
            "position": event.seq,
            "horizon": 0,
        }
        await connection.execute(_added(EVENT_TABLE, said))


def _added(table: Table, row: dict[str, Any]) -> Insert:
    """Without the columns that came later, which the tables of the code have, some with defaults."""
    older = sql_table(table.name, *(column(one.name, one.type) for one in table.c if one.name in row))
    return insert(older).values(row)
