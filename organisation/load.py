"""Reads the whole folder of an organisation: everything is right, or everything that is wrong is told."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

from domain.policy import Policy
from organisation.calendars import WrittenCalendar, read_calendars
from organisation.checks import check_policy
from organisation.checks_words import unknown_words
from organisation.checks_zone import check_zone
from organisation.directory import Directory, read_directory
from organisation.explain import shaped
from organisation.findings import Finding, OrganisationInvalid, Weight
from organisation.language_checks import check_language
from organisation.model import Organisation
from organisation.names import Names, names_in
from organisation.policies import policy_of
from organisation.policy_shape import PolicyFile
from organisation.template_check import check_templates
from organisation.yaml_source import Source, read

FILES = ("people.yaml", "teams.yaml", "on-call.yaml", "calendars.yaml")
POLICIES = "policies"
TEMPLATES = "templates"
POLICY_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,90}\.yaml")


def load(folder: Path, today: date | None = None) -> Organisation:
    """The organisation in a folder. `today` decides which years' public holidays are taken over, and
    from when on gaps in the on-call schedules are warned of.

    Raises OrganisationInvalid with all findings of the folder when one of them is an error.
    """
    found: list[Finding] = []
    sources = _read(folder, found)
    names = names_in(sources)
    day = today or datetime.now(UTC).date()
    directory = read_directory(sources, names, day, found)
    calendars: dict[str, WrittenCalendar] = {}
    if "calendars.yaml" in sources:
        calendars = read_calendars(sources["calendars.yaml"], day, found)
    policies = _policies(sources, names, directory, calendars, found)
    found += check_templates(folder / TEMPLATES)
    found = list(dict.fromkeys(found))
    if directory is None or any(finding.severity is Weight.ERROR for finding in found):
        raise OrganisationInvalid(found)
    return Organisation(
        people=directory.people,
        teams=directory.teams,
        on_call=directory.on_call,
        calendars={name: written.calendar for name, written in calendars.items()},
        policies=policies,
        templates=folder / TEMPLATES,
        warnings=tuple(sorted(found)),
    )


def _read(folder: Path, found: list[Finding]) -> dict[str, Source]:
    """Every file that could be read, by its name within the folder."""
    if not folder.is_dir():
        raise OrganisationInvalid(
            [Finding(str(folder), 1, "there is no such folder", "name an existing one")]
        )
    policies = sorted(path.name for path in (folder / POLICIES).glob("*.yaml"))
    if not policies:
        found.append(Finding(POLICIES, 1, "there is no policy", f"create {POLICIES}/<name>.yaml"))
    for path in sorted((folder / POLICIES).glob("*.yml")):
        file = f"{POLICIES}/{path.name}"
        found.append(Finding(file, 1, "a .yml file is not read", "rename it to .yaml", Weight.WARNING))
    for name in policies:
        if not POLICY_FILE.fullmatch(name):
            what, mend = "the file's name is no name for a policy", "use letters, digits and . _ - only"
            found.append(Finding(f"{POLICIES}/{name}", 1, what, mend))
    sources = {}
    for file in (*FILES, *(f"{POLICIES}/{name}" for name in policies)):
        source = read(folder / file, file)
        if isinstance(source, Finding):
            found.append(source)
        else:
            sources[file] = source
    return sources


def _policies(
    sources: dict[str, Source],
    names: Names,
    directory: Directory | None,
    calendars: dict[str, WrittenCalendar],
    found: list[Finding],
) -> dict[str, Policy]:
    """The policies that are right, by name, which is the file's without its ending."""
    policies = {}
    for path, source in sources.items():
        if not path.startswith(f"{POLICIES}/"):
            continue
        file = shaped(source, PolicyFile)
        if isinstance(file, list):
            found += file
            continue
        found += check_policy(source, file, names, sources.get("people.yaml"), directory)
        found += check_language(source, file, names)
        found += unknown_words(source, file, names)
        if calendars.keys() >= file.calendars():
            found += check_zone(source, file, calendars)
            name = Path(path).stem
            policies[name] = policy_of(name, file, calendars)
    return policies
