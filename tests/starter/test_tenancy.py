"""A data folder has one holder; a server that a killed holder left is ended, no stranger is touched."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from starter import processes
from starter.errors import FolderTaken
from starter.tenancy import Tenancy, read_place, write_place


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def test_a_second_holder_is_refused_with_the_first_ones_process(tmp_path: Path) -> None:
    first = Tenancy.take(tmp_path)
    with pytest.raises(FolderTaken, match="already run by process"):
        Tenancy.take(tmp_path)
    first.leave()
    Tenancy.take(tmp_path).leave()


def test_a_server_left_by_a_killed_holder_is_ended(
    tmp_path: Path, bystander: subprocess.Popen[bytes]
) -> None:
    write_place(tmp_path, bystander.pid, 7233, None)
    Tenancy.take(tmp_path).leave()
    assert bystander.wait(5) != 0
    assert read_place(tmp_path) is None


def test_a_stranger_that_got_the_same_process_id_is_left_alone(
    tmp_path: Path, bystander: subprocess.Popen[bytes]
) -> None:
    write_place(tmp_path, bystander.pid, 7233, None)
    note = tmp_path / "temporal.json"
    note.write_text(note.read_text().replace("time.sleep", "something.else"))
    Tenancy.take(tmp_path).leave()
    assert bystander.poll() is None


def test_a_torn_note_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "temporal.json").write_text('{"pid": ')
    assert read_place(tmp_path) is None


def test_an_ended_process_has_no_fingerprint(bystander: subprocess.Popen[bytes]) -> None:
    assert processes.fingerprint(bystander.pid) is not None
    bystander.kill()
    assert bystander.wait() != 0
    assert processes.fingerprint(bystander.pid) is None
