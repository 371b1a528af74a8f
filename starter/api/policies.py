"""Policies: what there is, the check of one that may become one, and cases run dry under them."""

from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from domain.policy import Policy
from domain.rights import Act, Read
from organisation.findings import nearest
from organisation.model import Organisation
from organisation.schema import policy_schema
from organisation.untrusted import LONGEST
from starter.api.allowed import needs
from starter.api.bench import AtBench
from starter.api.callers import Caller
from starter.api.doors import AtDoors
from starter.api.guarded import Guarded
from starter.api.problems import ApiProblem, Code, FieldProblem, errors
from starter.policy_check import CheckTooLong, PolicyCheck, check_apart, from_json

router = APIRouter(route_class=Guarded, tags=["policies"])

MOST_BYTES = 4 * LONGEST
PolicyName = Annotated[str, Path(max_length=100, description="The policy's name.", examples=["sample"])]
Reader = Annotated[Caller, needs(Read.POLICIES)]
Checker = Annotated[Caller, needs(Act.CHECK_POLICIES)]
EXAMPLE = """\
title: Support
team: first-line
owner: lena-brandt
# … all of it as in policies/support.yaml
"""


class PolicyRow(BaseModel):
    """A policy in the list."""

    name: str = Field(examples=["sample"])
    version: str = Field(description="Hash of all that it says and refers to.", examples=["366ea707945d"])
    title: str
    team: str
    levels: list[str] = Field(description="The names of the ladder's levels, the first one first.")
    warnings: int = Field(description="What somebody should look at in its file; the check lists more.")


class PolicyList(BaseModel):
    policies: list[PolicyRow]


@router.get(
    "/policies",
    response_model=PolicyList,
    summary="List the policies",
    description="As the organisation's files say now.",
    responses=errors(Code.OUT_OF_SCOPE),
)
async def list_policies(caller: Reader, doors: AtDoors) -> PolicyList:
    del caller
    known = await doors.known()
    return PolicyList(policies=[_row(known, policy) for _, policy in sorted(known.policies.items())])


@router.get(
    "/policies/schema",
    summary="Read the JSON Schema of a policy's file",
    description="Draft 2020-12, for editors and forms; what only the check can tell is not in it.",
    responses={
        200: {"content": {"application/schema+json": {"schema": {"type": "object"}}}},
        **errors(Code.OUT_OF_SCOPE),
    },
    response_class=Response,
)
async def read_schema(caller: Reader) -> Response:
    del caller
    return JSONResponse(_schema(), media_type="application/schema+json")


@router.get(
    "/policies/{name}",
    response_model=Policy,
    summary="Read a policy",
    description="As an escalation that opens now would take it. Lengths are in seconds; the ETag is the "
    "version. How it is written in a file is in `/policies/schema`.",
    responses={
        304: {"description": "It is still at the version of `If-None-Match`."},
        **errors(Code.OUT_OF_SCOPE, Code.NOT_FOUND),
    },
)
async def read_policy(
    name: PolicyName,
    caller: Reader,
    doors: AtDoors,
    response: Response,
    if_none_match: Annotated[str | None, Header(max_length=200, description="An ETag of before.")] = None,
) -> Any:
    del caller
    policy = policy_in(await doors.known(), name)
    tag = f'"{policy.version}"'
    if if_none_match == tag:
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return policy


@router.post(
    "/policies:check",
    response_model=PolicyCheck,
    summary="Check a policy, or all of the organisation's files",
    description="The body is a policy as it would stand in a file, in YAML or JSON; it is checked among the "
    "people, teams, calendars and templates that there are. Without a body all files are checked as they "
    "are. Answers with findings (and `ok: false`) are answers, not errors.",
    responses=errors(Code.OUT_OF_SCOPE, Code.TOO_LARGE),
    openapi_extra={
        "requestBody": {
            "required": False,
            "content": {
                "application/yaml": {"schema": {"type": "string"}, "example": EXAMPLE},
                "application/json": {
                    "schema": {"type": "object"},
                    "example": {"title": "Support", "team": "first-line", "owner": "lena-brandt"},
                },
            },
        }
    },
)
async def check_policy(
    request: Request,
    caller: Checker,
    doors: AtDoors,
    bench: AtBench,
    name: Annotated[
        str,
        Query(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,90}$",
            description="What it would be called; findings name the file so.",
        ),
    ] = "policy",
) -> PolicyCheck:
    del caller
    text = await _text(request)
    try:
        async with bench.place():
            return await check_apart(doors.settings.policies, name if text.strip() else None, text)
    except CheckTooLong as error:
        what, _, mend = str(error).partition("; ")
        raise ApiProblem(Code.INVALID, what, FieldProblem(pointer="", detail=what, mend=mend)) from None


def policy_in(organisation: Organisation, name: str) -> Policy:
    """Raises 404 with the nearest name."""
    policy = organisation.policies.get(name)
    if policy is None:
        what, mend = f"there is no policy {name[:60]!r}", nearest(name[:60], organisation.policies)
        raise ApiProblem(
            Code.NOT_FOUND, f"{what}; {mend}", FieldProblem(parameter="name", detail=what, mend=mend)
        )
    return policy


def _row(known: Organisation, policy: Policy) -> PolicyRow:
    file = f"policies/{policy.name}.yaml"
    return PolicyRow(
        name=policy.name,
        version=policy.version,
        title=policy.title,
        team=policy.team,
        levels=[level.name for level in policy.levels],
        warnings=sum(finding.file == file for finding in known.warnings),
    )


@cache
def _schema() -> dict[str, Any]:
    """Made from the shapes once, for that takes a second."""
    return policy_schema()


async def _text(request: Request) -> str:
    """The body, whatever its type says, as YAML. Raises 413, and 422 for what is no text."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise ApiProblem(Code.TOO_LARGE, f"a policy has at most {LONGEST} characters; split it")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"not UTF-8 at byte {error.start}"
        wrong = FieldProblem(pointer="", detail=what, mend="send it as UTF-8")
        raise ApiProblem(Code.INVALID, what, wrong) from None
    return from_json(text) if "json" in request.headers.get("content-type", "") else text
