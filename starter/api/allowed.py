"""Whether the caller may: by the role, and by what the key was given out for."""

from dataclasses import dataclass
from typing import Any

from fastapi import Depends

from domain.rights import SCOPES, Act, Read, Scope, in_scope, may
from starter.api.callers import Caller, Calling
from starter.api.problems import ApiProblem, Code


@dataclass(frozen=True)
class Needs:
    """What a route needs; that it can be read from the route lets a test walk all of them."""

    what: Read | Act

    async def __call__(self, caller: Calling) -> Caller:
        demand(caller, self.what)
        return caller


def needs(what: Read | Act) -> Any:
    """A dependency: the caller, who may read or do that. Raises 403, which is logged."""
    return Depends(Needs(what))


def demand(caller: Caller, what: Read | Act) -> None:
    """The same within a route. Raises 403, which is logged."""
    if may(caller.role, caller.scopes, what):
        return
    demand_scope(caller, SCOPES[what])
    raise ApiProblem(Code.FORBIDDEN, f"the role {caller.role} may not: {what}; ask somebody who may")


def demand_scope(caller: Caller, scope: Scope) -> None:
    if not in_scope(caller.scopes, scope):
        raise ApiProblem(
            Code.OUT_OF_SCOPE, f"the key is not for {scope}; use one that was made with this scope"
        )
