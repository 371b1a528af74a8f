"""Lists of escalations: filtered, in the order of what is due, page by page."""

from datetime import timedelta

import pytest

from domain.events import AnyEvent, Closed
from domain.vocabulary import CloseReason, Severity, Stage
from records.database import Database
from records.ledger import Ledger
from records.list_filter import ListFilter
from records.reading import Reader
from tests.records.samples import CUSTOMER, REPORT, START, life, opened, promised, summary_of


async def _store(database: Database, *lives: tuple[AnyEvent, ...]) -> None:
    for events in lives:
        await Ledger(database).write(summary_of(*events), events)


async def _listed(database: Database, wanted: ListFilter) -> list[str]:
    return [row.id for row in (await Reader(database).list_escalations(wanted)).rows]


def _due(escalation_id: str, minutes: int) -> tuple[AnyEvent, ...]:
    return (opened(escalation_id), promised(2, "resolve", START + timedelta(minutes=minutes)))


def _closed(escalation_id: str) -> tuple[AnyEvent, ...]:
    closing = Closed(seq=2, at=START, by="clock", reason=CloseReason.RESOLVED, owner="olga")
    return (opened(escalation_id), closing)


async def test_what_is_due_first_comes_first_and_what_is_not_due_last(database: Database) -> None:
    await _store(database, life("esc-0~1"), _due("esc-1~1", 30), _due("esc-2~1", 10), _due("esc-3~1", 20))
    assert await _listed(database, ListFilter()) == ["esc-2~1", "esc-3~1", "esc-1~1", "esc-0~1"]


async def test_pages_follow_each_other_without_gap_or_repeat(database: Database) -> None:
    due = [_due(f"esc-{number}~1", number // 2) for number in range(6)]
    await _store(database, *due, *(life(f"esc-{number}~1") for number in range(6, 10)))
    seen, after = [], None
    for _ in range(4):
        page = await Reader(database).list_escalations(limit=3, after=after)
        seen.append([row.id for row in page.rows])
        after = page.after
    assert seen == [
        ["esc-0~1", "esc-1~1", "esc-2~1"],
        ["esc-3~1", "esc-4~1", "esc-5~1"],
        ["esc-9~1", "esc-8~1", "esc-7~1"],
        ["esc-6~1"],
    ]
    assert after is None


@pytest.mark.parametrize(
    "after", ["", "nonsense", "[]", "[1, 2]", '["2026-11-21T09:00:00", "esc"]', "[null, 1]"]
)
async def test_a_page_after_nonsense_is_refused(database: Database, after: str) -> None:
    with pytest.raises(ValueError, match="not the end of a page"):
        await Reader(database).list_escalations(after=after)


@pytest.mark.parametrize(
    "wanted",
    [
        ListFilter(severity=(Severity.S1,)),
        ListFilter(owner="paul"),
        ListFilter(team="network"),
        ListFilter(customer="other"),
        ListFilter(stage=(Stage.CLOSED,)),
        ListFilter(severity=(Severity.S1,), stage=(Stage.REVIEW,)),
    ],
)
async def test_a_filter_shows_only_what_matches(database: Database, wanted: ListFilter) -> None:
    other = REPORT.but(customer=CUSTOMER.but(id="other"))
    await _store(
        database,
        life("esc-plain~1"),
        life("esc-severity~1", severity=Severity.S1),
        life("esc-owner~1", owner="paul"),
        life("esc-team~1", team="network"),
        life("esc-customer~1", report=other),
        _closed("esc-closed~1"),
    )
    expected = {
        ListFilter(severity=(Severity.S1,)): "esc-severity~1",
        ListFilter(owner="paul"): "esc-owner~1",
        ListFilter(team="network"): "esc-team~1",
        ListFilter(customer="other"): "esc-customer~1",
        ListFilter(stage=(Stage.CLOSED,)): "esc-closed~1",
        ListFilter(severity=(Severity.S1,), stage=(Stage.REVIEW,)): "esc-severity~1",
    }
    assert await _listed(database, wanted) == [expected[wanted]]


async def test_a_list_of_what_is_open_leaves_out_what_is_closed(database: Database) -> None:
    await _store(database, life("esc-a~1"), _closed("esc-b~1"))
    assert await _listed(database, ListFilter(open_only=True)) == ["esc-a~1"]
    assert await _listed(database, ListFilter()) == ["esc-a~1", "esc-b~1"]


async def test_a_filter_that_nothing_matches_gives_an_empty_last_page(database: Database) -> None:
    page = await Reader(database).list_escalations(ListFilter(owner="nobody"))
    assert (page.rows, page.after) == ((), None)


async def test_an_escalation_of_whom_only_others_are_affected_is_listed_under_the_first(
    database: Database,
) -> None:
    report = REPORT.but(customer=None, affected=(CUSTOMER.but(id="one"), CUSTOMER.but(id="two")))
    await _store(database, life("esc-a~1", report=report))
    assert await _listed(database, ListFilter(customer="one")) == ["esc-a~1"]
