"""Errors as RFC 9457 problems: each with a stable code, the place in the request, and what to do."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from domain.refusals import RefusalCode, Refused
from records.errors import RecordsAway, SchemaMismatch
from starter.errors import NoAnswer, NotFound, OrderInvalid, ServerAway

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:escalations:problem:"
RETRY_AFTER = 5
"""Seconds after which what is away is worth another try."""

log = structlog.get_logger("api")


class Code(StrEnum):
    """Stable: programs decide by it, and it is never renamed."""

    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    OUT_OF_REACH = "out_of_reach"
    OUT_OF_SCOPE = "out_of_scope"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    REFUSED = "refused"
    STALE = "stale"
    FILES_WRONG = "files_wrong"
    FILES_NOT_WRITABLE = "files_not_writable"
    KEY_REUSED = "key_reused"
    INVALID = "invalid"
    TOO_LARGE = "too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    RATE_LIMITED = "rate_limited"
    SERVER_AWAY = "server_away"
    WORKER_AWAY = "worker_away"
    DATABASE_AWAY = "database_away"
    ISSUER_AWAY = "issuer_away"
    INTERNAL = "internal"


STATUS: Mapping[Code, tuple[int, str]] = {
    Code.UNAUTHENTICATED: (401, "Nobody is known by these credentials"),
    Code.FORBIDDEN: (403, "The role does not allow this"),
    Code.OUT_OF_REACH: (403, "The escalation is out of reach"),
    Code.OUT_OF_SCOPE: (403, "The key was not given this scope"),
    Code.NOT_FOUND: (404, "There is nothing here"),
    Code.METHOD_NOT_ALLOWED: (405, "The method is not possible here"),
    Code.REFUSED: (409, "The rules do not allow it now"),
    Code.FILES_WRONG: (409, "The organisation's files do not pass the check"),
    Code.FILES_NOT_WRITABLE: (409, "The organisation's files cannot be written here"),
    Code.STALE: (412, "It has changed meanwhile"),
    Code.TOO_LARGE: (413, "The body is too large"),
    Code.UNSUPPORTED_MEDIA_TYPE: (415, "The body is no JSON"),
    Code.INVALID: (422, "The request cannot be understood"),
    Code.KEY_REUSED: (422, "The idempotency key belongs to another request"),
    Code.RATE_LIMITED: (429, "Too many requests"),
    Code.INTERNAL: (500, "Something failed here"),
    Code.SERVER_AWAY: (503, "The Temporal server is away"),
    Code.WORKER_AWAY: (503, "No worker answers"),
    Code.DATABASE_AWAY: (503, "The database is away"),
    Code.ISSUER_AWAY: (503, "The identity provider is away"),
}
"""Status and title of each code."""

_BY_STATUS = {
    401: Code.UNAUTHENTICATED,
    403: Code.FORBIDDEN,
    404: Code.NOT_FOUND,
    405: Code.METHOD_NOT_ALLOWED,
    413: Code.TOO_LARGE,
    415: Code.UNSUPPORTED_MEDIA_TYPE,
    429: Code.RATE_LIMITED,
}


class FieldProblem(BaseModel):
    """One thing that is wrong with the request."""

    pointer: str | None = Field(default=None, description="Where in the body: a JSON pointer (RFC 6901).")
    parameter: str | None = Field(default=None, description="Which parameter of path, query or headers.")
    detail: str
    mend: str = Field(default="", description="What to do.")


class Problem(BaseModel):
    """A problem as RFC 9457 has it, with a stable `code`."""

    type: str
    title: str
    status: int
    detail: str
    code: Code
    instance: str | None = None
    request_id: str | None = Field(default=None, description="Also in the logs and in `X-Request-Id`.")
    reason: str | None = Field(default=None, description="The core's own code, where the rules refused it.")
    errors: list[FieldProblem] = []


class ApiProblem(Exception):
    """Ends a request with a problem."""

    def __init__(
        self,
        code: Code,
        detail: str,
        *errors: FieldProblem,
        reason: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.reason = reason
        self.headers = dict(headers or {})
        if STATUS[code][0] == 503:
            self.headers.setdefault("Retry-After", str(RETRY_AFTER))
        if code is Code.UNAUTHENTICATED:
            self.headers.setdefault("WWW-Authenticate", 'Bearer realm="escalations"')


def errors(*codes: Code) -> dict[int | str, dict[str, Any]]:
    """What a route can answer beside success, for OpenAPI; what every route can answer is in it."""
    everywhere = (
        Code.UNAUTHENTICATED,
        Code.FORBIDDEN,
        Code.OUT_OF_SCOPE,
        Code.TOO_LARGE,
        Code.INVALID,
        Code.RATE_LIMITED,
        Code.DATABASE_AWAY,
        Code.ISSUER_AWAY,
    )
    by_status: dict[int, list[Code]] = {}
    for code in dict.fromkeys((*codes, *everywhere, Code.INTERNAL)):
        by_status.setdefault(STATUS[code][0], []).append(code)
    return {status: _response(possible) for status, possible in sorted(by_status.items())}


def _response(possible: list[Code]) -> dict[str, Any]:
    examples = {
        str(code): {"value": shown(ApiProblem(code, STATUS[code][1])).model_dump(exclude_none=True)}
        for code in possible
    }
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}}
    return {"description": "; ".join(STATUS[code][1] for code in possible), "content": content}


def shown(problem: ApiProblem, request: Request | None = None) -> Problem:
    status, title = STATUS[problem.code]
    return Problem(
        type=f"{TYPE_PREFIX}{problem.code}",
        title=title,
        status=status,
        detail=problem.detail,
        code=problem.code,
        instance=request.url.path if request else None,
        request_id=getattr(request.state, "request_id", None) if request else None,
        reason=problem.reason,
        errors=list(problem.errors),
    )


def answer(problem: ApiProblem, request: Request) -> JSONResponse:
    body = shown(problem, request)
    request.state.problem = problem.code
    return JSONResponse(
        body.model_dump(mode="json", exclude_none=True),
        status_code=body.status,
        headers=problem.headers,
        media_type=MEDIA_TYPE,
    )


def problem_of(error: Exception) -> ApiProblem:
    """What the errors of the rooms behind mean to a caller."""
    match error:
        case ApiProblem():
            return error
        case Refused():
            return _refused(error)
        case NotFound():
            return ApiProblem(Code.NOT_FOUND, str(error).partition(";")[0])
        case OrderInvalid():
            found = [_in_body(each.field, each.what, each.mend) for each in error.problems]
            return ApiProblem(Code.INVALID, "; ".join(each.detail for each in found), *found)
        case NoAnswer():
            return ApiProblem(Code.WORKER_AWAY, str(error))
        case ServerAway():
            return ApiProblem(Code.SERVER_AWAY, str(error))
        case RecordsAway() | SchemaMismatch():
            # The driver's words may name hosts and users.
            log.warning("database_away", error=str(error))
            return ApiProblem(Code.DATABASE_AWAY, "the ledger's database does not answer; try again")
        case _:
            return ApiProblem(Code.INTERNAL, "something failed here; the log has it under the request id")


def _refused(error: Refused) -> ApiProblem:
    match error.code:
        case RefusalCode.NOT_ALLOWED:
            return ApiProblem(Code.FORBIDDEN, error.message, reason=error.code)
        case RefusalCode.STALE:
            return ApiProblem(Code.STALE, error.message, reason=error.code)
        case RefusalCode.REUSED:
            what, _, mend = error.message.partition("; ")
            wrong = FieldProblem(pointer="/decision_id", detail=what, mend=mend)
            return ApiProblem(Code.KEY_REUSED, error.message, wrong, reason=error.code)
        case _:
            return ApiProblem(Code.REFUSED, error.message, reason=error.code)


def _in_body(field: str, what: str, mend: str) -> FieldProblem:
    pointer = "" if field == "the whole" else "/" + field.replace(".", "/")
    return FieldProblem(pointer=pointer, detail=f"{field}: {what}", mend=mend)


def invalid(found: Iterable[Any], body: Any = None) -> ApiProblem:
    """From pydantic's errors. What was sent is not repeated: it may be a secret."""
    wrong = [_field_problem(each, body) for each in found]
    places = ", ".join(each.pointer or each.parameter or "the body" for each in wrong[:5])
    return ApiProblem(Code.INVALID, f"wrong: {places}", *wrong)


