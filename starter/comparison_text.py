"""The difference between two policies as tables for people."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from rich.markup import escape
from rich.table import Table

from domain.comparison.difference import Breaches, Difference, Pair, ToldMore
from domain.comparison.footprint import LAST_RESORT, Undone
from domain.simulation.summary import NIGHT_BEGINS, NIGHT_ENDS
from starter.simulation_text import span

NAMED = 3
"""So many cases are named in a line; `--json` names all."""
LISTED = 10
"""So many decisions are listed."""


Shown = Table | str


def told(found: Difference) -> Iterator[Shown]:
    """What is printed, from the whole to the particulars."""
    if not found.cases:
        yield "There is no case to compare by."
        return
    yield f"{len(found.changed)} of {found.cases} cases come out differently."
    if found.only_in_detail:
        yield (
            f"In {len(found.only_in_detail)} of them messages or breaches only come at another minute, "
            "by another channel or about something else."
        )
    yield _sums(found)
    for title, rows in (("Who is told more or less often", found.people), ("By team", found.teams)):
        if changed := [row for row in rows if row.messages.more or row.nights.more]:
            yield from _under(title, _people(changed))
    if any(pair.more for pair in found.hours):
        yield from _under("At which hour, where each is", _hours(found.hours))
    if found.breaches:
        yield from _under("Promises broken", _breaches(found.breaches))
    yield from _named("No longer acknowledged", found.no_longer_acknowledged)
    yield from _named("Now acknowledged", found.newly_acknowledged)
    for title, side, other in (("old", found.old, found.new), ("new", found.new, found.old)):
        yield from _undone(f"Could not be replayed under the {title} only", side.refused, other.refused)
        yield from _undone(f"Does not come about under the {title} only", side.not_come, other.not_come)


def _sums(found: Difference) -> Table:
    old, new = found.old, found.new
    table = _table("", "old", "new", "")
    _row(table, "Messages to people inside", _sum(each.messages for each in found.people))
    night = f"at night ({NIGHT_BEGINS}:00 to {NIGHT_ENDS}:00, where each is)"
    _row(table, f"  {night}", _sum(each.nights for each in found.people))
    _row(table, "Messages to customers", found.customers)
    _row(table, "Promises broken", _sum(each.times for each in found.breaches))
    for title, before, after in (
        ("Acknowledged after (median)", old.answered.median, new.answered.median),
        ("  nine in ten within", old.answered.p90, new.answered.p90),
    ):
        table.add_row(title, _span(before), _span(after), _longer(before, after))
    _row(table, "  never", Pair(old.answered.never, new.answered.never))
    for level in sorted(old.levels.keys() | new.levels.keys(), key=lambda one: (one == LAST_RESORT, one)):
        reached = "Last resort reached" if level == LAST_RESORT else f"Level {level} is the highest"
        _row(table, reached, Pair(old.levels.get(level, 0), new.levels.get(level, 0)))
    _row(table, "Still open at the end", Pair(old.still_open, new.still_open))
    _row(table, "Decisions that could not be replayed", Pair(len(old.refused), len(new.refused)))
    _row(table, "Decisions that do not come about", Pair(len(old.not_come), len(new.not_come)))
    return table


def _under(title: str, table: Table) -> Iterator[Shown]:
    yield f"\n[bold]{title}[/bold]"
    yield table


def _people(rows: Sequence[ToldMore]) -> Table:
    table = _table("", "old", "new", "", "at night: old", "new", "")
    for one in rows:
        nights = one.nights
        table.add_row(
            *(escape(one.who), str(one.messages.old), str(one.messages.new), _signed(one.messages.more)),
            *(str(nights.old), str(nights.new), _signed(nights.more)),
        )
    return table


def _breaches(rows: Sequence[Breaches]) -> Table:
    table = _table("", "old", "new", "", "gained in", "lost in")
    for one in rows:
        promise = one.promise.replace("_", " ")
        times = (str(one.times.old), str(one.times.new), _signed(one.times.more))
        table.add_row(promise, *times, _cases(one.gained), _cases(one.lost))
    return table


def _hours(hours: Sequence[Pair]) -> Table:
    table = _table("", "old", "new", "")
    for hour, pair in enumerate(hours):
        if pair.more:
            _row(table, f"{hour:02}:00", pair)
    return table


def _named(title: str, cases: tuple[str, ...]) -> Iterator[str]:
    if cases:
        yield f"{title}: {_cases(cases)}"


def _undone(title: str, here: Sequence[Undone], there: Sequence[Undone]) -> Iterator[Shown]:
    """What is different only; the sums count all."""
    elsewhere = frozenset(there)
    found = [one for one in here if one not in elsewhere]
    if not found:
        return
    table = Table.grid(padding=(0, 2))
    for one in found[:LISTED]:
        does = one.does.replace("_", " ")
        table.add_row(escape(one.case), f"after {span(one.after)}", escape(one.who), does, escape(one.why))
    if len(found) > LISTED:
        table.add_row(f"and {len(found) - LISTED} more: --json")
    yield from _under(title, table)


def _table(*columns: str) -> Table:
    """The first column and those of names are texts, the others numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        is_text = number == 0 or column.endswith(" in")
        table.add_column(column, justify="left" if is_text else "right", overflow="fold")
    return table


def _row(table: Table, title: str, pair: Pair) -> None:
    table.add_row(title, str(pair.old), str(pair.new), _signed(pair.more))


def _sum(pairs: Iterable[Pair]) -> Pair:
    known = list(pairs)
    return Pair(sum(pair.old for pair in known), sum(pair.new for pair in known))


def _signed(more: int) -> str:
    return f"{more:+}" if more else ""


def _span(length: timedelta | None) -> str:
    return "-" if length is None else span(length)


def _longer(old: timedelta | None, new: timedelta | None) -> str:
    if old is None or new is None or old == new:
        return ""
    return f"+{span(new - old)}" if new > old else f"-{span(old - new)}"


def _cases(names: Sequence[str]) -> str:
    shown = ", ".join(escape(name) for name in names[:NAMED])
    return f"{shown} and {len(names) - NAMED} more" if len(names) > NAMED else shown
