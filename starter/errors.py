"""What can keep a door from doing what it is asked. Every message says what to do; imports nothing heavy."""

from dataclasses import dataclass

from domain.refusals import Refused


class SettingsInvalid(Exception):
    """The settings cannot be used as they are. Every line names the setting, what is wrong and the mend."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


class ServerAway(Exception):
    """The Temporal server cannot be reached, or does not answer in time."""


class NotRegistered(Exception):
    """The server does not know what it must, and we may not tell it: an administrator has to."""


class ServerFailed(Exception):
    """The embedded server did not start; says why and where its log is."""


class FolderTaken(Exception):
    """Another process runs the stack of this data folder."""


class NoAnswer(Exception):
    """No worker answered in time."""


class NotFound(Exception):
    """No escalation of that id or key."""


class LivesOn(Refused):
    """The escalation is closed, and its key stands for a later one."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an order."""

    field: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.field}: {self.what}; {self.mend}"


class OrderInvalid(Exception):
    """The order cannot be carried out as it is; nothing was started or changed."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class FileInvalid(Exception):
    """The file cannot be used as it is. Every line names the place, what is wrong and the mend."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("\n".join(findings))
