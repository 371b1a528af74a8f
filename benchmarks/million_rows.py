"""List page: every filter, the pairs that people use, and deep pages, with a million rows in PostgreSQL."""

import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from statistics import median
from time import perf_counter, process_time
from typing import Any

from psycopg import AsyncConnection
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection as Connection

from benchmarks.cpu import seconds_of
from benchmarks.figures import Figure, Run, judged
from benchmarks.made_rows import FIRST, GONE, NOW, YEARS, fill
from domain.rights import Reach, Span
from domain.vocabulary import PromiseKind, Reason, Severity, Stage
from records.database import Database
from records.list_filter import AnyPromise, ListFilter
from records.list_order import STRETCHES, Cursor, Sort, in_turn
from records.listing import page_keys
from records.planning import Found, found_beforehand, plan_for_these_values
from records.reading import PAGE, Reader
from tests.postgres import postgres_server

AIM = timedelta(milliseconds=100)
DAY = timedelta(days=1)
AGENT = Reach(span=Span.TEAM, person="person-5-3", team="team-5")
BUSY_AGENT = Reach(span=Span.TEAM, person="person-0-0", team="team-0")
ALONE = Reach(span=Span.TEAM, person="person-0-1", team="team-39")
REPORTER = Reach(span=Span.ASKED_BY, person="agent-17")
MACHINE = Reach(span=Span.ASKED_BY, person="monitoring")
PARTY = Reach(span=Span.PERSON, person="manager-0")

