"""People, teams and on-call rotations from their files, and whether they refer to one another rightly."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from domain.calendars import zone
from domain.on_call import Override, Rotation, local_instant
from domain.people import Person, Team, manager_of
from domain.policy import Target
from domain.vocabulary import TargetKind
from organisation.explain import shaped, split
from organisation.findings import Finding
from organisation.names import Names, Thing
from organisation.shapes import OnCallFile, OverrideShape, PeopleFile, RotationShape, TeamsFile
from organisation.yaml_source import Source

SHORTEST_SHIFT = timedelta(hours=1)


@dataclass(frozen=True)
class Directory:
    people: dict[str, Person]
    teams: dict[str, Team]
    rotations: dict[str, Rotation]
    overrides: tuple[Override, ...]

    def everybody_behind(self, target: Target, owner: str, manager: str) -> tuple[str, ...]:
        """The ids of all whom a target can come to mean under a policy's owner and manager."""
        match target.kind:
            case TargetKind.PERSON:
                return (target.id,)
            case TargetKind.TEAM:
                return self.teams[target.id].everybody() if target.id in self.teams else ()
            case TargetKind.ON_CALL:
                return self._ever_on_call(target.id)
            case TargetKind.OWNER:
                return (owner,)
            case TargetKind.MANAGER:
                return (manager,)
            case TargetKind.MANAGER_OF_OWNER:
                above = manager_of(self.people[owner], self.teams) if owner in self.people else None
                return () if above is None else (above,)

    def _ever_on_call(self, rotation_id: str) -> tuple[str, ...]:
        rotation = self.rotations.get(rotation_id)
        turns = rotation.people if rotation else ()
        swaps = (each.person for each in self.overrides if each.rotation == rotation_id and each.person)
        return tuple(dict.fromkeys((*turns, *swaps)))


def read_directory(sources: dict[str, Source], names: Names, found: list[Finding]) -> Directory | None:
    """What the three files say; None, with the reasons in `found`, when one of them cannot be used."""
    people = _people(sources["people.yaml"], names, found) if "people.yaml" in sources else None
    teams = _teams(sources["teams.yaml"], names, found) if "teams.yaml" in sources else None
    on_call = _on_call(sources["on-call.yaml"], names, found) if "on-call.yaml" in sources else None
    if people is None or teams is None or on_call is None:
        return None
    homes = {member: team.id for team in reversed(teams.values()) for member in team.everybody()}
    at_home = {key: person.but(team=homes.get(key)) for key, person in people.items()}
    return Directory(at_home, teams, *on_call)


def _people(source: Source, names: Names, found: list[Finding]) -> dict[str, Person] | None:
    file = shaped(source, PeopleFile)
    if isinstance(file, list):
        found += file
        return None
    for key, person in file.people.items():
        at = ("people", key, "manager")
        found += names.unknown(source, at, Thing.PERSON, person.manager)
        if person.manager == key:
            found.append(source.finding(at, f"{key} is their own manager", "name another person"))
    return {key: Person(id=key, **dict(person)) for key, person in file.people.items()}


def _teams(source: Source, names: Names, found: list[Finding]) -> dict[str, Team] | None:
    file = shaped(source, TeamsFile)
    if isinstance(file, list):
        found += file
        return None
    for key, team in file.teams.items():
        found += names.unknown(source, ("teams", key, "lead"), Thing.PERSON, team.lead)
        for number, member in enumerate(team.members):
            found += names.unknown(source, ("teams", key, "members", number), Thing.PERSON, member)
    return {key: Team(id=key, **dict(team)) for key, team in file.teams.items()}


def _on_call(
    source: Source, names: Names, found: list[Finding]
) -> tuple[dict[str, Rotation], tuple[Override, ...]] | None:
    file = shaped(source, OnCallFile)
    if isinstance(file, list):
        found += file
        return None
    wrong = list(_wrong_on_call(source, file, names))
    found += wrong
    if wrong:
        return None
    rotations = {key: Rotation(id=key, **dict(shape)) for key, shape in file.rotations.items()}
    overrides = []
    for number, shape in enumerate(file.overrides):
        try:
            overrides.append(_override(shape, rotations[shape.rotation].zone))
        except ValidationError as error:
            what, mend = split(str(error.errors()[0].get("ctx", {}).get("error", error)))
            found.append(source.finding(("overrides", number), what, mend))
    return rotations, tuple(overrides)


def _wrong_on_call(source: Source, file: OnCallFile, names: Names) -> Iterator[Finding]:
    for key, rotation in file.rotations.items():
        yield from _wrong_rotation(source, key, rotation)
        for number, person in enumerate(rotation.people):
            yield from names.unknown(source, ("rotations", key, "people", number), Thing.PERSON, person)
    for number, override in enumerate(file.overrides):
        at = ("overrides", number)
        yield from names.unknown(source, (*at, "rotation"), Thing.ROTATION, override.rotation)
        yield from names.unknown(source, (*at, "person"), Thing.PERSON, override.person)


def _wrong_rotation(source: Source, key: str, rotation: RotationShape) -> Iterator[Finding]:
    try:
        zone(rotation.zone)
    except ValueError as error:
        yield source.finding(("rotations", key, "zone"), *split(str(error)))
    if rotation.starts.tzinfo is not None:
        yield source.finding(
            ("rotations", key, "starts"),
            "the first handover has an offset",
            "leave the offset out; the time is local in the rotation's zone",
        )
    if rotation.shift < SHORTEST_SHIFT:
        yield source.finding(("rotations", key, "shift"), "a turn of less than an hour", "write at least 1h")


def _override(shape: OverrideShape, zone_name: str) -> Override:
    return Override(
        rotation=shape.rotation,
        start=_instant(shape.start, zone_name),
        end=_instant(shape.end, zone_name),
        person=shape.person,
    )


def _instant(written: datetime, zone_name: str) -> datetime:
    return local_instant(written, zone_name) if written.tzinfo is None else written
