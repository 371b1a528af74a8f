"""Conditions that ask what time it is, where nobody said whose clocks count."""

from collections.abc import Iterator

from organisation.calendars import WrittenCalendar
from organisation.findings import Finding
from organisation.policies import asks_the_clock, zones
from organisation.policy_shape import PolicyFile
from organisation.yaml_source import Source


def check_zone(source: Source, file: PolicyFile, calendars: dict[str, WrittenCalendar]) -> Iterator[Finding]:
    """The calendars that the policy names must be among `calendars`."""
    several = zones(file, calendars)
    if file.zone or len(several) < 2 or not asks_the_clock(file):
        return
    at = next(at for at, expression in file.conditions() if "now." in expression)
    yield source.finding(
        at,
        f"asks what time it is, but the policy's calendars are in {' and '.join(several)}",
        f"say whose clocks count, such as zone: {several[0]} at the top of the file",
    )