ALONE_FILTERS: dict[str, ListFilter] = {
    "nothing": ListFilter(),
    "open": ListFilter(open_only=True),
    "closed": ListFilter(closed_only=True),
    "stage review": ListFilter(stage=(Stage.REVIEW,)),
    "stages escalate, closed": ListFilter(stage=(Stage.ESCALATE, Stage.CLOSED)),
    "severity S1": ListFilter(severity=(Severity.S1,)),
    "severities S1, S4": ListFilter(severity=(Severity.S1, Severity.S4)),
    "owner, heavy": ListFilter(owner="owner-0-0"),
    "owner, gone": ListFilter(owner="owner-0-gone"),
    "owner, rare": ListFilter(owner="owner-39-11"),
    "owner, unknown": ListFilter(owner="nobody"),
    "team, heavy": ListFilter(team="team-0"),
    "team, rare": ListFilter(team="team-39"),
    "customer, heavy": ListFilter(customer="customer-0"),
    "customer, gone": ListFilter(customer="customer-gone"),
    "customer, rare": ListFilter(customer="customer-19000"),
    "reason, heavy": ListFilter(reason=(Reason.URGENCY,)),
    "reason, rare": ListFilter(reason=(Reason.ABUSE_OR_THREAT,)),
    "reasons, three": ListFilter(reason=(Reason.ABUSE_OR_THREAT, Reason.MAJOR_OUTAGE, Reason.COMPLEXITY)),
    "level 5": ListFilter(level=5),
    "level 2": ListFilter(level=2),
    "level 4 or above": ListFilter(level_at_least=4),
    "broken, any": ListFilter(broken=AnyPromise.ANY),
    "broken, common": ListFilter(broken=PromiseKind.NEXT_UPDATE),
    "broken, rare": ListFilter(broken=PromiseKind.PREVENTIVE_ACTION),
    "at risk, any": ListFilter(at_risk=AnyPromise.ANY),
    "at risk, rare": ListFilter(at_risk=PromiseKind.APPROVAL),
    "due within a day": ListFilter(due_before=NOW + DAY),
    "opened last week": ListFilter(opened_after=NOW - 7 * DAY),
    "opened long ago": ListFilter(opened_before=GONE),
    "opened on one day": ListFilter(opened_after=GONE, opened_before=GONE + DAY),
    "text, common": ListFilter(text="invoice"),
    "text, one row": ListFilter(text="inv 123456"),
    "text, gone": ListFilter(text="legacyware"),
    "text, beginnings": ListFilter(text="out net"),
    "text, unknown": ListFilter(text="zeppelin"),
    "text, beginning of what is gone": ListFilter(text="legacyw"),
    "text, two words, one gone": ListFilter(text="invoice legacyware"),
    "text, beginning of a thousand old numbers": ListFilter(text="inv 123"),
    "text, beginning of the days of a year": ListFilter(text="2024"),
    "text, beginnings of two numbers": ListFilter(text="2024 123"),
    "text, beginning of a thousand days": ListFilter(text="202"),
    "reach of an agent": ListFilter(reach=AGENT),
    "reach of an agent in the heavy team": ListFilter(reach=BUSY_AGENT),
    "reach of an agent of two teams": ListFilter(reach=ALONE),
    "reach of a reporter": ListFilter(reach=REPORTER),
    "reach of a monitoring service": ListFilter(reach=MACHINE),
    "reach of a busy party": ListFilter(reach=PARTY),
}
TOGETHER: dict[str, ListFilter] = {
    "team, open": ListFilter(team="team-0", open_only=True),
    "team, stage": ListFilter(team="team-3", stage=(Stage.ESCALATE,)),
    "owner, severity": ListFilter(owner="owner-0-0", severity=(Severity.S1,)),
    "owner gone, severity": ListFilter(owner="owner-0-gone", severity=(Severity.S1,)),
    "owner, closed": ListFilter(owner="owner-0-2", closed_only=True),
    "owner of another team": ListFilter(owner="owner-0-0", team="team-1"),
    "team, customer": ListFilter(team="team-0", customer="customer-0"),
    "team, customer gone": ListFilter(team="team-1", customer="customer-gone"),
    "team, rare reason": ListFilter(team="team-0", reason=(Reason.ABUSE_OR_THREAT,)),
    "team, level": ListFilter(team="team-0", level_at_least=4),
    "team, broken": ListFilter(team="team-0", broken=AnyPromise.ANY),
    "team, broken rare": ListFilter(team="team-0", broken=PromiseKind.PREVENTIVE_ACTION),
    "team, text": ListFilter(team="team-0", text="invoice"),
    "severity, text": ListFilter(severity=(Severity.S1,), text="legacyware"),
    "severity, broken": ListFilter(severity=(Severity.S1,), broken=PromiseKind.RESOLVE),
    "severity, reason": ListFilter(severity=(Severity.S1,), reason=(Reason.ABUSE_OR_THREAT,)),
    "customer, text": ListFilter(customer="customer-0", text="outage"),
    "customer, opened last month": ListFilter(customer="customer-0", opened_after=NOW - 30 * DAY),
    "open, due soon, severe": ListFilter(due_before=NOW, severity=(Severity.S1, Severity.S2)),
    "broken, open": ListFilter(broken=PromiseKind.NEXT_UPDATE, open_only=True),
    "broken, at risk": ListFilter(broken=AnyPromise.ANY, at_risk=AnyPromise.ANY),
    "agent, open": ListFilter(reach=AGENT, open_only=True),
    "agent, text": ListFilter(reach=AGENT, text="outage"),
    "agent, text gone": ListFilter(reach=BUSY_AGENT, text="legacyware"),
    "agent, customer": ListFilter(reach=BUSY_AGENT, customer="customer-0"),
    "agent, broken": ListFilter(reach=BUSY_AGENT, broken=PromiseKind.PREVENTIVE_ACTION),
    "agent, owner": ListFilter(reach=AGENT, owner="owner-5-0"),
    "party, severity": ListFilter(reach=PARTY, severity=(Severity.S1,)),
    "party, owner": ListFilter(reach=PARTY, owner="owner-8-0"),
    "reporter, text": ListFilter(reach=REPORTER, text="invoice"),
    "reporter, closed": ListFilter(reach=REPORTER, closed_only=True),
    "text gone, opened long ago": ListFilter(text="legacyware", opened_before=GONE),
    "text, opened long ago": ListFilter(text="network", opened_before=GONE),
    "team, opened long ago": ListFilter(team="team-0", opened_before=GONE),
    "customer gone, level": ListFilter(customer="customer-gone", level_at_least=4),
    "customer gone, owner gone": ListFilter(customer="customer-gone", owner="owner-0-gone"),
    "customer gone, text gone, broken": ListFilter(
        customer="customer-gone", text="legacyware", broken=AnyPromise.ANY
    ),
    "reasons, level, party": ListFilter(
        reach=PARTY, reason=(Reason.ABUSE_OR_THREAT, Reason.MAJOR_OUTAGE), level_at_least=3
    ),
    "agent, owner of another team": ListFilter(reach=BUSY_AGENT, owner="owner-1-0"),
    "agent, customer gone": ListFilter(reach=BUSY_AGENT, customer="customer-gone"),
    "severity, customer gone": ListFilter(severity=(Severity.S1,), customer="customer-gone"),
    "severity, opened long ago": ListFilter(severity=(Severity.S1,), opened_before=GONE),
    "customer rare, beginning of days": ListFilter(customer="customer-19000", text="2024"),
    "beginning of days, open": ListFilter(text="2024", open_only=True),
    "beginnings of all kinds, severity": ListFilter(text="tick 2024 inv", severity=(Severity.S1,)),
    "owner of another team, days": ListFilter(owner="owner-0-0", team="team-1", text="2024"),
    "three, and words": ListFilter(
        team="team-0", severity=(Severity.S2, Severity.S3), reason=(Reason.COMPLEXITY,), text="network"
    ),
}


