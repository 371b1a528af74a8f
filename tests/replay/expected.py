"""What replay cannot see: how long timers ran and what was done in which order, as it was when recorded."""

from typing import NamedTuple

LETTERS = {
    "p": "local prepare-escalation",
    "f": "local find-people",
    "w": "local write-ledger",
    "S": "send-notices",
}


class Expected(NamedTuple):
    timers: str
    """Whole seconds."""
    work: str
    """A letter for each activity."""
    upserts: str
    """The names in one upsert, without their prefix, joined by +."""


EXPECTED: dict[str, Expected] = {
    "straight": Expected(
        timers="""
          600 1800 3600 5400 86400 86400
        """,
        work="""
          p f S w w w f S w S w w S w w w w S w w
        """,
        upserts="""
          Customer+Level+NextDue+Owner+Severity+Stage+Team NextDue+Owner Stage NextDue NextDue+Stage
          NextDue+Stage NextDue NextDue+Stage
        """,
    ),
    "every_breach": Expected(
        timers="""
          600 120 180 300 600 300 600 600 300 600 1200 1800 5400 1800 5400 1800 5400 1800 5400 3600
          1800 1800 3600 0 1800 1800 0 5400 1800 3600 5400 86400 86400 172800 86400 1846800 259200
          12959999 86400
        """,
        work="""
          p f S w w f S w w S w w w f S w w S w w f S w w f S w w f S w w S w w f S w w S w w w S w
          w S w w S w w f S w w S w w f S w w f S w f S w w S w w w S w w S w w f S w w S w w S w w
          S w w w S w w S w w w S w S w w f S w w S w w w S w w w S w w w f S w w w S w w S w w
        """,
        upserts="""
          Customer+Level+NextDue+Owner+Severity+Stage+Team Level Broken+NextDue Level Broken+NextDue
          Level Level Level Broken+NextDue Owner Broken Broken+NextDue Stage NextDue Stage
          Broken+NextDue Broken+NextDue Broken+NextDue NextDue+Stage Broken+NextDue+Stage
          Broken+NextDue Broken+NextDue Stage
        """,
    ),
    "wait_and_reopen": Expected(
        timers="""
          600 1800 21600 64800 86400 5400 86400 86400
        """,
        work="""
          f S w w f S w w S w w f S w w S w S w w S w w w w S w w
        """,
        upserts="""
          Customer+Level+NextDue+Owner+Severity+Stage+Team NextDue+Owner+Stage Stage NextDue NextDue
          NextDue+Stage NextDue NextDue+Stage
        """,
    ),
    "joined": Expected(
        timers="""
          600
        """,
        work="""
          p f S w w w w S w w
        """,
        upserts="""
          Customer+Level+NextDue+Owner+Severity+Stage+Team NextDue+Stage
        """,
    ),
    "reused_ids": Expected(
        timers="""
          600
        """,
        work="""
          p f S w w w S w w
        """,
        upserts="""
          Customer+Level+NextDue+Owner+Severity+Stage+Team NextDue+Stage
        """,
    ),
    "nobody_there": Expected(
        timers="""
          720
        """,
        work="""
          p f f f f f f f f f S w S w w w
        """,
        upserts="""
          Customer+Level+NextDue+Owner+Severity+Stage+Team Level Level Level Level Level Level Level Owner
          NextDue+Stage
        """,
    ),
    "cancelled": Expected(
        timers="""
          600 120 180 1080
        """,
        work="""
          p f S w w f S w w S w w w S w w
        """,
        upserts="""
          Customer+Level+NextDue+Owner+Severity+Stage+Team Level NextDue+Owner NextDue+Stage
        """,
    ),
}
