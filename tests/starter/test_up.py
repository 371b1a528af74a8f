"""`escalations up`: ends cleanly, and cleans up after one that was killed."""

import os
import signal
from pathlib import Path

from starter import processes
from tests.starter.stack import UpProcess


def test_ctrl_c_ends_every_process_with_exit_code_0(tmp_path: Path) -> None:
    up = UpProcess(tmp_path)
    up.start("--no-sample")
    pids = [up.note("temporal.json")["pid"], *map(int, up.note("children.json"))]
    assert up.end() == 0
    assert [processes.fingerprint(pid) for pid in pids] == [None, None, None]


def test_after_a_kill_the_next_start_ends_what_was_left_and_goes_on_with_the_data(tmp_path: Path) -> None:
    up = UpProcess(tmp_path)
    up.start("--no-sample")
    before = [up.note("temporal.json")["pid"], *map(int, up.note("children.json"))]
    assert up.run("open", "examples/sample.yaml", "--json").json["outcome"] == "started"
    assert up.end(signal.SIGKILL) != 0
    assert None not in [processes.fingerprint(pid) for pid in before]
    up.start("--no-sample", instead_of=before)
    assert [processes.fingerprint(pid) for pid in before] == [None, None, None]
    assert up.run("open", "examples/sample.yaml", "--json").json["outcome"] == "already_open"
    assert up.end() == 0


def test_a_worker_that_dies_is_started_again(tmp_path: Path) -> None:
    up = UpProcess(tmp_path)
    up.start("--no-sample")
    first = set(up.note("children.json"))
    for pid in first:
        os.kill(int(pid), signal.SIGKILL)
    up.wait_until_running(instead_of=[int(pid) for pid in first])
    assert up.end() == 0
