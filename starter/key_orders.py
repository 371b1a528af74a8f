"""An API key as somebody wants it, checked against the organisation before it is made."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from domain.audience import STAFF
from domain.ending import ENGINE
from domain.events.base import CLOCK
from domain.rights import Scope
from domain.text import Identifier
from domain.vocabulary import Role
from organisation.durations import Length
from organisation.findings import nearest
from organisation.model import Organisation
from records.keys import Key, Keys
from starter.errors import OrderInvalid, Problem
from starter.known_names import OUTSIDE

RESERVED = {
    CLOCK: "what time itself brings about",
    STAFF: "everybody of the house, as customers see them",
    ENGINE.id: "what one escalation tells another",
    "operator": "whoever cancels a workflow from outside",
}
"""Authors of events who are nobody's key."""
AS_WRITTEN = WithJsonSchema({"type": "string", "pattern": r"^(\d{1,8}[wdhms])+$"})
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=3650)


class KeyOrder(BaseModel):
    """Whom a key is for, and what it may be used for."""

    model_config = ConfigDict(extra="forbid")

    name: Identifier = Field(
        description="Who calls with it; decisions carry it where no person is named.",
        examples=["monitoring"],
    )
    role: Role
    person: Identifier | None = Field(
        default=None,
        description="The person of the organisation whose key it is, and whose team counts. Staff need one.",
    )
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1)] | None = Field(
        default=None, description="What it may be used for; left out, all that the role may."
    )
    expires_in: Annotated[Length, Field(ge=SHORTEST, le=LONGEST), AS_WRITTEN] | None = Field(
        default=None, description="Such as 90d. Left out, it does not expire.", examples=["90d"]
    )


async def create_key(
    keys: Keys, organisation: Organisation, order: KeyOrder, *, created_by: str, now: datetime
) -> tuple[Key, str]:
    """The key and its text. Raises OrderInvalid with everything that is wrong; then no key was made."""
    problems = list(_problems(organisation, order))
    if problems:
        raise OrderInvalid(*problems)
    return await keys.create(
        order.name,
        order.role,
        person=order.person,
        scopes=order.scopes,
        created_by=created_by,
        expires_at=None if order.expires_in is None else now + order.expires_in,
    )


def _problems(organisation: Organisation, order: KeyOrder) -> Iterator[Problem]:
    people = organisation.people
    if order.name in RESERVED:
        what = f"the name {order.name} stands for {RESERVED[order.name]} on timelines"
        yield Problem("name", what, "take another name")
    if order.person is not None and order.person not in people:
        yield Problem("person", f"there is no person {order.person!r}", nearest(order.person, people))
    if order.person is None and order.role not in (*OUTSIDE, Role.AUDITOR):
        yield Problem(
            "person", f"a key for the role {order.role} is a person's", "say whose, by the person's id"
        )
    if order.name in people and order.person != order.name:
        # Else somebody could ask for an approval as the one and grant it as the other.
        yield Problem(
            "name", f"{order.name} is a person", "give the same id as the person, or take another name"
        )
