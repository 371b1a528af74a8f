"""`escalations policy compare`: past or written cases under two policies, and what is different."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from starter.cases_folder import Otherwise, check_names, read_cases, written_case
from starter.cli.common import AsJson, emit, say, settings_now, wait_for
from starter.cli.given import given_duration, given_instant, this_second
from starter.comparison import Contest, House, Which, houses, which
from starter.comparison_text import told
from starter.errors import OrderInvalid, Problem

_DOCUMENT: TypeAdapter[Any] = TypeAdapter(Any)
Tick = Callable[[], None]

Old = Annotated[
    str,
    typer.Argument(
        help="NAME: a policy; FOLDER: an organisation's, each case under the policy of its own name; "
        "FOLDER:NAME: a policy of that organisation."
    ),
]
New = Annotated[str, typer.Argument(help="The same.")]
Cases = Annotated[Path | None, typer.Option(metavar="DIR", help="Case files, as for `escalations simulate`.")]
Past = Annotated[
    str | None,
    typer.Option(metavar="DURATION", help="The ledger's escalations that opened since, such as 90d."),
]
Script = Annotated[Path | None, typer.Option(help="Who does what in cases that name no script themselves.")]
At = Annotated[
    str | None, typer.Option(metavar="INSTANT", help="When cases open that do not say it; without it now.")
]
Until = Annotated[str, typer.Option(metavar="DURATION", help="How long written cases are played at most.")]
Folder = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Where a NAME is looked up; as set without it.")
]


def compare(
    old: Old,
    new: New,
    cases: Cases = None,
    past: Past = None,
    script: Script = None,
    at: At = None,
    until: Until = "30d",
    policies: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Run cases under two policies and show who is told more, when, which promises break, who answers.

    Nothing is sent and nothing is changed.
    """
    here = policies or settings_now().policies
    sides = which(old, "OLD", here), which(new, "NEW", here)
    now = this_second()
    if (cases is None) == (past is None):
        raise OrderInvalid(
            Problem("CASES", "say by which cases to compare", "give --cases DIR or --past 90d")
        )
    if cases is not None:
        otherwise = Otherwise(
            at=given_instant(at, "--at") if at is not None else now,
            script=script,
            length=given_duration(until, "--until"),
        )
        contest, both = _written(sides, cases, otherwise, now, as_json)
    else:
        contest, both = wait_for(_past(sides, given_duration(past or "", "--past"), now, as_json))
    if as_json:
        emit(_DOCUMENT.dump_python(_document(contest, both), mode="json"))
        return
    for text in _lines(contest, both):
        say(text)


def _written(
    sides: tuple[Which, Which], folder: Path, otherwise: Otherwise, now: datetime, as_json: bool
) -> tuple[Contest, tuple[House, House]]:
    found = read_cases(folder)
    openings = [case.opening() or otherwise.at for _, case in found]
    both = houses(*sides, min(openings), max(openings) + otherwise.length)
    contest = Contest(*both, now)
    old, new = (house.organisation for house in both)
    cast = replace(
        old,
        people={**new.people, **old.people},
        teams={**new.teams, **old.teams},
        policies={**new.policies, **old.policies},
    )
    given = all(house.meant.policy for house in both)
    check_names(found, cast, policies_count=not given)
    with _progress(len(found), as_json) as seen:
        for file, case in found:
            contest.play(written_case(file, case, otherwise, cast))
            seen()
    return contest, both


async def _past(
    sides: tuple[Which, Which], length: timedelta, now: datetime, as_json: bool
) -> tuple[Contest, tuple[House, House]]:
    # SQL takes a while to load, and nothing else here needs it.
    from starter.cli.ledger import past_lives

    wanted = None if sides[0].policy is None else (sides[0].policy,)
    async with past_lives(settings_now(), now - length, wanted) as lives:
        number, first = await lives.span()
        both = houses(*sides, first or now, now)
        contest = Contest(*both, now)
        with _progress(number, as_json) as seen:
            async for case in lives.cases():
                contest.replay(case)
                seen()
    return contest, both


@contextmanager
def _progress(total: int, as_json: bool) -> Iterator[Tick]:
    """A bar for people at a terminal; programs and files get none."""
    console = Console(stderr=True)
    hidden = as_json or not console.is_terminal
    columns = (TextColumn("Comparing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=hidden) as progress:
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)


def _lines(contest: Contest, both: tuple[House, House]) -> Iterator[Any]:
    old, new = both
    yield escape(f"{old.meant.written} → {new.meant.written}: {'; '.join(_versions(old, new))}")
    yield from told(contest.difference())
    for policy, number in contest.strangers.most_common():
        yield f"Left out: {number} cases under {policy}, which is not in both"
    for decision, number in contest.left_out.most_common():
        yield f"Left out: {number} times {decision.replace('_', ' ')}, which is not replayed"


def _versions(old: House, new: House) -> Iterator[str]:
    """What is another policy, or another version of it, and what is the same."""
    before, after = old.policies, new.policies
    if old.meant.policy and new.meant.policy:
        name, other = old.meant.policy, new.meant.policy
        yield f"{name} {before[name]} → {other} {after[other]}"
        return
    same = [name for name in sorted(before) if before[name] == after.get(name)]
    for name in sorted(before.keys() | after.keys()):
        if name not in same:
            yield f"{name} {before.get(name, 'not there')} → {after.get(name, 'not there')}"
    if same:
        yield f"the same: {', '.join(same)}"


def _document(contest: Contest, both: tuple[House, House]) -> dict[str, Any]:
    old, new = (
        {
            "written": house.meant.written,
            "folder": house.meant.folder,
            "policies": dict(sorted(house.policies.items())),
        }
        for house in both
    )
    return {
        "old": old,
        "new": new,
        "left_out": {"cases": contest.strangers, "decisions": contest.left_out},
        "difference": contest.difference(),
    }
