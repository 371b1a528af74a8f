"""What holds for every test: the pinned zone data, and properties without a stopwatch."""

import zoneinfo

from hypothesis import settings

# The system's zone data would win over the pinned tzdata and move deadlines between machines.
zoneinfo.reset_tzpath(())

# Other tests share the cores, so the time that one example takes says nothing.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
