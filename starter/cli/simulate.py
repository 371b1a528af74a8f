"""`escalations simulate`: a case under a policy, dry: who would be told what, when, how and why."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from domain.calendars import zone
from domain.simulation.summary import digest
from organisation.durations import written
from organisation.load import load
from starter.cases_folder import CaseFile, script_of_case
from starter.cli.common import AsJson, emit, settings_now
from starter.cli.given import given_duration, given_instant, given_zone, this_second
from starter.dry_run import DryRun, dry_run, script_in
from starter.errors import FileInvalid
from starter.local_time import local
from starter.order_file import read_order_as
from starter.picture import picture
from starter.simulated import as_data
from starter.simulation_text import digested, timeline

Case = Annotated[Path, typer.Argument(help="A file as for `escalations open`; - reads standard input.")]
PolicyName = Annotated[str | None, typer.Option(help="The policy's name; without it the case's.")]
ScriptFile = Annotated[
    Path | None,
    typer.Option(help="Who does what when, as YAML; without it the case's, else nobody does anything."),
]
At = Annotated[
    str | None,
    typer.Option(
        metavar="INSTANT", help="When it opens, with its offset; without it as the case says, else now."
    ),
]
Until = Annotated[str, typer.Option(metavar="DURATION", help="How long to look ahead at most.")]
Folder = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="The organisation's folder; as set without it.")
]
Zone = Annotated[
    str | None,
    typer.Option("--zone", help="Whose times and nights; without it those of the policy's calendars."),
]
Svg = Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it, too.")]


def add_to(app: typer.Typer) -> None:
    app.command("simulate")(simulate)


def simulate(
    case: Case,
    policy: PolicyName = None,
    script: ScriptFile = None,
    at: At = None,
    until: Until = "30d",
    policies: Folder = None,
    zone_name: Zone = None,
    svg: Svg = None,
    everything: Annotated[bool, typer.Option("--all", help="Leave out no repeated events.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run a case dry, until it closes or for as long as told. Nothing is sent, and nothing has to run."""
    length, wanted = given_duration(until, "--until"), given_zone(zone_name, "--zone")
    order = read_order_as(case, CaseFile)
    opens = given_instant(at, "--at") if at is not None else order.opening() or this_second()
    # As of the opening: public holidays are taken over for some years around it.
    organisation = load(policies or settings_now().policies, opens.date())
    cast = script_in(script_of_case(case, order, script), organisation)
    policy = policy or order.policy
    run = dry_run(organisation, order, policy=policy, script=cast, at=opens, length=length)
    here = wanted or run.zone
    if svg is not None:
        _draw(svg, run, here)
    if as_json:
        emit({**as_data(run, here).model_dump(mode="json"), "svg": svg and str(svg)})
        return
    for line in _lines(run, here, length, everything=everything):
        typer.echo(line)
    if svg is not None:
        typer.echo(f"Drawn: {svg}")


def _lines(run: DryRun, here: str, length: timedelta, *, everything: bool) -> Iterator[str]:
    yield _heading(run, here, length)
    yield ""
    yield from timeline(run.simulated, here, everything=everything)
    yield ""
    yield from digested(digest(run.simulated, here), run.simulated, here)


def _draw(file: Path, run: DryRun, here: str) -> None:
    try:
        file.write_text(picture(run.simulated, here), encoding="utf-8")
    except OSError as error:
        raise FileInvalid([f"{file}: cannot be written: {error.strerror}; name another file"]) from error


def _heading(run: DryRun, here: str, length: timedelta) -> str:
    escalation = run.simulated.escalation
    return (
        f"{escalation.report.subject}\n"
        f"under {escalation.policy.name} {escalation.policy.version}, opened "
        f"{local(escalation.opened_at, zone(here))} {here}, looking {written(length)} ahead; "
        f"{run.script.title or 'a script'}"
    )
