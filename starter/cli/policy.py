"""`escalations policy`: the organisation's files."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from organisation.findings import Finding, OrganisationInvalid
from organisation.load import load
from starter.cli.common import AsJson, emit, say, settings_now

app = typer.Typer(help="The organisation's files.", no_args_is_help=True)


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
    as_json: AsJson = False,
) -> None:
    """Check policies, people, teams, on-call, calendars and templates as a whole."""
    folder = folder or settings_now().policies
    try:
        organisation = load(folder)
    except OrganisationInvalid as error:
        if as_json:
            emit({"ok": False, "findings": _documents(error.findings), "policies": {}})
        else:
            for finding in error.findings:
                typer.echo(str(finding), err=True)
        raise typer.Exit(2) from None
    versions = {name: policy.version for name, policy in sorted(organisation.policies.items())}
    if as_json:
        emit({"ok": True, "findings": _documents(organisation.warnings), "policies": versions})
        return
    for finding in organisation.warnings:
        typer.echo(str(finding), err=True)
    say(f"{folder}: {len(versions)} policies for {len(organisation.people)} people are right")
    for name, version in versions.items():
        say(f"  {name} {version}")


def _documents(findings: tuple[Finding, ...]) -> list[dict[str, object]]:
    return [asdict(finding) for finding in findings]
