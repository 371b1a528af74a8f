"""The stack as `escalations up` runs it, in a folder of its own, and the command line beside it."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from starter import ports
from starter.cli.main import run

WITHIN = 40.0
STEP = 0.1
CHILDREN = 3
COMMAND = [sys.executable, "-m", "starter.cli.main"]


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class UpProcess:
    """`escalations up` as a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.environment = {
            **os.environ,
            "ESCALATIONS_DATA": str(self.data),
            "ESCALATIONS_TEMPORAL_PORT": str(ports.free_port()),
            "ESCALATIONS_TEMPORAL_UI_PORT": str(ports.free_port()),
            "ESCALATIONS_SMTP_PORT": str(ports.free_port()),
            "ESCALATIONS_API_PORT": str(ports.free_port()),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str, instead_of: Sequence[int] = ()) -> None:
        self.data.mkdir(exist_ok=True)
        with (self.folder / "up.out").open("wb") as out:
            self.process = subprocess.Popen(
                [*COMMAND, "up", *options], env=self.environment, stdout=out, stderr=subprocess.STDOUT
            )
        self.wait_until_running(instead_of)

    def wait_until_running(self, instead_of: Sequence[int] = ()) -> None:
        """Until mail sink, worker and API run, and are none of these processes."""
        deadline = time.monotonic() + WITHIN
        while True:
            noted = {int(pid) for pid in self.note("children.json")}
            if len(noted) == CHILDREN and not noted & set(instead_of):
                return
            assert time.monotonic() < deadline, self.said()
            time.sleep(STEP)

    def said(self) -> str:
        return (self.folder / "up.out").read_text()

    def note(self, name: str) -> dict[str, Any]:
        try:
            return dict(json.loads((self.data / name).read_text()))
        except FileNotFoundError:
            return {}

    def end(self, means: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(means)
        return self.process.wait(WITHIN)

    def run(self, *arguments: str, given: str = "") -> Said:
        """A command in this process, which spares its start."""
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, self.environment, clear=True),
            mock.patch("sys.stdin", io.StringIO(given)),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = run(list(arguments))
        return Said(code, out.getvalue(), err.getvalue())

    def run_apart(self, *arguments: str) -> Said:
        """A command as a process of its own."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=WITHIN,
        )
        return Said(done.returncode, done.stdout, done.stderr)


@contextmanager
def up_process(folder: Path, *options: str) -> Iterator[UpProcess]:
    up = UpProcess(folder)
    up.start(*options)
    try:
        yield up
    finally:
        up.end()
