"""What the files for people, teams and calendars may contain. The docstrings become mends."""

import re
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from domain.calendars import zone
from domain.people import PersonChannel
from domain.text import Identifier, Line
from domain.vocabulary import ChannelKind, Role

ADDRESSES = {
    ChannelKind.EMAIL: (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), "write an address such as anna@example.com"),
    ChannelKind.WEBHOOK: (re.compile(r"https?://[^\s/]+\S*"), "write a URL that begins with https://"),
    ChannelKind.APPRISE: (
        re.compile(r"[a-z][a-z0-9+.-]*://\S+"),
        "write an Apprise URL such as ntfy://topic",
    ),
    ChannelKind.CONSOLE: (re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]*"), "write a name without spaces"),
}


class Shape(BaseModel):
    """A mapping in a file: fields it does not know are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def _pair(written: Any) -> Any:
    """`email: anna@example.com` as kind and address."""
    if isinstance(written, dict) and len(written) == 1 and "kind" not in written:
        ((kind, address),) = written.items()
        return {"kind": kind, "address": address}
    return written


def _reachable(channel: PersonChannel) -> PersonChannel:
    pattern, mend = ADDRESSES[channel.kind]
    if not pattern.fullmatch(channel.address):
        raise ValueError(f"{channel.address[:60]!r} is no address for {channel.kind}; {mend}")
    return channel


def _known_zone(name: str) -> str:
    zone(name)
    return name


WrittenChannel = Annotated[PersonChannel, BeforeValidator(_pair), AfterValidator(_reachable)]


class PersonShape(Shape):
    name: Line
    """the person's name"""
    role: Role
    """what the person is in the process, such as agent or team_lead"""
    manager: str | None = None
    language: str = Field(default="en", pattern=r"^[a-z]{2}$")
    zone: Annotated[str, AfterValidator(_known_zone)] | None = None
    channels: tuple[WrittenChannel, ...] = ()


class PeopleFile(Shape):
    people: dict[Identifier, PersonShape]
    """everybody, by person id"""


class TeamShape(Shape):
    name: Line
    """the team's name"""
    lead: str
    """the person id of who leads the team"""
    members: tuple[str, ...] = ()
    skills: tuple[Identifier, ...] = ()


class TeamsFile(Shape):
    teams: dict[Identifier, TeamShape]
    """every team, by its id"""


class HolidaysShape(Shape):
    """The public holidays of a country or of one of its regions, and days of the house's own."""

    country: str | None = None
    region: str | None = None
    own: dict[date, Line] = {}

    @model_validator(mode="after")
    def _region_of_a_country(self) -> Self:
        if self.region and not self.country:
            raise ValueError("a region without a country; give the country too, such as country: DE")
        return self


class CalendarsFile(Shape):
    """The hours themselves are checked by the calendars that are made of them."""

    calendars: dict[Identifier, dict[Any, Any]] = {}
