"""People and roles that the policies miss: stand-ins for themselves, limits for nobody, idle entries."""

from collections.abc import Iterable, Iterator

from domain.on_call import ever_on_call
from domain.people import manager_of
from domain.vocabulary import Role, Severity
from organisation.checks import addressed, people_behind
from organisation.directory import Directory
from organisation.findings import Finding, nearest
from organisation.policy_shape import PolicyFile
from organisation.yaml_source import Source

BY_THEMSELVES = frozenset({Role.AUDITOR, Role.ADMINISTRATOR, Role.REPORTER, Role.SERVICE})
"""Roles that act or look on without being told, so that nothing needs to name them."""


def doubtful_authority(source: Source, file: PolicyFile, directory: Directory) -> Iterator[Finding]:
    for number, rule in enumerate(file.approvals):
        asked = set(people_behind(directory, rule.approver, file))
        instead = set(people_behind(directory, rule.stand_in, file))
        if instead and instead <= asked:
            yield source.warning(
                ("approvals", number, "stand_in"),
                f"{', '.join(sorted(instead))} would stand in for themselves",
                "name a stand-in who is not the approver",
            )
        yield from _nobody_is(source, ("approvals", number, "limits"), rule.limits, directory)
        if rule.kind in [earlier.kind for earlier in file.approvals[:number]]:
            yield source.warning(
                ("approvals", number, "kind"),
                f"never counts: an entry before it is for {rule.kind}, too",
                "leave one of the two, or give it another kind",
            )
    yield from _reviewed_by_its_writer(source, file, directory)
    yield from _nobody_is(source, ("review_authority",), file.review_authority, directory)
    yield from _nobody_reviews(source, file)


def _nobody_reviews(source: Source, file: PolicyFile) -> Iterator[Finding]:
    limits = file.review_authority.values()
    alone = [severity for severity in Severity if all(severity < limit for limit in limits)]
    if alone:
        yield source.warning(
            ("review_authority",),
            f"nobody may review {', '.join(alone)}: such cases cannot be accepted, returned or joined",
            f"give a role authority up to {alone[0]}, as in review_authority: {{team_lead: {alone[0]}}}",
        )


def _reviewed_by_its_writer(source: Source, file: PolicyFile, directory: Directory) -> Iterator[Finding]:
    writers = set(people_behind(directory, file.rca.writer, file))
    reviewers = {one for target in file.rca.reviewers for one in people_behind(directory, target, file)}
    if len(writers) == 1 and reviewers == writers:
        yield source.warning(
            ("rca", "reviewers"),
            f"{', '.join(writers)} would review what they wrote, which is not allowed",
            "name somebody else as well",
        )


def _nobody_is(
    source: Source, at: tuple[int | str, ...], roles: Iterable[Role], directory: Directory
) -> Iterator[Finding]:
    held = {person.role for person in directory.people.values()}
    for role in roles:
        if role not in held:
            mend = f"leave it out, or give somebody that role; {nearest(role, held)}"
            yield source.warning((*at, role), f"nobody in people.yaml is {role}", mend)


def idle_people(source: Source, files: Iterable[PolicyFile], directory: Directory) -> Iterator[Finding]:
    """Entries of people.yaml whom nothing names, for policies that could all be read."""
    named = {person.manager for person in directory.people.values()}
    named |= {person for team in directory.teams.values() for person in team.everybody()}
    named |= {
        person for each in directory.on_call.schedules for person in ever_on_call(directory.on_call, each)
    }
    for file in files:
        named |= {file.owner, file.manager}
        for _, target, _ in addressed(file):
            named |= set(people_behind(directory, target, file))
    for key, person in directory.people.items():
        if key not in named and person.role not in BY_THEMSELVES:
            yield source.warning(
                ("people", key),
                "no policy, team, schedule or person refers to them",
                "name them somewhere, or leave them out",
            )


def managers_in_a_circle(source: Source, directory: Directory) -> Iterator[Finding]:
    """Who is, by way of others, their own manager: going from manager to manager never comes to an end."""
    told: set[str] = set()
    for key in directory.people:
        circle = _circle(key, directory)
        if circle and told.isdisjoint(circle):
            told |= {*circle}
            first = next((one for one in circle if directory.people[one].manager), circle[0])
            turned = circle[circle.index(first) :] + circle[: circle.index(first)]
            yield source.warning(
                ("people", first, "manager"),
                f"{' → '.join((*turned, first))} are each other's managers, so a climb from owner to "
                "manager never comes to an end",
                "let one of them have a manager who is not among them",
            )


def _circle(key: str, directory: Directory) -> list[str]:
    """Those who follow as managers until it begins again with the same; nobody where it ends elsewhere."""
    way: list[str] = []
    at: str | None = key
    while at is not None and at in directory.people and at not in way:
        way.append(at)
        at = manager_of(directory.people[at], directory.teams)
    return way if at == key else []


def untranslated_people(source: Source, languages: frozenset[str], directory: Directory) -> Iterator[Finding]:
    """People who would get messages in another language than theirs."""
    for key, person in directory.people.items():
        if person.language not in languages:
            yield source.warning(
                ("people", key, "language"),
                f"there are no templates in {person.language!r}, so they are written to in English",
                f"create templates/{person.language}; {nearest(person.language, languages)}",
            )


def untranslated_routes(source: Source, file: PolicyFile, languages: frozenset[str]) -> Iterator[Finding]:
    """Languages by which reports are routed, and in which nobody can be written to."""
    for number, route in enumerate(file.routes):
        for which, language in enumerate(route.language):
            if language not in languages:
                yield source.warning(
                    ("routes", number, "language", which),
                    f"there are no templates in {language!r}, so these customers are written to in English",
                    f"create templates/{language}; {nearest(language, languages)}",
                )
