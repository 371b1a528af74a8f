"""What is wrong with a policy although its file has the right shape."""

from collections.abc import Iterator

from domain.policy import PromiseRule, Target
from domain.vocabulary import ChannelKind, Pause, PromiseKind, Severity, TargetKind
from organisation.directory import Directory
from organisation.durations import written
from organisation.findings import Finding
from organisation.names import Names, Thing
from organisation.policy_shape import NEVER_PAUSED, PolicyFile, PromiseShape
from organisation.yaml_source import Location, Source

NAMED = {
    TargetKind.PERSON: Thing.PERSON,
    TargetKind.TEAM: Thing.TEAM,
    TargetKind.ON_CALL: Thing.ROTATION,
}

SHORTEN = "shorten it, or raise the closing limit"

Addressed = tuple[Location, Target, tuple[ChannelKind, ...]]


def check_policy(
    source: Source, file: PolicyFile, names: Names, people: Source | None, directory: Directory | None
) -> Iterator[Finding]:
    """Everything that does not fit; whether people can be reached only if they could be read."""
    yield from names.unknown(source, ("team",), Thing.TEAM, file.team)
    yield from names.unknown(source, ("owner",), Thing.PERSON, file.owner)
    yield from names.unknown(source, ("manager",), Thing.PERSON, file.manager)
    for location, target, _ in addressed(file):
        if target.kind in NAMED:
            yield from names.unknown(source, location, NAMED[target.kind], target.id)
    for severity, promises in file.promises.items():
        yield from _check_promises(source, names, severity, promises)
    for reason, level in file.straight_to_manager.items():
        if not 1 <= level <= len(file.levels):
            yield source.finding(
                ("straight_to_manager", reason),
                f"there is no level {level}",
                f"give a level from 1 to {len(file.levels)}",
            )
    if people is not None and directory is not None:
        yield from _check_reach(source, people, file, directory)


def addressed(file: PolicyFile) -> Iterator[Addressed]:
    """Every target of the policy, with its location and the channels that it is limited to."""
    for number, level in enumerate(file.levels):
        for which, target in enumerate(level.targets):
            yield ("levels", number, "targets", which), target, level.channels
    for number, approval in enumerate(file.approvals):
        yield ("approvals", number, "approver"), approval.approver, ()
        yield ("approvals", number, "stand_in"), approval.stand_in, ()
    for number, rule in enumerate(file.involve):
        for which, target in enumerate(rule.targets):
            yield ("involve", number, "targets", which), target, ()
    yield ("rca", "writer"), file.rca.writer, ()
    for which, target in enumerate(file.rca.reviewers):
        yield ("rca", "reviewers", which), target, ()
    for which, target in enumerate(file.last_resort):
        yield ("last_resort", which), target, ()
    for which, target in enumerate(file.stakeholders):
        yield ("stakeholders", which), target, ()


def people_behind(directory: Directory, target: Target, file: PolicyFile) -> tuple[str, ...]:
    """The ids of all whom a target can come to mean under the policy, as far as its file tells."""
    if target.kind is not TargetKind.TEAM_IN_CHARGE:
        return directory.everybody_behind(target, file.owner, file.manager)
    teams = dict.fromkeys((file.team, *(route.team for route in file.routes)))
    known = [directory.teams[team] for team in teams if team in directory.teams]
    return tuple(dict.fromkeys(person for team in known for person in team.everybody()))


def _check_promises(
    source: Source, names: Names, severity: Severity, promises: dict[PromiseKind, PromiseShape]
) -> Iterator[Finding]:
    limit = promises.get(PromiseKind.CLOSE)
    for kind, promise in promises.items():
        at = ("promises", severity, kind)
        yield from names.unknown(source, (*at, "calendar"), Thing.CALENDAR, promise.calendar)
        if kind in NEVER_PAUSED and Pause.WAITING_FOR_CUSTOMER in (promise.pauses_while or ()):
            yield source.finding(
                (*at, "pauses_while"),
                "would pause while waiting for the customer, but it is owed all the same",
                f"leave {Pause.WAITING_FOR_CUSTOMER} out here",
            )
        if limit and longer_as_written(promise, limit):
            yield source.warning(
                (*at, "target"),
                f"promised within {written(promise.target)}, but closing within {written(limit.target)}",
                SHORTEN,
            )


def longer_as_written(promise: PromiseShape | PromiseRule, limit: PromiseShape | PromiseRule) -> bool:
    """Whether a promise is longer than a limit whatever the calendars say.

    Working time takes longer than the same elapsed time, so only these two can be compared.
    """
    return limit.calendar in (None, promise.calendar) and promise.target > limit.target


def _check_reach(source: Source, people: Source, file: PolicyFile, directory: Directory) -> Iterator[Finding]:
    for location, target, channels in addressed(file):
        for person_id in people_behind(directory, target, file):
            person = directory.people.get(person_id)
            if person is None:
                continue
            if not person.channels:
                yield people.finding(
                    ("people", person_id),
                    "has no channel, but is told by policies",
                    "give at least one, such as channels: [email: anna@example.com]",
                )
            elif channels and not any(channel.kind in channels for channel in person.channels):
                yield source.finding(
                    location,
                    f"{person_id} cannot be reached by {', '.join(channels)}",
                    f"give {person_id} such a channel in people.yaml, or allow another one here",
                )
