"""The organisation as it was read: one frozen value to ask."""

from dataclasses import dataclass
from pathlib import Path

from domain.calendars import Calendar
from domain.on_call import OnCall
from domain.people import Person, Team
from domain.policy import Policy
from organisation.findings import Finding, nearest


class NoSuchPolicy(LookupError):
    """The organisation has no such policy, or not in that version. The text says what there is."""


@dataclass(frozen=True)
class Organisation:
    people: dict[str, Person]
    teams: dict[str, Team]
    on_call: OnCall
    calendars: dict[str, Calendar]
    policies: dict[str, Policy]
    templates: Path
    """The folder with one folder of templates for each language."""
    warnings: tuple[Finding, ...] = ()

    def policy(self, name: str, version: str | None = None) -> Policy:
        """The policy of that name. Raises NoSuchPolicy, also when it is at another version now."""
        policy = self.policies.get(name)
        if policy is None:
            raise NoSuchPolicy(f"there is no policy {name!r}; {nearest(name, self.policies)}")
        if version not in (None, policy.version):
            raise NoSuchPolicy(
                f"policy {name!r} is at version {policy.version}, not {version}; leave the version out"
            )
        return policy