def _field_problem(found: Mapping[str, Any], body: Any) -> FieldProblem:
    what, _, mend = str(found["msg"]).removeprefix("Value error, ").partition("; ")
    detail = what[:1].lower() + what[1:]
    where, *path = found["loc"] or ("body",)
    if where != "body":
        name = ".".join(map(str, path)) or str(where)
        return FieldProblem(
            parameter=name, detail=_SAID.get(found["type"], detail), mend=mend or _mend(found)
        )
    if found["type"] == "json_invalid":
        detail = f"no JSON at character {path[0] if path else 0}: {found.get('ctx', {}).get('error', what)}"
        return FieldProblem(pointer="", detail=detail, mend="send one JSON object in UTF-8")
    pointer = _pointer([*path, "type"] if found["type"] in _NO_TYPE else path, body)
    return FieldProblem(pointer=pointer, detail=_SAID.get(found["type"], detail), mend=mend or _mend(found))


_SAID = {
    "missing": "missing",
    "extra_forbidden": "there is no such field",
    "union_tag_invalid": "there is no such type",
    "union_tag_not_found": "missing",
    "model_attributes_type": "no JSON object",
}
"""Plainer words for what pydantic finds most."""
_NO_TYPE = frozenset({"union_tag_invalid", "union_tag_not_found"})


