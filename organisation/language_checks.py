"""What is wrong with the finer rules of a policy: what is promised to some, and on what else it depends."""

from collections.abc import Iterator

from domain.vocabulary import Pause
from organisation.findings import Finding
from organisation.names import Names, Thing
from organisation.policy_shape import NEVER_PAUSED, PolicyFile
from organisation.yaml_source import Source


def check_language(source: Source, file: PolicyFile, names: Names) -> Iterator[Finding]:
    """Everything that does not fit in those rules."""
    yield from _check_cases(source, file, names)


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
