"""What is wrong with the finer rules of a policy: what is promised to some, and on what else it depends."""

from collections.abc import Iterator

from domain.vocabulary import Pause
from organisation.findings import Finding
from organisation.names import Names, Thing
from organisation.policy_shape import NEVER_PAUSED, PolicyFile
from organisation.route_checks import takers
from organisation.yaml_source import Source


def check_language(source: Source, file: PolicyFile, names: Names) -> Iterator[Finding]:
    """Everything that does not fit in those rules."""
    yield from _check_cases(source, file, names)
    yield from _check_routes(source, file, names)
    yield from _check_conditions(source, file, names)


def _check_cases(source: Source, file: PolicyFile, names: Names) -> Iterator[Finding]:
    for severity, promises in file.promises.items():
        for kind, promise in promises.items():
            for number, case in enumerate(promise.cases):
                at = ("promises", severity, kind, "for", number)
                yield from names.unknown(source, (*at, "calendar"), Thing.CALENDAR, case.calendar)
                if kind in NEVER_PAUSED and Pause.WAITING_FOR_CUSTOMER in (case.pauses_while or ()):
                    yield source.finding(
                        (*at, "pauses_while"),
                        "would pause while waiting for the customer, but it is owed all the same",
                        f"leave {Pause.WAITING_FOR_CUSTOMER} out here",
                    )


def _check_routes(source: Source, file: PolicyFile, names: Names) -> Iterator[Finding]:
    routes = [shape.route() for shape in file.routes]
    for number, route in enumerate(routes):
        yield from names.unknown(source, ("routes", number, "team"), Thing.TEAM, route.team)
        if route.level > len(file.levels):
            yield source.finding(
                ("routes", number, "level"),
                f"there is no level {route.level}",
                f"give a level from 1 to {len(file.levels)}",
            )
        before = takers(routes[:number], route)
        if before:
            which = ", ".join(str(each) for each in before)
            by = f"route {which} takes" if len(before) == 1 else f"routes {which} together take"
            yield source.finding(
                ("routes", number),
                f"is never taken: {by} all that would come this way",
                f"put it before route {before[0]}, or leave it out",
            )


def _check_conditions(source: Source, file: PolicyFile, names: Names) -> Iterator[Finding]:
    for number, level in enumerate(file.levels):
        if level.when is None:
            continue
        at = ("levels", number, "when")
        yield from names.unknown(source, (*at, "hours"), Thing.CALENDAR, level.when.hours)
        yield from names.unknown(source, (*at, "outside_hours"), Thing.CALENDAR, level.when.outside_hours)
        if number == len(file.levels) - 1:
            what = "the last level has to apply always, so that somebody is told"
            yield source.finding(at, what, "leave the condition out, or add a level after it")
