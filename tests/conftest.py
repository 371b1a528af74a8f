"""What holds for every test: the pinned zone data, and properties without a stopwatch."""

import zoneinfo

import pytest
from hypothesis import settings

# The system's zone data would win over the pinned tzdata and move deadlines between machines.
zoneinfo.reset_tzpath(())

# Other tests share the cores, so the time that one example takes says nothing.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

LONGEST_FIRST = ("test_up.py", "test_lives.py", "test_lives_in_trouble.py")
"""Files that would keep one worker busy long after the other has ended, if they came last."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONGEST_FIRST)
