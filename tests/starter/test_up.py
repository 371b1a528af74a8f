"""`escalations up`: ends cleanly, and cleans up after one that was killed."""

import re
import signal
from pathlib import Path

from starter import processes
from tests.starter.stack import UpProcess


def test_after_a_kill_the_next_start_ends_what_was_left_and_goes_on_with_the_data(tmp_path: Path) -> None:
    up = UpProcess(tmp_path)
    up.start("--no-sample")
    before = running(up)
    (key,) = re.findall(r"API key +(esc_\S+)", up.said())
    assert (up.data / "admin.key").read_text().strip() == key
    assert up.run("open", "examples/sample.yaml", "--json").json["outcome"] == "started"
    assert up.end(signal.SIGKILL) != 0
    assert None not in [processes.fingerprint(pid) for pid in before]
    up.start("--no-sample", instead_of=before)
    assert {processes.fingerprint(pid) for pid in before} == {None}
    assert up.run("open", "examples/sample.yaml", "--json").json["outcome"] == "already_open"
    after = running(up)
    assert key not in up.said()
    assert up.end() == 0
    assert {processes.fingerprint(pid) for pid in after} == {None}


def running(up: UpProcess) -> list[int]:
    """The processes of the stack: server, mail sink, worker, API."""
    return [up.note("temporal.json")["pid"], *map(int, up.note("children.json"))]
