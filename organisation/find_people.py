"""Who a policy's targets are at an instant, where they are to be told at all."""

from domain.errands import FindPeople, PeopleFound
from domain.on_call import people_at
from domain.people import manager_of
from domain.policy import Target
from domain.vocabulary import TargetKind, Verdict
from organisation.conditions import judged
from organisation.model import Organisation


def find_people(organisation: Organisation, errand: FindPeople) -> PeopleFound:
    """Whom the targets mean; nobody where the errand has a condition that fails."""
    if errand.condition is None:
        return _found(organisation, errand)
    verdict, why = judged(errand.condition)
    if verdict is Verdict.FAILS:
        return PeopleFound(key=errand.key, people=(), verdict=verdict, why=why)
    return _found(organisation, errand).but(verdict=verdict, why=why)


def _found(organisation: Organisation, errand: FindPeople) -> PeopleFound:
    """Person ids in the order of the targets, each once, and the targets that are unknown or had nobody."""
    people: dict[str, None] = {}
    unknown, nobody = [], []
    for target in errand.targets:
        found = _behind(organisation, target, errand)
        if found is None:
            unknown.append(str(target))
            continue
        here = [person for person in found if person in organisation.people]
        people.update(dict.fromkeys(here))
        if not found:
            nobody.append(str(target))
        elif not here:
            unknown.append(str(target))
    return PeopleFound(key=errand.key, people=tuple(people), unknown=tuple(unknown), nobody=tuple(nobody))


def _behind(organisation: Organisation, target: Target, errand: FindPeople) -> tuple[str, ...] | None:
    """The ids that a target means; None when the target itself is not there."""
    match target.kind:
        case TargetKind.PERSON | TargetKind.MANAGER:
            return (target.id,)
        case TargetKind.TEAM | TargetKind.TEAM_IN_CHARGE:
            team = organisation.teams.get(target.id or errand.team)
            return team.everybody() if team else None
        case TargetKind.ON_CALL:
            known = target.id in organisation.on_call.schedules
            return people_at(organisation.on_call, target.id, errand.at) if known else None
        case TargetKind.OWNER:
            return (errand.owner,)
        case TargetKind.MANAGER_OF_OWNER:
            owner = organisation.people.get(errand.owner)
            above = manager_of(owner, organisation.teams) if owner else None
            return None if owner is None else tuple(each for each in (above,) if each)
