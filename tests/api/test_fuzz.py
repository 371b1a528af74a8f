"""No request of nobody and of no role brings the API to fail, or to answer what its OpenAPI does not say.

Beside it run a server and a worker, so that what is opened is open and what is decided counts.
`FUZZ_MINUTES=10 pytest tests/api/test_fuzz.py --timeout=0` goes on with other requests for that long.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import pytest
import pytest_asyncio
from schemathesis import BaseSchema, GenerationMode

from domain.vocabulary import Role
from starter.api.openapi import LINKS
from starter.embedded import EmbeddedServer
from starter.settings import PROJECT
from tests.api.alone import API, CALLERS, REPORTER, Alone, api_alone
from tests.api.fuzz import (
    OURS,
    POLICY,
    TEAM,
    AnyCase,
    Caller,
    Findings,
    Operation,
    boundaries,
    made_up,
    on_the_loop,
    operations,
    prepare,
    schema_of,
    send,
)
from tests.api.fuzz_links import follow_links
from tests.api.house import a_body
from tests.api.own_folder import own_files
from tests.eventually import eventually
from tests.servers import dev_server
from tests.starter.house import house_on

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINUTES = float(os.environ.get("FUZZ_MINUTES", "0"))
EXAMPLES = 5 if MINUTES else 1
BOUNDARIES = 20 if MINUTES else 0
SCENARIOS = 20 if MINUTES else 4
ADMINISTRATOR = "root"
STAFF = (
    *(REPORTER, "anna-weber", "mei-tanaka", "lena-brandt", "sofia-lindqvist", "ravi-menon", "julia-costa"),
    *("henrik-larsen", "ursula-stein", "shop", ADMINISTRATOR),
)
"""One of each role; a test says so."""
STREAMS = {"stream_all", "stream_one"}
"""Do not end, and have tests of their own."""
SLOW = {"check_policy"}
"""Each takes seconds where it is let in: fewer requests, and by turns as whom."""
THERE = {"name": "sample", "schedule": "first-line"}
"""For every other request with right data, so that something is found."""


class Under(NamedTuple):
    """The API under test."""

    api: Alone
    schema: BaseSchema
    there: dict[str, str]

    def caller(self, name: str) -> Caller:
        return Caller(name, self.api.texts[name], name == ADMINISTRATOR)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def under(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Under]:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    files = own_files(folder, PROJECT / "policies")
    server = EmbeddedServer(
        program=dev_server(), database=folder / "temporal.db", log=folder / "temporal.log"
    )
    await server.start()
    fast = "10000000/minute"
    try:
        async with house_on(server, folder) as house, house.at_work():
            settings = house.settings.model_copy(
                update={"policies": files, "api_rate": fast, "api_rate_anonymous": fast}
            )
            async with api_alone(folder, settings) as alone:
                OURS.update(text.split("_")[1] for text in alone.texts.values())
                schema = schema_of(alone.app.openapi(), on_the_loop(alone.app, asyncio.get_running_loop()))
                yield Under(alone, schema, {**THERE, "ref": await opened(alone)})
    finally:
        server.kill()


async def opened(api: Alone) -> str:
    """The id of an escalation that a reporter has raised, once it can be read."""
    report = a_body()["report"] | {"asked_by": REPORTER, "team": TEAM}
    async with api.as_(REPORTER) as client:
        answer = await client.post(f"{API}/escalations", json={"policy": POLICY, "report": report})

        async def is_read() -> bool:
            return (await client.get(answer.headers["location"])).status_code == 200

        await eventually(is_read)
    return str(answer.json()["escalation_id"])


def cases_of(operation: Operation, there: dict[str, str], number: int) -> Iterator[AnyCase]:
    yield from made_up(operation, GenerationMode.NEGATIVE, EXAMPLES, number)
    right = made_up(operation, GenerationMode.POSITIVE, 2 * EXAMPLES, number)
    for place, case in enumerate(right):
        if place % 2 and case.path_parameters:
            case.path_parameters = {**case.path_parameters, **_known(case, there)}
        yield case
    yield from as_shown(operation, there)
    yield from boundaries(operation, BOUNDARIES, number)


def as_shown(operation: Operation, there: dict[str, str]) -> Iterator[AnyCase]:
    """The body that the OpenAPI has as its example, about what is there."""
    contents = operation.definition.raw.get("requestBody", {}).get("content", {})
    for content in contents.values():
        (case, *_) = made_up(operation, GenerationMode.POSITIVE, 1, 0)
        case.path_parameters = {**(case.path_parameters or {}), **_known(case, there)}
        case.body = content["example"]
        yield case


def _known(case: AnyCase, there: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in there.items() if name in (case.path_parameters or {})}


def callers_of(operation: Operation, under: Under, turn: int) -> list[Caller]:
    """On a long run all; else nobody, the administrator, and the others by turns."""
    said, nobody = operation.definition.raw, Caller(None, None)
    if said["operationId"] in SLOW:
        let_in = (STAFF[turn % len(STAFF)],) if MINUTES or turn % 2 else ()
        return [nobody, under.caller(REPORTER), *map(under.caller, let_in)]
    names = STAFF if MINUTES else (STAFF[turn % (len(STAFF) - 1)], ADMINISTRATOR)
    return [nobody, *map(under.caller, names)]


async def test_every_role_is_among_those_who_call() -> None:
    assert {CALLERS[name][0] for name in STAFF} == set(Role)


async def test_whatever_comes_is_answered_as_the_openapi_says(under: Under) -> None:
    asked = [each for each in operations(under.schema) if each.definition.raw["operationId"] not in STREAMS]
    until = monotonic() + 60 * MINUTES / 2
    findings = Findings()

    def go() -> None:
        for number in count():
            for place, operation in enumerate(asked):
                for turn, case in enumerate(cases_of(operation, under.there, number), place):
                    for caller in callers_of(operation, under, turn):
                        prepare(case, caller)
                        send(case, caller, findings)
                if number and monotonic() >= until:
                    return
            if monotonic() >= until:
                return

    await asyncio.to_thread(go)
    assert findings.requests > 300
    assert findings.answers["open_escalation", 201]
    assert findings.answers["decide", 200]
    assert "\n\n".join(findings.found.values()) == ""


async def test_what_an_answer_leads_to_is_answered_as_the_openapi_says(under: Under) -> None:
    until = monotonic() + 60 * MINUTES / 2
    findings = Findings()

    def go() -> None:
        for number in count():
            for caller in (Caller(None, None), *map(under.caller, STAFF)):
                follow_links(under.schema, caller, findings, SCENARIOS, number)
            if monotonic() >= until:
                return

    await asyncio.to_thread(go)
    led_to = {operation for leads in LINKS.values() for operation in leads.to}
    assert any(operation in led_to and status == 200 for operation, status in findings.answers)
    assert "\n\n".join(findings.found.values()) == ""
