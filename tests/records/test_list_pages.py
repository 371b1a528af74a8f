"""Every filter, order and reach, page by page, against the same said in Python; with many ties."""

import base64
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.rights import Reach, Span
from domain.vocabulary import CloseReason, Priority, PromiseKind, Reason, Severity, Stage
from records import planning, reading
from records.database import Database
from records.list_filter import AnyPromise, ListFilter
from records.list_order import Cursor, Sort
from records.reading import Reader
from records.rows import EscalationRow
from records.tables import ESCALATION, TAG
from records.tags import shelf_stamp, store_words, tags
from tests.records.samples import START

PEOPLE = ("anna", "ben", "carla", "dora")
TEAMS = ("support", "network")
CUSTOMERS = ("acme", "zenith", None)
SUBJECTS = ("Invoice wrong", "Invoices 100 % late", "Größe_falsch", "Login_slow in a ROW")
REASONS = (Reason.URGENCY, Reason.COMPLEXITY, Reason.RECURRENCE)
BROKEN = ((), ("resolve",), ("approval:refund-1", "next_update"))
AT_RISK = ((), ("next_update",))
AGES = (0, 0, 0, 11, 130, 131, 285, 420)
"""Days: within one stretch of ten, in the next ones, and beyond empty hundreds."""
ROWS = 90


def _rows() -> list[EscalationRow]:
    return [_row(Random(number), number) for number in range(ROWS)]


def _row(random: Random, number: int) -> EscalationRow:
    closed = random.random() < 0.6
    opened = START + timedelta(hours=random.randrange(8)) - timedelta(days=random.choice(AGES))
    owner = random.choice(PEOPLE)
    return EscalationRow(
        id=f"esc-{number:03}~1",
        key=f"key-{number % 40}",
        seq=3,
        stage=Stage.CLOSED if closed else random.choice(tuple(Stage)[:6]),
        severity=random.choice(tuple(Severity)),
        priority=Priority.P2,
        level=random.randrange(1, 5),
        owner=owner,
        manager="mona",
        team=random.choice(TEAMS),
        customer=random.choice(CUSTOMERS),
        reason=random.choice(REASONS),
        subject=random.choice(SUBJECTS),
        policy="support",
        policy_version="v1",
        opened_at=opened,
        next_due=None if closed or random.random() < 0.3 else START + timedelta(hours=random.randrange(4)),
        broken=random.choice(BROKEN),
        at_risk=() if closed else random.choice(AT_RISK),
        closed_at=opened if closed else None,
        close_reason=CloseReason.RESOLVED if closed else None,
        updated_at=opened + timedelta(hours=random.randrange(5)),
        asked_by=random.choice(PEOPLE),
        parties=tuple(sorted({owner, "mona", random.choice(PEOPLE)})),
    )


async def _store(database: Database, rows: list[EscalationRow]) -> None:
    stamped = [
        {
            "escalation_id": row.id,
            "tag": tag,
            **shelf_stamp(row.closed_at, row.severity, row.opened_at, row.updated_at),
        }
        for row in rows
        for tag in tags(row.parties, row.broken, row.at_risk)
    ]
    async with database.writing() as connection:
        await connection.execute(insert(ESCALATION), [row.model_dump() for row in rows])
        await connection.execute(insert(TAG), stamped)
        for row in rows:
            await connection.run_sync(store_words, row.model_dump())


