"""People and the teams they work in, as the organisation knows them."""

from collections.abc import Mapping

from domain.value import Value
from domain.vocabulary import ChannelKind, Role


class PersonChannel(Value):
    """One way to reach a person: an e-mail address, a webhook's or Apprise's URL, a name on the console."""

    kind: ChannelKind
    address: str


class Person(Value):
    """Somebody inside. `channels` come in the person's order of preference."""

    id: str
    name: str
    role: Role
    team: str | None = None
    manager: str | None = None
    """The manager's person id."""
    language: str = "en"
    zone: str | None = None
    """Whose night it is when the person is woken: an IANA zone. None: that of the policy's calendars."""
    channels: tuple[PersonChannel, ...] = ()


class Team(Value):
    """People who answer for something together. The lead may be among the members or not."""

    id: str
    name: str
    lead: str
    members: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()

    def everybody(self) -> tuple[str, ...]:
        """The lead first, then the members, each once."""
        return tuple(dict.fromkeys((self.lead, *self.members)))


def manager_of(person: Person, teams: Mapping[str, Team]) -> str | None:
    """The person's manager, else the lead of the person's team; nobody is their own manager."""
    team = teams.get(person.team) if person.team else None
    manager = person.manager or (team.lead if team else None)
    return None if manager == person.id else manager
