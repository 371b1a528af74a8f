"""Requests that schemathesis makes up from the OpenAPI, sent as each caller, and what each answer must be."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, MutableMapping
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, BaseSchema, Case, GenerationMode, Response
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
AWAY = frozenset({"worker_away"})
"""Right where a busy machine keeps the worker waiting, and no failure."""
PATIENCE = 120
"""Seconds; a bulk about one escalation decides 500 times in turn."""
OURS: set[str] = set()
"""Prefixes of the keys that the callers have."""
POLICY, TEAM = "major-outage", "first-line"
"""With which made-up reports are really opened."""
Message = MutableMapping[str, Any]
Operation: TypeAlias = APIOperation[Any, Any, Any, Any]
AnyCase: TypeAlias = Case[Any]


class Findings:
    """What was wrong, once for each operation and kind, with the request that shows it."""

    def __init__(self) -> None:
        self.requests = 0
        self.answers: Counter[tuple[str, int]] = Counter()
        """By operation and status."""
        self.found: dict[tuple[str, str], str] = {}

    def add(self, case: AnyCase, who: str | None, kind: str, what: str) -> None:
        label = str(case.operation.label)
        self.found.setdefault((label, kind), f"{label} as {who}: {what}\n{case.as_curl_command()[:1_000]}")


class Caller(NamedTuple):
    name: str | None
    key: str | None
    may_everything: bool = False
    """Then nothing but the data is left to be refused."""


def on_the_loop(app: Any, home: asyncio.AbstractEventLoop) -> Any:
    """The application, callable from the loop of another thread; what it holds belongs to its own."""

    async def bridged(scope: Message, receive: Any, send: Any) -> None:
        there = asyncio.get_running_loop()

        async def received() -> Any:
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(receive(), there))

        async def sent(message: Message) -> None:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(send(message), there))

        if scope["type"] == "http":
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(app(scope, received, sent), home))

    return bridged


def schema_of(openapi: dict[str, Any], app: Any) -> BaseSchema:
    schema = schemathesis.openapi.from_dict(openapi)
    schema.app = app
    return schema


def operations(schema: BaseSchema) -> list[Operation]:
    return [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]


def made_up(operation: Operation, mode: GenerationMode, examples: int, number: int) -> list[AnyCase]:
    """The same each time for a number."""
    cases: list[AnyCase] = []

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: AnyCase) -> None:
        cases.append(case)

    try:
        collect()
    except Unsatisfiable:
        # What takes no data has none that is wrong.
        return []
    return cases


def boundaries(operation: Operation, most: int, number: int) -> Iterator[AnyCase]:
    """The smallest, the largest and one too many of everything: so many, and others for the next number."""
    cases = operation.schema.iter_coverage_cases(
        operation,
        generation_modes=list(GenerationMode),
        generation_config=operation.schema.config.generation,
        extra_data_source=None,
        error_feedback=None,
    )
    yield from islice(cases, most * number, most * (number + 1))


def prepare(case: AnyCase, caller: Caller) -> None:
    """Puts into a right report what no schema says, so that it is not refused for that alone.

    Nor does anybody revoke the keys that others here call with.
    """
    operation = case.operation.definition.raw["operationId"]
    is_right = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    if operation == "revoke_key" and case.path_parameters["prefix"] in OURS:
        case.path_parameters = {"prefix": "unknown2"}
    if is_right and operation == "open_escalation":
        body: Any = case.body
        report = {**body["report"], "asked_by": caller.name or "nobody", "team": TEAM}
        case.body = {**body, "policy": POLICY, "report": report}


def send(case: AnyCase, caller: Caller, findings: Findings) -> Response:
    findings.requests += 1
    case.cookies = {}
    authorization = f"Bearer {caller.key}" if caller.key else ""
    response = case.call(headers={"Authorization": authorization}, timeout=PATIENCE)
    said = case.operation.definition.raw
    findings.answers[said["operationId"], response.status_code] += 1
    if response.status_code >= 500 and not _is_away(said, response):
        findings.add(case, caller.name, f"status {response.status_code}", response.text[:300])
    refused = {401, 404, 405, 413}
    if caller.key is None and said.get("security") and response.status_code not in refused:
        findings.add(case, caller.name, "let in", f"{response.status_code} {response.text[:300]}")
    # Of a query parameter that comes twice the last one counts, which this check takes for a mistake.
    # And where a body is a text, whatever comes is one.
    is_strict = caller.may_everything and "requestBody" in said and case.media_type != "application/yaml"
    for check in [*CHECKS, *([negative_data_rejection] if is_strict else [])]:
        _check(case, caller, response, check, findings)
    return response


def _is_away(said: dict[str, Any], response: Response) -> bool:
    if response.status_code != 503:
        return False
    return said["operationId"] == "ready" or response.json()["code"] in AWAY


def _check(
    case: AnyCase, caller: Caller, response: Response, check: Callable[..., Any], findings: Findings
) -> None:
    try:
        case.validate_response(response, checks=[check])
    except FailureGroup as group:
        for each in group.exceptions:
            findings.add(case, caller.name, type(each).__name__, f"{response.status_code} {str(each)[:600]}")