Predicate = Callable[[EscalationRow], bool]
FILTERS: dict[str, tuple[ListFilter, Predicate]] = {
    "everything": (ListFilter(), lambda row: True),
    "stages": (
        ListFilter(stage=(Stage.REVIEW, Stage.CLOSED)),
        lambda row: row.stage in (Stage.REVIEW, Stage.CLOSED),
    ),
    "an open stage": (ListFilter(stage=(Stage.RCA,)), lambda row: row.stage == Stage.RCA),
    "severities": (
        ListFilter(severity=(Severity.S3, Severity.S1)),
        lambda row: row.severity in (Severity.S1, Severity.S3),
    ),
    "reasons": (ListFilter(reason=REASONS[:2]), lambda row: row.reason in REASONS[:2]),
    "owner": (ListFilter(owner="anna"), lambda row: row.owner == "anna"),
    "team": (ListFilter(team="network"), lambda row: row.team == "network"),
    "customer": (ListFilter(customer="acme"), lambda row: row.customer == "acme"),
    "level": (ListFilter(level=2), lambda row: row.level == 2),
    "level and above": (ListFilter(level_at_least=3), lambda row: row.level >= 3),
    "anything broken": (ListFilter(broken=AnyPromise.ANY), lambda row: bool(row.broken)),
    "an approval broken": (
        ListFilter(broken=PromiseKind.APPROVAL),
        lambda row: "approval:refund-1" in row.broken,
    ),
    "anything at risk": (ListFilter(at_risk=AnyPromise.ANY), lambda row: bool(row.at_risk)),
    "broken and at risk": (
        ListFilter(broken=AnyPromise.ANY, at_risk=PromiseKind.NEXT_UPDATE, owner="ben"),
        lambda row: bool(row.broken) and "next_update" in row.at_risk and row.owner == "ben",
    ),
    "two tags": (
        ListFilter(broken=AnyPromise.ANY, at_risk=PromiseKind.NEXT_UPDATE),
        lambda row: bool(row.broken) and "next_update" in row.at_risk,
    ),
    "due": (
        ListFilter(due_before=START + timedelta(hours=2)),
        lambda row: row.next_due is not None and row.next_due < START + timedelta(hours=2),
    ),
    "opened between": (
        ListFilter(opened_after=START + timedelta(hours=2), opened_before=START + timedelta(hours=4)),
        lambda row: START + timedelta(hours=2) <= row.opened_at < START + timedelta(hours=4),
    ),
    "the beginning of a word": (
        ListFilter(text="wrong INV"),
        lambda row: row.subject == "Invoice wrong",
    ),
    "beginnings of several words": (
        ListFilter(text="wro invo"),
        lambda row: row.subject == "Invoice wrong",
    ),
    "two letters are a word": (ListFilter(text="a"), lambda row: "in a ROW" in row.subject),
    "a word of a key": (ListFilter(text="key 17"), lambda row: row.key == "key-17" or "017" in row.id),
    "a wildcard is no word": (ListFilter(text="100% late"), lambda row: "100" in row.subject),
    "letters of all kinds": (ListFilter(text="GRÖSSE"), lambda row: "Größe" in row.subject),
    "words in old ones": (
        ListFilter(text="inv", opened_before=START - timedelta(days=20)),
        lambda row: "Invoice" in row.subject and row.opened_at < START - timedelta(days=20),
    ),
    "opened after that, at a level": (
        ListFilter(opened_after=START - timedelta(days=131), level_at_least=2, level=3),
        lambda row: row.opened_at >= START - timedelta(days=131) and row.level == 3,
    ),
    "owner, customer and severities": (
        ListFilter(owner="anna", customer="acme", severity=(Severity.S2, Severity.S4)),
        lambda row: (
            row.owner == "anna" and row.customer == "acme" and row.severity in (Severity.S2, Severity.S4)
        ),
    ),
    "owner in a team that asked": (
        ListFilter(owner="ben", team="support", reach=Reach(span=Span.ASKED_BY, person="ben")),
        lambda row: row.owner == "ben" and row.team == "support" and row.asked_by == "ben",
    ),
    "party without a team": (
        ListFilter(reach=Reach(span=Span.TEAM, person="dora"), reason=(Reason.URGENCY,)),
        lambda row: "dora" in row.parties and row.reason == Reason.URGENCY,
    ),
    "open": (ListFilter(open_only=True), lambda row: row.closed_at is None),
    "closed": (ListFilter(closed_only=True), lambda row: row.closed_at is not None),
    "open and closed": (ListFilter(open_only=True, closed_only=True), lambda row: False),
    "own team or party": (
        ListFilter(reach=Reach(span=Span.TEAM, person="anna", team="network")),
        lambda row: row.team == "network" or "anna" in row.parties,
    ),
    "party": (
        ListFilter(reach=Reach(span=Span.PERSON, person="ben"), severity=(Severity.S2,)),
        lambda row: "ben" in row.parties and row.severity == Severity.S2,
    ),
    "asked by": (
        ListFilter(reach=Reach(span=Span.ASKED_BY, person="carla")),
        lambda row: row.asked_by == "carla",
    ),
    "nothing in reach": (ListFilter(reach=Reach(span=Span.NOTHING, person="anna")), lambda row: False),
    "reach, broken and words": (
        ListFilter(
            reach=Reach(span=Span.TEAM, person="anna", team="network"),
            broken=PromiseKind.RESOLVE,
            text="invoice",
        ),
        lambda row: (
            (row.team == "network" or "anna" in row.parties)
            and "resolve" in row.broken
            and "Invoice" in row.subject
        ),
    ),
}


