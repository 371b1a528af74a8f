"""The names that the files give to things, and what is said of one that nobody gave."""

from dataclasses import dataclass
from enum import StrEnum

from organisation.findings import Finding, nearest
from organisation.yaml_source import Location, Source


class Thing(StrEnum):
    """What has a name, as it is called in findings."""

    PERSON = "person"
    TEAM = "team"
    ROTATION = "on-call schedule"
    CALENDAR = "calendar"


DEFINED_IN = {
    Thing.PERSON: ("people.yaml", ("people",)),
    Thing.TEAM: ("teams.yaml", ("teams",)),
    Thing.ROTATION: ("on-call.yaml", ("rotations", "schedules")),
    Thing.CALENDAR: ("calendars.yaml", ("calendars",)),
}

MAY_BE_MISSING = frozenset({Thing.ROTATION, Thing.CALENDAR})
"""Without a section for these there are none of them; for the others, its absence is the finding."""


@dataclass(frozen=True)
class Names:
    """Names by thing. A thing whose file cannot be read is not there, and nothing is said of it twice."""

    known: dict[Thing, frozenset[str]]

    def unknown(self, source: Source, location: Location, thing: Thing, name: str | None) -> list[Finding]:
        """A finding for a name that nobody gave; none for None."""
        known = self.known.get(thing)
        if name is None or known is None or name in known:
            return []
        return [source.finding(location, f"there is no {thing} {name[:60]!r}", nearest(name, known))]


def names_in(sources: dict[str, Source]) -> Names:
    """What is named in the files that could be read, whether or not it is right there."""
    known = {}
    for thing, (file, sections) in DEFINED_IN.items():
        if file in sources:
            entries = [sources[file].data.get(section) for section in sections]
            named = [each for each in entries if isinstance(each, dict)]
            if named or thing in MAY_BE_MISSING:
                known[thing] = frozenset(str(name) for each in named for name in each)
    return Names(known)
