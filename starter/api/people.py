"""The organisation's people, and what each may set for themselves: how they are reached."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.people import Person, PersonChannel, manager_of
from domain.rights import Act, Read, Scope
from domain.vocabulary import ChannelKind, Role
from organisation.people_edit import FILE, OthersThere, own_channels
from organisation.shapes import ADDRESSES
from starter.api.allowed import needs
from starter.api.bench import AtDesk
from starter.api.callers import Caller, How
from starter.api.doors import AtDoors, Doors
from starter.api.edits import EDIT_CODES, edited
from starter.api.guarded import Guarded
from starter.api.problems import ApiProblem, Code, FieldProblem, errors

router = APIRouter(route_class=Guarded, tags=["people"])

MOST_CHANNELS = 10
IfMatch = Annotated[
    str | None, Header(max_length=200, description="The ETag of the channels that these are to replace.")
]
SelfReader = Annotated[Caller, needs(Read.OWN_PROFILE)]


class Channel(BaseModel):
    """One way to reach a person."""

    model_config = ConfigDict(extra="forbid")

    kind: ChannelKind
    address: Annotated[str, StringConstraints(min_length=1, max_length=1_000)] = Field(
        description="An e-mail address, the URL of a webhook, an Apprise URL, or a name on the console.",
        examples=["anna.weber@example.com"],
    )


class Channels(BaseModel):
    """In order of preference: the next one is used when the one before does not work."""

    model_config = ConfigDict(extra="forbid")

    channels: Annotated[list[Channel], Field(max_length=MOST_CHANNELS)]


class PersonView(BaseModel):
    id: str
    name: str
    role: Role
    team: str | None
    channels: list[Channel] | None = Field(default=None, description="For administrators only.")


class People(BaseModel):
    people: list[PersonView]


class Profile(BaseModel):
    """A person as the organisation's files have them."""

    id: str
    name: str
    role: Role
    team: str | None
    manager: str | None
    language: str
    zone: str | None
    channels: list[Channel] = Field(description="Addresses are masked; `/people/me/channels` has them.")


class Me(BaseModel):
    """Who the caller is."""

    id: str
    role: Role = Field(description="That of the credentials; decisions are taken in it.")
    how: How
    scopes: list[Scope] | None = Field(description="Null: whatever the role may.")
    person: Profile | None = Field(description="Null for services and others who are not in the files.")


@router.get(
    "/people",
    response_model=People,
    summary="List the people of the organisation",
    description="By id. How they are reached is for administrators only.",
    responses=errors(Code.OUT_OF_SCOPE),
)
async def list_people(
    caller: Annotated[Caller, needs(Read.PEOPLE)],
    doors: AtDoors,
    team: Annotated[str | None, Query(max_length=100, description="Only those of this team.")] = None,
) -> People:
    people = sorted((await doors.known()).people.items())
    shows = caller.role is Role.ADMINISTRATOR
    return People(people=[_row(one, shows) for _, one in people if team in (None, one.team)])


@router.get(
    "/people/me",
    response_model=Me,
    summary="Read who you are",
    description="The caller as the credentials and the organisation's files say.",
    responses=errors(Code.OUT_OF_SCOPE),
)
async def read_me(caller: SelfReader, doors: AtDoors) -> Me:
    known = await doors.known()
    person = known.people.get(caller.person or "")
    profile = (
        None
        if person is None
        else Profile(
            **{name: getattr(person, name) for name in ("id", "name", "role", "team", "language", "zone")},
            manager=manager_of(person, known.teams),
            channels=[Channel(kind=each.kind, address=masked(each)) for each in person.channels],
        )
    )
    scopes = None if caller.scopes is None else list(caller.scopes)
    return Me(id=caller.id, role=caller.role, how=caller.how, scopes=scopes, person=profile)


@router.get(
    "/people/me/channels",
    response_model=Channels,
    summary="Read how you are reached",
    description="One's own channels in order of preference, with their addresses.",
    responses=errors(Code.OUT_OF_SCOPE, Code.NOT_FOUND),
)
async def read_channels(caller: SelfReader, doors: AtDoors, response: Response) -> Channels:
    person = await person_of(caller, doors)
    response.headers["ETag"] = _etag(person.channels)
    return _channels(person)


