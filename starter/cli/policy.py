"""`escalations policy`: the organisation's files."""

from pathlib import Path
from typing import Annotated

import typer

from organisation.review import Review, review
from organisation.schema import schema_text
from starter.cli import policy_compare
from starter.cli.common import AsJson, emit, say, settings_now
from starter.policy_check import as_data

app = typer.Typer(help="The organisation's files.", no_args_is_help=True)

WRONG = 2
"""How the check ends when something is wrong; everything else that people mistype ends so too."""


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="policy")


@app.callback()
def group() -> None:
    """The organisation's files."""


@app.command("check")
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="The organisation's folder; as set without it.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Warnings end it like errors, for continuous integration.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check policies, people, teams, on-call, calendars and templates as a whole.

    Ends with 0 when all is right or only warned of, and with 2 when something is wrong.
    """
    folder = folder or settings_now().policies
    found = review(folder)
    fit = found.organisation is not None and not (strict and found.findings)
    if as_json:
        emit(as_data(found, fit=fit))
    else:
        for finding in found.findings:
            typer.echo(str(finding), err=True)
        if fit:
            _praise(folder, found)
    if not fit:
        raise typer.Exit(WRONG)


app.command("compare")(policy_compare.compare)


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema (draft 2020-12) of a policy's file, for editors."""
    typer.echo(schema_text(), nl=False)


def _praise(folder: Path, found: Review) -> None:
    versions = as_data(found, fit=True).policies
    people = len(found.organisation.people) if found.organisation else 0
    say(f"{folder}: {len(versions)} policies for {people} people are right")
    for name, version in versions.items():
        say(f"  {name} {version}")