@dataclass(frozen=True)
class Case:
    name: str
    wanted: ListFilter
    sort: Sort
    deep: bool

    @property
    def after(self) -> str | None:
        """Deep: a place in the midst of all that is closed."""
        if not self.deep:
            return None
        last = len(STRETCHES[self.sort]) - 1
        return str(Cursor(self.sort, last, FIRST + timedelta(days=200 * YEARS), "esc-ticket-5"))

    def __str__(self) -> str:
        return f"{self.name}, by {self.sort}{', deep' if self.deep else ''}"


def cases() -> Iterator[Case]:
    for sort in Sort:
        for deep in (False, True):
            for name, wanted in (ALONE_FILTERS | TOGETHER).items():
                yield Case(name, wanted, sort, deep)


@dataclass(frozen=True)
class Measured:
    case: Case
    seconds: tuple[float, ...]
    cpu: float
    """Seconds of processor time a page, in the database and here."""
    rows: int
    faults: tuple[str, ...]
    """Tables that a plan reads from end to end."""
    plans: tuple[Any, ...]
    """Those of a page that is late or has faults; all of them would keep the collector of garbage busy."""

    @property
    def usual(self) -> float:
        return median(self.seconds)

    @property
    def is_late(self) -> bool:
        return _is_late(self.seconds)

    @property
    def line(self) -> tuple[str, ...]:
        times = (f"{each * 1e3:.0f} ms" for each in (self.usual, max(self.seconds), self.cpu))
        return (str(self.case), *times, str(self.rows), ", ".join(self.faults))


async def measure(run: Run) -> Figure:
    count, rounds = run.size(1_000_000, 20_000), run.size(3, 1)
    with postgres_server() as server:
        server.execute("CREATE DATABASE million")
        url = server.url("million")
        database = Database(url)
        await database.upgrade()
        began = perf_counter()
        async with await AsyncConnection.connect(url) as connection:
            await fill(connection, count, run.say)
        filled = perf_counter() - began
        measured = await _measured(run, database, rounds)
        await database.close()
    return figure(count, filled, measured)


async def _measured(run: Run, database: Database, rounds: int) -> list[Measured]:
    async with database.reading() as connection:
        pid = (await connection.execute(select(func.pg_backend_pid()))).scalar_one()
    measured: list[Measured] = []
    wanted = list(cases())
    for number, case in enumerate(wanted, 1):
        measured.append(await measured_case(database, case, rounds, pid))
        late = sum(one.is_late for one in measured)
        run.say(f"{number} of {len(wanted)} pages, {late} over the aim")
    return measured


