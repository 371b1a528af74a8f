"""No request of nobody and of no role brings the API to fail, or to answer what its OpenAPI does not say.

`FUZZ_MINUTES=10 pytest tests/api/test_fuzz.py --timeout=0` goes on with other requests for that long.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from time import monotonic

import pytest
import pytest_asyncio
from schemathesis import GenerationMode

from starter.settings import PROJECT, Settings
from tests.api.alone import REPORTER, Alone, api_alone
from tests.api.fuzz import (
    AnyCase,
    Caller,
    Findings,
    Operation,
    boundaries,
    made_up,
    on_the_loop,
    operations,
    schema_of,
    send,
)
from tests.api.own_folder import own_files

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINUTES = float(os.environ.get("FUZZ_MINUTES", "0"))
EXAMPLES = 5 if MINUTES else 1
BOUNDARIES = 200 if MINUTES else 0
ADMINISTRATOR = "root"
STAFF = (REPORTER, "anna-weber", "lena-brandt", "ursula-stein", "shop", ADMINISTRATOR)
"""A reporter, an agent, a team lead, an auditor, a service and an administrator."""
STREAMS = {"stream_all", "stream_one"}
"""Do not end, and have tests of their own."""
SLOW = {"check_policy"}
"""Each takes seconds, and has tests of its own; only who is not let in is sent there."""
THERE = {"name": "sample", "schedule": "first-line"}
"""For every other request with right data, so that something is found."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alone]:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    files = own_files(folder, PROJECT / "policies")
    fast = "10000000/minute"
    settings = Settings(data=folder, policies=files, api_rate=fast, api_rate_anonymous=fast)
    async with api_alone(folder, settings) as alone:
        yield alone


def cases_of(operation: Operation, there: dict[str, str], number: int) -> Iterator[AnyCase]:
    yield from made_up(operation, GenerationMode.NEGATIVE, EXAMPLES, number)
    right = made_up(operation, GenerationMode.POSITIVE, 2 * EXAMPLES, number)
    for place, case in enumerate(right):
        if place % 2 and case.path_parameters:
            case.path_parameters = {**case.path_parameters, **_known(case, there)}
        yield case
    yield from boundaries(operation, BOUNDARIES)


def _known(case: AnyCase, there: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in there.items() if name in case.path_parameters}


def callers_of(operation: Operation, api: Alone, turn: int) -> list[Caller]:
    """On a long run all; else nobody, the administrator, and the others by turns."""
    said, nobody = operation.definition.raw, Caller(None, None)
    if said["operationId"] in SLOW:
        return [nobody, Caller(REPORTER, api.texts[REPORTER])]
    names = STAFF if MINUTES else (STAFF[turn % (len(STAFF) - 1)], ADMINISTRATOR)
    return [nobody, *(Caller(name, api.texts[name], name == ADMINISTRATOR) for name in names)]


async def test_whatever_comes_is_answered_as_the_openapi_says(api: Alone) -> None:
    app = on_the_loop(api.app, asyncio.get_running_loop())
    there = {**THERE, "ref": (await api.has()).rpartition("/")[2]}
    schema = schema_of(api.app.openapi(), app)
    asked = [each for each in operations(schema) if each.definition.raw["operationId"] not in STREAMS]
    until = monotonic() + 60 * MINUTES
    findings = Findings()

    def go() -> None:
        for number in count():
            for operation in asked:
                for turn, case in enumerate(cases_of(operation, there, number)):
                    for caller in callers_of(operation, api, turn):
                        send(case, caller, findings)
                if number and monotonic() >= until:
                    return
            if monotonic() >= until:
                return

    await asyncio.to_thread(go)
    assert findings.requests > 300
    assert "\n\n".join(findings.found.values()) == ""
