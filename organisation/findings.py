"""What is wrong with the organisation's files, where, and what would be right."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

NAMES_LISTED = 12


class Weight(StrEnum):
    """An error keeps the organisation from being used, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that somebody should mend. `file` is relative to the organisation's folder."""

    file: str
    line: int
    """Counted from 1."""
    what: str
    mend: str
    severity: Weight = Weight.ERROR

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.severity}: {self.what}; {self.mend}"


class OrganisationInvalid(Exception):
    """The files cannot be used as they are. Carries every finding of the whole folder."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("\n".join(str(finding) for finding in self.findings))


class NotWritable(Exception):
    """The files may be read and not written here. The text says why, and what to do."""


def nearest(name: str, known: Iterable[str]) -> str:
    """What to write instead of an unknown name: the nearest known one, else what there is."""
    names = sorted(str(each) for each in known)
    folded = {each.casefold(): each for each in names}
    near = get_close_matches(name.casefold(), folded, n=1)
    if not near:
        # Who writes "omar" means omar-haddad, as long as nobody else is called that.
        parts = [each for each in folded if name.casefold() in each.split("-")]
        near = parts if len(parts) == 1 else []
    if near:
        return f"did you mean {folded[near[0]]!r}?"
    if not names:
        return "there is none yet; define it first"
    more = ", …" if len(names) > NAMES_LISTED else ""
    return f"use one of {', '.join(names[:NAMES_LISTED])}{more}"