async def measured_case(database: Database, case: Case, rounds: int, pid: int) -> Measured:
    """The first page of it is read once before, unmeasured: the figure is of a warm database.

    `pid`: of the server's process that reads, which is always the same, as there is one reader at a time.
    """
    reader = Reader(database)
    read = partial(reader.list_escalations, case.wanted, sort=case.sort, limit=PAGE, after=case.after)
    page = await read()
    # As the API does in its quiet moments: each page leaves a compiled statement, all of them 80 MB.
    gc.collect()
    gc.freeze()
    seconds: list[float] = []
    spent = seconds_of(pid) + process_time()
    for _ in range(rounds):
        began = perf_counter()
        await read()
        seconds.append(perf_counter() - began)
    cpu = (seconds_of(pid) + process_time() - spent) / rounds
    async with database.reading() as connection:
        await plan_for_these_values(connection)
        found = await found_beforehand(connection, case.wanted, case.sort)
        plans = [await _plan(connection, query) for query in _queries(case, found)]
    faults = tuple(sorted({table for plan in plans for table in _read_whole(plan[0]["Plan"])}))
    kept = tuple(plans) if faults or _is_late(seconds) else ()
    return Measured(case, tuple(seconds), cpu, len(page.rows), faults, kept)


def _is_late(seconds: Sequence[float]) -> bool:
    return median(seconds) > AIM.total_seconds()


def _queries(case: Case, found: Found) -> Iterator[Select[*tuple[Any, ...]]]:
    """All that a page may have to ask; often the first stretch suffices."""
    cursor = Cursor.parse(case.after, case.sort) if case.after else None
    for some in in_turn(case.sort, cursor):
        query = page_keys(found, some, cursor, PAGE + 1, "postgresql")
        if query is not None:
            yield query


async def _plan(connection: Connection, query: Select[*tuple[Any, ...]]) -> Any:
    said = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    explained = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {said}")
    return explained.scalar_one()


def _read_whole(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from _read_whole(child)


def figure(count: int, filled: float, measured: list[Measured]) -> Figure:
    slowest = sorted(measured, key=lambda one: -one.usual)
    late = [one for one in slowest if one.is_late]
    busy = [one for one in measured if one.cpu > AIM.total_seconds()]
    faulty = [one for one in measured if one.faults]
    faults = "an index for each" if not faulty else f"{len(faulty)} read a table from end to end"
    middle = median(one.usual for one in measured), median(one.cpu for one in measured)
    return Figure(
        name="list page",
        how=f"{count:,} escalations in PostgreSQL, 98 % closed (made in {filled:.0f} s); {len(measured)} "
        f"pages of {PAGE}: {len(ALONE_FILTERS)} filters alone and {len(TOGETHER)} together, {len(Sort)} "
        "orders, first and deep; warm, each the median of its rounds",
        measured=f"worst {slowest[0].usual * 1e3:.0f} ms ({slowest[0].case}), median {middle[0] * 1e3:.1f} "
        f"ms (processor {middle[1] * 1e3:.1f} ms); {len(late)} over the aim, {len(busy)} by processor time; "
        f"{faults}",
        aim=f"≤ {AIM.total_seconds() * 1e3:.0f} ms, no table read from end to end",
        verdict=judged(is_met=not late and not faulty),
        explained={
            "pages": {str(one.case): (one.usual, max(one.seconds), one.cpu, one.rows) for one in measured},
            "plans": {str(one.case): one.plans for one in [*late, *faulty]},
        },
        breakdown=(
            ("over the aim, or slowest", "median", "worst", "processor", "rows", "read whole"),
            *(one.line for one in late or slowest[:12]),
            *(one.line for one in faulty if not one.is_late),
        ),
    )
