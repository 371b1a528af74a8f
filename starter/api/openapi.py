"""What the framework does not write into the OpenAPI by itself: headers, links, examples, strict reports."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.routing import APIRoute

from starter.api.examples import BODIES
from starter.api.problems import Code, errors

Schema = dict[str, Any]

_REF = "#/components/schemas/"
_GIVEN = "Given"
"""Ends the names of schemas that hold for what comes in only."""
_STRICT = {"OpenBody": "report", "SimulateBody": "report"}
"""Where a body's field refuses at any depth what it does not know."""


def _text(description: str, **more: Any) -> Schema:
    return {"description": description, "schema": {"type": "string", **more}}


HEADERS: Mapping[str, Schema] = {
    "X-Request-Id": _text("Under which the logs have the request; the caller's own where it was sane."),
    "ETag": _text("The version of this very one; send it back as `If-Match` or `If-None-Match`."),
    "Location": _text("Where it can be read."),
    "Idempotency-Replayed": _text("The answer is that of the first request with the key.", const="true"),
    "Retry-After": _text("Seconds after which another try is worth it.", pattern="^[0-9]+$"),
    "WWW-Authenticate": _text("How to say who is calling."),
    "RateLimit": _text("What is left, as in the IETF's draft."),
    "RateLimit-Policy": _text("The rate that applies, as in the IETF's draft."),
}
TAGGED = frozenset({"read_escalation", "decide", "possible", "read_policy", "read_channels", "set_channels"})
"""Operations whose answers carry an ETag."""
_ESCALATION: Mapping[str, str] = {
    "read_escalation": "The escalation as it stands.",
    "timeline": "What happened to it.",
    "possible": "What the caller may decide about it now.",
    "decide": "A decision about it.",
}
_SUBSCRIPTION: Mapping[str, str] = {
    "read_subscription": "The subscription.",
    "change_subscription": "Something else about it.",
    "test_subscription": "Whether it gets through.",
    "list_deliveries": "What became of what was sent to it.",
    "remove_subscription": "Its end.",
}


class _Leads(NamedTuple):
    """Where an answer leads to: the operations, and what their parameters are."""

    parameters: Mapping[str, str]
    to: Mapping[str, str]


LINKS: Mapping[str, _Leads] = {
    "open_escalation": _Leads({"ref": "$response.body#/escalation_id"}, _ESCALATION),
    "list_escalations": _Leads({"ref": "$response.body#/escalations/0/id"}, _ESCALATION),
    "add_subscription": _Leads({"id": "$response.body#/id"}, _SUBSCRIPTION),
    "make_key": _Leads({"prefix": "$response.body#/prefix"}, {"revoke_key": "The end of the key."}),
    "override": _Leads(
        {"schedule": "$request.path.schedule", "id": "$response.body#/override/id"},
        {"take_back": "The end of the override."},
    ),
    "list_policies": _Leads(
        {"name": "$response.body#/policies/0/name"},
        {"read_policy": "The policy.", "simulate": "What would happen under it."},
    ),
}


def operation_id(route: APIRoute) -> str:
    """The function's name: stable, and good as the name of a method in a client."""
    return route.name


def describe(app: FastAPI) -> None:
    """From now on `app.openapi()` is complete."""
    from_framework = app.openapi

    def complete() -> Schema:
        if app.openapi_schema is None:
            app.openapi_schema = completed(from_framework())
        return app.openapi_schema

    app.openapi = complete  # type: ignore[method-assign]


def completed(openapi: Schema) -> Schema:
    """The same with all that is missing; changed in place."""
    for operation in _operations(openapi):
        name = operation["operationId"]
        for status, found in _even_so(operation).items():
            operation["responses"].setdefault(status, found)
        operation["responses"] = dict(sorted(operation["responses"].items()))
        for content in operation.get("requestBody", {}).get("content", {}).values():
            if name in BODIES:
                content["example"] = BODIES[name]
        for status, response in operation["responses"].items():
            response["headers"] = {**_headers(name, int(status)), **response.get("headers", {})}
            if name in LINKS and status.startswith("2"):
                response["links"] = _links(LINKS[name])
    _refuse_unknown_fields(openapi["components"]["schemas"])
    return openapi


def _operations(openapi: Schema) -> Iterator[Schema]:
    for path in openapi["paths"].values():
        yield from path.values()


def _even_so(operation: Schema) -> Schema:
    """Even a probe can be too large, or fail; and what takes JSON takes nothing else."""
    codes = (Code.TOO_LARGE, Code.UNSUPPORTED_MEDIA_TYPE)
    found = {str(status): response for status, response in errors(*codes).items()}
    takes_json = set(operation.get("requestBody", {}).get("content", {})) == {"application/json"}
    return {status: found[status] for status in ("413", "500", *(("415",) if takes_json else ()))}


def _headers(name: str, status: int) -> Schema:
    said = {"X-Request-Id"}
    if name not in {"alive", "ready"}:
        said |= {"RateLimit", "RateLimit-Policy"}
    if name in TAGGED and status in (200, 304):
        said.add("ETag")
    if name == "open_escalation" and status < 300:
        said |= {"Location", "Idempotency-Replayed"}
    if name == "add_subscription" and status == 201:
        said.add("Location")
    if status == 401:
        said.add("WWW-Authenticate")
    if status in (429, 503):
        said.add("Retry-After")
    return {each: HEADERS[each] for each in sorted(said)}


def _links(leads: _Leads) -> Schema:
    return {
        operation: {"operationId": operation, "parameters": dict(leads.parameters), "description": said}
        for operation, said in leads.to.items()
    }


def _refuse_unknown_fields(schemas: Schema) -> None:
    """Reports are read back more freely than they are taken in, so what comes in has schemas of its own."""
    for body, field in _STRICT.items():
        held = schemas[body]["properties"][field]
        held["$ref"] = _given(schemas, held["$ref"])


def _given(schemas: Schema, ref: str) -> str:
    """The strict one beside that schema."""
    name = ref.removeprefix(_REF)
    if "properties" not in schemas[name]:
        return ref
    strict = f"{name}{_GIVEN}"
    if strict not in schemas:
        schemas[strict] = {**deepcopy(schemas[name]), "title": strict, "additionalProperties": False}
        for held in _refs(schemas[strict]["properties"]):
            held["$ref"] = _given(schemas, held["$ref"])
    return f"{_REF}{strict}"


def _refs(schema: Any) -> Iterator[Schema]:
    match schema:
        case {"$ref": str()}:
            yield schema
        case dict():
            for each in schema.values():
                yield from _refs(each)
        case list():
            for each in schema:
                yield from _refs(each)
        case _:
            return