def _place(sort: Sort, row: EscalationRow) -> tuple[Any, ...]:
    """What comes first has the lowest."""
    newest = [-row.opened_at.timestamp(), *_backwards(row.id)]
    idle = [1 if row.closed_at is None else 2, *newest]
    due = [0, row.next_due.timestamp(), row.id] if row.next_due else idle
    match sort:
        case Sort.NEXT_DUE:
            return tuple(due)
        case Sort.SEVERITY:
            return (row.severity, *due)
        case Sort.OPENED:
            return tuple(newest)
        case Sort.UPDATED:
            return (-row.updated_at.timestamp(), *_backwards(row.id))


def _backwards(id_: str) -> list[int]:
    return [-ord(letter) for letter in id_]


async def _pages(reader: Reader, wanted: ListFilter, sort: Sort, limit: int) -> list[list[str]]:
    found, after = [], None
    while True:
        page = await reader.list_escalations(wanted, sort=sort, limit=limit, after=after)
        found.append([row.id for row in page.rows])
        after = page.after
        if after is None:
            return found


async def _check_all_pages(database: Database, filters: Iterable[str]) -> None:
    rows = _rows()
    await _store(database, rows)
    reader = Reader(database)
    for name in filters:
        wanted, matches = FILTERS[name]
        for number, sort in enumerate(Sort):
            limit = 7 + 5 * number
            pages = await _pages(reader, wanted, sort, limit)
            expected = [row.id for row in sorted(filter(matches, rows), key=lambda row: _place(sort, row))]
            assert [one for page in pages for one in page] == expected, (name, sort)
            assert all(len(page) == limit for page in pages[:-1]), (name, sort)


async def test_every_filter_in_every_order_shows_what_matches_once_through_all_pages(
    database: Database,
) -> None:
    await _check_all_pages(database, FILTERS)


@pytest.mark.parametrize("rare", [pytest.param(20_000, id="rare"), pytest.param(-1, id="common")])
async def test_a_text_is_found_however_many_rows_hold_it(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch, rare: int
) -> None:
    monkeypatch.setattr(planning, "FEW", 0)
    monkeypatch.setattr(planning, "RARE", rare)
    database = Database(postgresql_url)
    await _check_all_pages(database, [name for name, (wanted, _) in FILTERS.items() if wanted.text])
    await database.close()


def test_no_filter_of_these_shows_all_or_nothing_by_chance() -> None:
    trivial = {"everything", "open and closed", "nothing in reach"}
    shown = {name: sum(map(matches, _rows())) for name, (_, matches) in FILTERS.items()}
    assert {name for name, number in shown.items() if number in (0, ROWS)} == trivial


async def test_what_is_counted_is_what_is_listed(database: Database) -> None:
    rows = _rows()
    await _store(database, rows)
    reader = Reader(database)
    for name, (wanted, matches) in FILTERS.items():
        count = await reader.count(wanted)
        assert (count.number, count.is_exact) == (sum(map(matches, rows)), True), name


