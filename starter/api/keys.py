"""API keys, for administrators. A key's text is in the answer that makes it, and nowhere else."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from domain.rights import Act, Read, Scope
from records.keys import Key
from starter.api.allowed import needs
from starter.api.callers import Caller
from starter.api.doors import AtDoors
from starter.api.escalations import PRINTABLE
from starter.api.guarded import Guarded
from starter.api.problems import ApiProblem, Code, FieldProblem, errors
from starter.errors import NotFound
from starter.key_orders import KeyOrder, create_key

router = APIRouter(route_class=Guarded, tags=["keys"])
KeyReader = Annotated[Caller, needs(Read.KEYS)]
KeyManager = Annotated[Caller, needs(Act.MANAGE_KEYS)]
Prefix = Annotated[
    str,
    Path(
        max_length=100,
        pattern=PRINTABLE,
        description="The visible part of the key.",
        examples=["k3xw9m2p"],
    ),
]


class KeyList(BaseModel):
    keys: list[Key]


class NewKey(Key):
    """A key with its text, which is shown this once."""

    key: str = Field(examples=["esc_k3xw9m2p_…"])


@router.get("/keys", response_model=KeyList, summary="List the keys", responses=errors())
async def list_keys(caller: KeyReader, doors: AtDoors) -> KeyList:
    """Also those that were revoked or have expired."""
    del caller
    return KeyList(keys=list(await doors.keys.list()))


@router.post(
    "/keys",
    status_code=201,
    response_model=NewKey,
    summary="Make a key",
    description="A key of a caller whose own key is limited may do no more than that one.",
    responses=errors(),
)
async def make_key(order: KeyOrder, caller: KeyManager, doors: AtDoors) -> NewKey:
    _within(caller.scopes, order)
    key, text = await create_key(
        doors.keys, await doors.known(), order, created_by=caller.id, now=doors.now()
    )
    return NewKey(**dict(key), key=text)


@router.delete(
    "/keys/{prefix}",
    response_model=Key,
    summary="Revoke a key",
    description="Within 10 seconds no process takes it any more. A second time changes nothing.",
    responses=errors(Code.NOT_FOUND),
)
async def revoke_key(prefix: Prefix, caller: KeyManager, doors: AtDoors) -> Key:
    key = await doors.keys.revoke(prefix, by=caller.id)
    if key is None:
        raise NotFound(f"there is no key {prefix!r}")
    return key


def _within(own: tuple[Scope, ...] | None, order: KeyOrder) -> None:
    """Else a key that is limited could make itself one that is not."""
    if own is None or (order.scopes is not None and set(order.scopes) <= set(own)):
        return
    wrong = FieldProblem(
        pointer="/scopes", detail="more than the caller's own key may", mend=f"of {', '.join(own)}"
    )
    raise ApiProblem(Code.OUT_OF_SCOPE, "a limited key makes keys with its own scopes only", wrong)