@router.put(
    "/people/me/channels",
    response_model=Channels,
    summary="Set how you are reached",
    description="Written into people.yaml in this order; comments stay, and the whole folder is checked "
    "first: whoever is told by policies needs a channel that they allow. It counts for every message from "
    "then on. New Apprise URLs only an administrator writes, into the file: they can reach anything that "
    "the worker can. With `If-Match` it counts only while nobody has set them since.",
    responses=errors(Code.OUT_OF_SCOPE, Code.NOT_FOUND, Code.STALE, *EDIT_CODES),
)
async def set_channels(
    body: Channels,
    caller: Annotated[Caller, needs(Act.CHANGE_CHANNELS)],
    doors: AtDoors,
    desk: AtDesk,
    response: Response,
    if_match: IfMatch = None,
) -> Channels:
    person = await person_of(caller, doors)
    is_bound = if_match is not None and if_match != "*"
    if is_bound and if_match != _etag(person.channels):
        raise _others_there()
    wanted = tuple(PersonChannel(kind=each.kind, address=each.address) for each in body.channels)
    wrong = _mistakes(person, wanted)
    if wrong:
        raise ApiProblem(Code.INVALID, "these channels cannot be used", *wrong)
    if wanted != person.channels:
        edit = own_channels(person.id, wanted, person.channels if is_bound else None)
        try:
            await edited(doors, desk, caller, FILE, edit)
        except OthersThere:
            raise _others_there() from None
    response.headers["ETag"] = _etag(wanted)
    return body


def _etag(channels: Iterable[PersonChannel]) -> str:
    said = "\n".join(each.model_dump_json() for each in channels)
    return f'"{sha256(said.encode()).hexdigest()[:16]}"'


def _others_there() -> ApiProblem:
    return ApiProblem(Code.STALE, "the channels were set otherwise meanwhile; read them again")


async def person_of(caller: Caller, doors: Doors) -> Person:
    """Raises 404 for services and others who are nobody in the organisation's files."""
    person = (await doors.known()).people.get(caller.person or "")
    if person is None:
        detail = f"{caller.id} is nobody in people.yaml; use the key of somebody who is"
        raise ApiProblem(Code.NOT_FOUND, detail)
    return person


def masked(channel: PersonChannel) -> str:
    """Enough to recognise one's own, without what may be secret in it."""
    match channel.kind:
        case ChannelKind.EMAIL:
            name, _, house = channel.address.rpartition("@")
            return f"{name[:1]}…@{house}"
        case ChannelKind.WEBHOOK:
            scheme, _, rest = channel.address.partition("://")
            house = rest.partition("/")[0].partition("?")[0].rpartition("@")[2]
            return f"{scheme}://{house}/…"
        case ChannelKind.APPRISE:
            return f"{channel.address.partition('://')[0]}://…"
        case ChannelKind.CONSOLE:
            return channel.address


def _mistakes(person: Person, wanted: tuple[PersonChannel, ...]) -> list[FieldProblem]:
    """Without the addresses themselves: they may be secret."""
    found = []
    for number, channel in enumerate(wanted):
        pointer = f"/channels/{number}"
        if wanted.index(channel) != number:
            found.append(FieldProblem(pointer=pointer, detail="the same again", mend="leave one out"))
        elif channel in person.channels:
            continue
        elif channel.kind is ChannelKind.APPRISE:
            what = "a new Apprise URL"
            mend = "have an administrator write it into people.yaml"
            found.append(FieldProblem(pointer=pointer, detail=what, mend=mend))
        else:
            found += _no_address(channel, pointer)
    return found


def _no_address(channel: PersonChannel, pointer: str) -> list[FieldProblem]:
    pattern, mend = ADDRESSES[channel.kind]
    if channel.address.isprintable() and pattern.fullmatch(channel.address):
        return []
    return [FieldProblem(pointer=f"{pointer}/address", detail=f"no address for {channel.kind}", mend=mend)]


def _row(person: Person, shows: bool) -> PersonView:
    return PersonView(
        id=person.id,
        name=person.name,
        role=person.role,
        team=person.team,
        channels=_channels(person).channels if shows else None,
    )


def _channels(person: Person) -> Channels:
    return Channels(channels=[Channel(kind=each.kind, address=each.address) for each in person.channels])