@pytest.mark.parametrize(("at_most", "number", "is_exact"), [(89, 89, False), (90, 90, True), (91, 90, True)])
async def test_counting_ends_where_it_is_told_to(
    database: Database, at_most: int, number: int, is_exact: bool
) -> None:
    await _store(database, _rows())
    count = await Reader(database).count(at_most=at_most)
    assert (count.number, count.is_exact) == (number, is_exact)


@pytest.mark.parametrize("sort", Sort)
async def test_rows_that_come_and_go_between_pages_neither_hide_nor_repeat_others(
    database: Database, sort: Sort
) -> None:
    rows = sorted(_rows(), key=lambda row: _place(sort, row))
    await _store(database, rows[1::2])
    reader = Reader(database)
    first = await reader.list_escalations(sort=sort, limit=20)
    await _store(database, rows[::2])
    second = await reader.list_escalations(sort=sort, limit=100, after=first.after)
    behind = rows[rows.index(rows[39]) + 1 :]
    assert [row.id for row in second.rows] == [row.id for row in behind]


async def test_a_page_is_of_one_moment(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or it would show what has left the caller's reach since it was looked for."""
    row = _rows()[0]
    await _store(database, [row])
    read = reading._rows

    async def read_after_it_has_left(connection: AsyncConnection, ids: list[str]) -> Any:
        async with database.writing() as other:
            await other.execute(update(ESCALATION).values(team="elsewhere", subject="not for them"))
        return await read(connection, ids)

    monkeypatch.setattr(reading, "_rows", read_after_it_has_left)
    reach = Reach(span=Span.TEAM, person="nobody", team=row.team)
    page = await Reader(database).list_escalations(ListFilter(reach=reach))
    assert [(one.team, one.subject) for one in page.rows] == [(row.team, row.subject)]


async def test_no_list_keeps_the_server_busy_for_long(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    async with database.reading() as connection:
        await planning.bound_each_question(connection)
        assert await connection.scalar(text("SHOW statement_timeout")) == "10s"
    ((after,),) = await database.rows(text("SHOW statement_timeout"))
    await database.close()
    assert after == "0"


@pytest.mark.parametrize("sort", Sort)
async def test_the_end_of_a_page_is_refused_in_another_order(database: Database, sort: Sort) -> None:
    await _store(database, _rows())
    page = await Reader(database).list_escalations(sort=sort, limit=1)
    for other in set(Sort) - {sort}:
        with pytest.raises(ValueError, match=f"sorted by {sort}, this one by {other}; hand in the same sort"):
            await Reader(database).list_escalations(sort=other, after=page.after)


@pytest.mark.parametrize(
    "cursor",
    [
        Cursor(Sort.OPENED, 1, START, "esc"),
        Cursor(Sort.OPENED, -1, START, "esc"),
        Cursor(Sort.OPENED, 0, START.replace(tzinfo=None), "esc"),
        Cursor(Sort.OPENED, 0, datetime.min.replace(tzinfo=timezone(timedelta(hours=5))), "esc"),
        Cursor(Sort.OPENED, 0, START, "esc\0"),
        Cursor(Sort.OPENED, 0, START, "esc\ud800"),
    ],
)
def test_the_end_of_a_page_that_nobody_gave_out_is_refused(cursor: Cursor) -> None:
    with pytest.raises(ValueError, match="not the end of a page; hand in"):
        Cursor.parse(str(cursor), Sort.OPENED)


def test_what_is_nested_beyond_reading_is_no_end_of_a_page() -> None:
    nested = base64.urlsafe_b64encode(b"[" * 100_000).decode()
    with pytest.raises(ValueError, match="not the end of a page; hand in"):
        Cursor.parse(nested, Sort.OPENED)


async def test_before_the_beginning_of_time_there_is_nothing(database: Database) -> None:
    await _store(database, _rows())
    place = Cursor(Sort.OPENED, 0, datetime.min.replace(tzinfo=UTC), "esc")
    assert (await Reader(database).list_escalations(sort=Sort.OPENED, after=str(place))).rows == ()
