"""Why something is refused: a stable code, and a sentence that says what to do."""

from enum import StrEnum


class RefusalCode(StrEnum):
    CLOSED = "closed"
    WRONG_STAGE = "wrong_stage"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN = "unknown"
    ALREADY_DONE = "already_done"
    INVALID = "invalid"
    STALE = "stale"
    """Something happened since what the author had seen."""
    REUSED = "reused"
    """The decision's id stands for another decision."""


class Refused(Exception):
    """A decision that the rules do not allow. Nothing has changed."""

    def __init__(self, code: RefusalCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
