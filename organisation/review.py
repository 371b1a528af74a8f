"""The whole check of a folder: what keeps it from being used, and what somebody should look at.

Loading leaves the second out: it takes time, and what it says must never keep a worker from starting.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from organisation.checks_clocks import Clocks
from organisation.checks_conditions import doubtful_conditions
from organisation.checks_ladder import doubtful_ladder, means_nobody
from organisation.checks_people import (
    doubtful_authority,
    idle_people,
    managers_in_a_circle,
    untranslated_people,
    untranslated_routes,
)
from organisation.checks_promises import doubtful_promises, life
from organisation.checks_silence import Roster, silent_at_times
from organisation.checks_words import doubtful_words
from organisation.directory import Directory
from organisation.explain import shaped
from organisation.findings import Finding, OrganisationInvalid, Weight
from organisation.load import POLICIES, load
from organisation.model import Organisation
from organisation.policy_shape import PolicyFile
from organisation.yaml_source import Source, read


@dataclass(frozen=True)
class Review:
    """What was found, by file and line. Without an organisation one of the findings is an error."""

    findings: tuple[Finding, ...]
    organisation: Organisation | None

    def count(self, severity: Weight) -> int:
        return sum(finding.severity is severity for finding in self.findings)


def review(folder: Path, today: date | None = None) -> Review:
    """Everything that can be found in a folder, as of a day; doubts only where there is no error."""
    day = today or datetime.now(UTC).date()
    try:
        organisation = load(folder, day)
        doubts = set(_doubts(folder, organisation, day))
    except OrganisationInvalid as invalid:
        return Review(invalid.findings, None)
    return Review(tuple(sorted(doubts.union(organisation.warnings))), organisation)


def _doubts(folder: Path, organisation: Organisation, day: date) -> Iterator[Finding]:
    directory = Directory(organisation.people, organisation.teams, organisation.on_call)
    clocks = Clocks(organisation.calendars, day)
    languages = frozenset(path.name for path in organisation.templates.iterdir() if path.is_dir())
    files = {}
    for name, policy in organisation.policies.items():
        source = _source(folder, f"{POLICIES}/{name}.yaml")
        files[name] = file = _shaped(source)
        yield from doubtful_promises(source, file, policy, clocks)
        yield from doubtful_ladder(source, policy, life(policy, clocks))
        yield from doubtful_conditions(source, file, policy, clocks)
        yield from means_nobody(source, file, directory, day)
        yield from silent_at_times(source, policy, Roster(directory, day), clocks)
        yield from doubtful_authority(source, file, directory)
        yield from untranslated_routes(source, file, languages)
        yield from doubtful_words(source, file, organisation.policies.values(), directory.teams)
    people = _source(folder, "people.yaml")
    yield from idle_people(people, files.values(), directory)
    yield from untranslated_people(people, languages, directory)
    yield from managers_in_a_circle(people, directory)
    calendars = _source(folder, "calendars.yaml")
    for name in organisation.calendars:
        if clocks.never_open(name):
            yield calendars.warning(
                ("calendars", name),
                "has no open hour in the year ahead, so what is promised in it is never due",
                "give it hours that breaks and holidays leave open",
            )


def _source(folder: Path, file: str) -> Source:
    """A file that has just been read without fault, once more for its lines."""
    source = read(folder / file, file)
    if isinstance(source, Finding):
        raise OrganisationInvalid([source])
    return source


def _shaped(source: Source) -> PolicyFile:
    file = shaped(source, PolicyFile)
    if isinstance(file, list):
        raise OrganisationInvalid(file)
    return file
