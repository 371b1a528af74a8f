"""The gateway for commands that open and decide, and the author they act for."""

import asyncio

from domain.decisions.base import Author
from domain.vocabulary import Role
from organisation.findings import nearest
from organisation.model import Organisation
from organisation.source import OrganisationSource
from starter.connection import connect
from starter.errors import OrderInvalid, Problem
from starter.gateway import Gateway
from starter.settings import Settings


async def a_gateway(settings: Settings, source: OrganisationSource | None = None) -> Gateway:
    client = await connect(settings)
    if source is None:
        source = await asyncio.to_thread(OrganisationSource, settings.policies)
    return Gateway(client, source)


def author_of(organisation: Organisation, who: str | None, role: Role | None, field: str = "--as") -> Author:
    """A person acts in the person's own role, unless another is named; a service needs one named.

    `field` is where the name was written. Raises OrderInvalid.
    """
    if not who:
        raise OrderInvalid(Problem(field, "nobody is named", "say who acts, such as --as anna-weber"))
    person = organisation.people.get(who)
    if person is None and role is None:
        mend = f"{nearest(who, organisation.people)} A service gives --role service"
        raise OrderInvalid(Problem(field, f"there is no person {who!r}", mend))
    if person is None:
        return _author(who, role or Role.SERVICE, field)
    return _author(who, role or person.role, field)


def _author(who: str, role: Role, field: str) -> Author:
    try:
        return Author(id=who, role=role)
    except ValueError:
        raise OrderInvalid(
            Problem(field, f"{who[:60]!r} is no id", "use letters, digits and . _ @ : / + ~ -")
        ) from None
