"""`docs/api.md`: curl does what it says and prints what it shows; its tables say what the code does."""

import asyncio
import os
import re
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from temporalio.client import WorkflowExecutionDescription
from temporalio.service import RPCError

from starter.api.problems import STATUS
from starter.ids import workflow_id_of
from starter.settings import PROJECT
from tests.api.guide import Step, differences, steps_of
from tests.api.guide_tables import tables, written
from tests.api.house import Api
from tests.api.own_folder import api_on_own_folder
from tests.api.served import served
from tests.eventually import PATIENCE, eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

GUIDE = (PROJECT / "docs" / "api.md").read_text(encoding="utf-8")
STEPS = steps_of(GUIDE)
POLICIES = ("gold-support",)
"""The one that it names: each check reads all that there are."""
END = "\x1e"
"""Printed after each step."""


class Shell:
    """One shell for all steps: what one sets, the next one has."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def run(self, step: Step) -> str:
        """What the commands print. Fails with what they say when one of them fails."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        stdin, stdout = self._process.stdin, self._process.stdout
        commands, begun = step.commands, ""
        if "curl -sN" in commands:
            # It never ends: it is read until it has said what the guide shows.
            stdin.write(f"{commands.rstrip()} &\n".encode())
            async with asyncio.timeout(PATIENCE):
                while differences(step, begun) and (line := await stdout.readline()):
                    begun += line.decode()
            commands = "kill $!; wait $! || true"
        stdin.write(f"{commands}\nprintf '{END}'\n".encode())
        try:
            printed = await stdout.readuntil(END.encode())
        except asyncio.IncompleteReadError:
            assert self._process.stderr is not None
            said = (await self._process.stderr.read()).decode()
            raise AssertionError(f"{step.commands}\nended the shell: {said}") from None
        return begun + printed.decode().removesuffix(END)


@asynccontextmanager
async def shell(folder: Path, more: dict[str, str]) -> AsyncIterator[Shell]:
    process = await asyncio.create_subprocess_exec(
        "bash",
        "--norc",
        "-eu",
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        limit=2**20,
        cwd=folder,
        # Proxies and keys of whoever runs the tests are no part of this.
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **more},
    )
    try:
        yield Shell(process)
    finally:
        process.terminate()
        await process.communicate()


def curl() -> None:
    """Missing, it skips on a laptop and fails in CI."""
    if shutil.which("curl"):
        return
    reason = "the program curl is missing; `apt-get install curl` installs it"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


async def rest(api: Api) -> None:
    """Until no workflow has anything to do but to wait, so that each answer is the same at every run."""
    keys = set(re.findall(r"\"key\": \"(ticket-\d+)\"", GUIDE))

    async def all_rest() -> bool:
        return all([await _rests(api, key) for key in keys])

    await eventually(all_rest)


async def _rests(api: Api, key: str) -> bool:
    try:
        handle = api.house.client.get_workflow_handle(workflow_id_of(key))
        found: WorkflowExecutionDescription = await handle.describe()
    except RPCError:
        return True
    raw = found.raw_description
    return not raw.pending_activities and not raw.HasField("pending_workflow_task")


async def test_every_command_answers_as_the_guide_shows(api: Api, tmp_path: Path) -> None:
    curl()
    async with (
        api_on_own_folder(api, tmp_path, POLICIES) as own,
        served(own.app) as address,
    ):
        known = {"API": f"{address}/api/v1", "KEY": own.keys["administrator"]}
        async with shell(tmp_path, known) as running:
            for step in STEPS:
                await rest(api)
                printed = await running.run(step)
                assert not differences(step, printed), f"{step.commands}\nprinted\n{printed}"


async def test_every_line_with_curl_is_run() -> None:
    run = "".join(step.commands for step in STEPS)
    assert GUIDE.count("curl -s") == run.count("curl -s") > 25


async def test_the_tables_of_rights_are_those_of_the_code() -> None:
    assert written() == tables(), "python -m tests.api.guide_tables writes them"


async def test_every_error_is_explained_with_its_status_and_title() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d{3}) \| ([^|]+) \| [^|]+ \|$", GUIDE, re.MULTILINE)
    assert [(code, int(status), title) for code, status, title in rows] == [
        (code.value, *STATUS[code]) for code in STATUS
    ]


async def test_what_an_answer_has_not_got_is_found() -> None:
    step = Step("", "http", 'HTTP/1.1 200 OK\netag: "esc-a/7"\n\n{"a": [{"b": 1}, {"b": 2}], "seq": 3}')
    printed = (
        'HTTP/1.1 200 OK\r\netag: "esc-a/12"\r\nx: y\r\n\r\n{"a": [{"b": 1, "c": 0}, {"b": 2}], "seq": 9}'
    )
    assert differences(step, printed) == []
    assert differences(step, printed.replace("200", "202")) == ["no line 'HTTP/1.1 200 OK'"]
    assert differences(step, printed.replace('"b": 2', '"b": 3')) == ['/a: no item {"b": 2}']
    assert differences(step, printed.replace('"seq"', '"other"')) == ["/seq: missing"]
    assert differences(Step("", "", ""), "anything") == ["prints 'anything'"]
