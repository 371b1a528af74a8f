"""People, teams and on-call schedules from their files, and whether they refer to one another rightly."""

from dataclasses import dataclass
from datetime import date

from domain.on_call import OnCall, ever_on_call
from domain.people import Person, Team, manager_of
from domain.policy import Target
from domain.vocabulary import TargetKind
from organisation.explain import shaped
from organisation.findings import Finding
from organisation.names import Names, Thing
from organisation.on_call import read_on_call
from organisation.shapes import PeopleFile, TeamsFile
from organisation.yaml_source import Source


@dataclass(frozen=True)
class Directory:
    people: dict[str, Person]
    teams: dict[str, Team]
    on_call: OnCall

    def everybody_behind(self, target: Target, owner: str, manager: str) -> tuple[str, ...]:
        """The ids of all whom a target can come to mean under a policy's owner and manager."""
        match target.kind:
            case TargetKind.PERSON:
                return (target.id,)
            case TargetKind.TEAM:
                return self.teams[target.id].everybody() if target.id in self.teams else ()
            case TargetKind.ON_CALL:
                return ever_on_call(self.on_call, target.id)
            case TargetKind.TEAM_IN_CHARGE:
                return tuple(one for team in self.teams.values() for one in team.everybody())
            case TargetKind.OWNER:
                return (owner,)
            case TargetKind.MANAGER:
                return (manager,)
            case TargetKind.MANAGER_OF_OWNER:
                above = manager_of(self.people[owner], self.teams) if owner in self.people else None
                return () if above is None else (above,)


def read_directory(
    sources: dict[str, Source], names: Names, today: date, found: list[Finding]
) -> Directory | None:
    """What the three files say; None, with the reasons in `found`, when one of them cannot be used."""
    people = _people(sources["people.yaml"], names, found) if "people.yaml" in sources else None
    teams = _teams(sources["teams.yaml"], names, found) if "teams.yaml" in sources else None
    on_call = None
    if "on-call.yaml" in sources:
        on_call = read_on_call(sources["on-call.yaml"], names, today, found)
    if people is None or teams is None or on_call is None:
        return None
    homes = {member: team.id for team in reversed(teams.values()) for member in team.everybody()}
    at_home = {key: person.but(team=homes.get(key)) for key, person in people.items()}
    return Directory(at_home, teams, on_call)


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