def _mend(found: Mapping[str, Any]) -> str:
    match found["type"]:
        case "missing" | "union_tag_not_found":
            return "send it"
        case "extra_forbidden":
            return "leave it out, or mend its name; /api/v1/openapi.json has the fields"
        case "union_tag_invalid":
            return f"use one of {found.get('ctx', {}).get('expected_tags', '')}"
        case _:
            return "send what /api/v1/openapi.json describes"


def _pointer(path: list[Any], body: Any) -> str:
    """Without the names of union members that pydantic puts between: they are not in what was sent."""
    parts, here = [], body
    for number, part in enumerate(path):
        is_last = number == len(path) - 1
        is_between = isinstance(here, dict) and part not in here and not is_last
        if is_between or isinstance(here, (str, int, float)):
            continue
        parts.append(str(part).replace("~", "~0").replace("/", "~1"))
        here = _inside(here, part)
    return "".join(f"/{part}" for part in parts)


def _inside(here: Any, part: Any) -> Any:
    if isinstance(here, dict):
        return here.get(part)
    is_item = isinstance(here, list) and isinstance(part, int) and part < len(here)
    return here[part] if is_item else None


OF_RIGHTS = frozenset({Code.UNAUTHENTICATED, Code.FORBIDDEN, Code.OUT_OF_REACH, Code.OUT_OF_SCOPE})


def log_refused(
    request: Request,
    reason: str,
    why: str | None = None,
    *,
    decision: str | None = None,
    escalation: str | None = None,
) -> None:
    """An attempt that somebody has no right to: who and what, and nothing that could be secret."""
    caller = getattr(request.state, "caller", None)
    log.warning(
        "refused",
        caller=getattr(caller, "id", None) or getattr(request.state, "subject", None),
        role=getattr(caller, "role", None),
        how=getattr(caller, "how", None),
        key=getattr(caller, "prefix", None) or getattr(request.state, "prefix", None),
        method=request.method,
        route=getattr(request.scope.get("route"), "path", None),
        escalation=escalation or request.path_params.get("ref"),
        decision=decision or getattr(request.state, "decision", None),
        reason=reason,
        why=why,
    )


def handle_problems(app: FastAPI) -> None:
    """Every error leaves this application as a problem."""

    async def known(request: Request, error: Exception) -> JSONResponse:
        problem = problem_of(error)
        if problem.code in OF_RIGHTS:
            log_refused(request, problem.code, problem.reason)
        return answer(problem, request)

    async def not_valid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        if isinstance(error.body, bytes):
            # The framework leaves a body as it is that does not say that it is JSON.
            detail = "the body is not said to be JSON; send `Content-Type: application/json`"
            return answer(ApiProblem(Code.UNSUPPORTED_MEDIA_TYPE, detail), request)
        return answer(invalid(error.errors(), error.body), request)

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        if error.status_code == 400:
            # The framework's word for a body that is no text, or is nested beyond reading.
            wrong = FieldProblem(pointer="", detail="no JSON", mend="send one JSON object in UTF-8")
            return answer(ApiProblem(Code.INVALID, "the body cannot be read as JSON", wrong), request)
        code = _BY_STATUS.get(error.status_code, Code.INVALID)
        return answer(ApiProblem(code, str(error.detail), headers=error.headers), request)

    kinds = (ApiProblem, Refused, NotFound, OrderInvalid, NoAnswer, ServerAway, RecordsAway, SchemaMismatch)
    for kind in kinds:
        app.add_exception_handler(kind, known)
    app.add_exception_handler(RequestValidationError, not_valid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, known)
