"""Whether the caller may: by the role, and by what the key was given out for."""

from typing import Any

import structlog
from fastapi import Depends

from domain.rights import SCOPES, Act, Read, Scope, in_scope, may
from starter.api.callers import Caller, Calling
from starter.api.problems import ApiProblem, Code

log = structlog.get_logger("api")


def needs(what: Read | Act) -> Any:
    """A dependency: the caller, who may read or do that. Raises 403, and logs who was refused what."""

    async def checked(caller: Calling) -> Caller:
        demand(caller, what)
        return caller

    return Depends(checked)


def demand(caller: Caller, what: Read | Act) -> None:
    """The same within a route."""
    scopes = None if caller.scopes is None else [each for each in Scope if each in caller.scopes]
    if may(caller.role, scopes, what):
        return
    log.warning("refused", who=caller.id, role=str(caller.role), what=str(what))
    if not in_scope(scopes, SCOPES[what]):
        detail = f"the key is not for {SCOPES[what]}; use one that was made with this scope"
        raise ApiProblem(Code.OUT_OF_SCOPE, detail)
    raise ApiProblem(Code.FORBIDDEN, f"the role {caller.role} may not: {what}; ask somebody who may")
