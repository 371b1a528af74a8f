"""A clock that tests of the records set."""

from datetime import datetime

from tests.records.samples import START


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now
