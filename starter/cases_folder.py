"""A folder of written cases to try policies with: each as for `escalations simulate`, some with a script."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.simulation.script import Script
from domain.text import Instant
from organisation.decision_names import unknown_policy, unknown_team
from organisation.model import Organisation
from organisation.yaml_source import Source, read
from starter.dry_run import script_in
from starter.errors import FileInvalid
from starter.order_file import OrderFile, read_order_as


class CaseFile(OrderFile):
    """What `escalations open` takes, and how the case is to be played."""

    opened_at: Instant | None = None
    """when it opens, with its offset"""
    script: str | None = None
    """who does what when: a file, seen from the case's folder"""

    def opening(self) -> datetime | None:
        """In UTC."""
        return self.opened_at and self.opened_at.astimezone(UTC)


@dataclass(frozen=True)
class WrittenCase:
    name: str
    order: OrderFile
    at: datetime
    script: Script
    length: timedelta


@dataclass(frozen=True)
class Otherwise:
    """How cases are played that do not say it themselves, and for how long all are."""

    at: datetime
    script: Path | None
    length: timedelta


def read_cases(folder: Path) -> list[tuple[Path, CaseFile]]:
    """The cases of a folder by their files' names. Raises FileInvalid with all that is wrong."""
    if not folder.is_dir():
        raise FileInvalid([f"{folder}: there is no such folder; name one with case files (*.yaml)"])
    found, wrong = [], []
    for file in sorted(folder.glob("*.yaml")):
        try:
            found.append((file, read_order_as(file, CaseFile)))
        except FileInvalid as error:
            wrong.append(str(error))
    if wrong:
        raise FileInvalid(wrong)
    if not found:
        raise FileInvalid([f"{folder}: there is no case in it; write case files that end in .yaml"])
    return found


def check_names(
    cases: list[tuple[Path, CaseFile]], organisation: Organisation, *, policies_count: bool
) -> None:
    """Raises FileInvalid with every policy and team that the organisation does not have.

    `policies_count`: whether cases run under the policies that they name.
    """
    wrong: list[str] = []
    for file, case in cases:
        unknown = list(unknown_team(organisation, "report.team", case.report.team))
        if policies_count:
            unknown += unknown_policy(organisation, "policy", case.policy)
        # Lines are wanted for mistakes only, so that the file is read again rather than kept.
        source = read(file, str(file)) if unknown else None
        if isinstance(source, Source):
            findings = (source.finding(tuple(f.split(".")), what, mend) for f, what, mend in unknown)
            wrong += [str(each) for each in sorted(findings)]
        elif source is not None:
            wrong.append(str(source))
    if wrong:
        raise FileInvalid(wrong)


def script_of_case(file: Path, case: CaseFile, given: Path | None) -> Path | None:
    """What is given wins over what the case says."""
    return given or (file.parent / case.script if case.script else None)


def written_case(file: Path, case: CaseFile, otherwise: Otherwise, organisation: Organisation) -> WrittenCase:
    """Raises FileInvalid for a script that nobody of the organisation could play."""
    return WrittenCase(
        name=file.stem,
        order=case,
        at=case.opening() or otherwise.at,
        script=script_in(script_of_case(file, case, otherwise.script), organisation),
        length=otherwise.length,
    )
