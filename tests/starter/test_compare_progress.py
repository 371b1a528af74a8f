"""The progress bar of `escalations policy compare`: people at a terminal see it, and nobody else."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from starter.cli.main import run
from tests.organisation.small import write

CASE = """\
policy: desk
opened_at: 2026-11-16T20:50:00Z
report:
  subject: The till does not open
  what_happened: Nothing can be sold.
  reason: urgency
  asked_by: shop-7
  impact: high
  urgency: high
"""
CASES = 3


@pytest.fixture(autouse=True)
def _environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATIONS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    folder = str(write(tmp_path / "policies"))
    cases = tmp_path / "cases"
    cases.mkdir()
    for number in range(CASES):
        (cases / f"till-{number}.yaml").write_text(CASE, encoding="utf-8")
    return ["policy", "compare", folder, folder, "--cases", str(cases), "--until", "2h"]


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """A pseudo-terminal as standard error; what it has shown is there once the block has ended."""
    master, slave = os.openpty()
    shown = bytearray()

    def read() -> None:
        # Linux ends the reading with an error when nobody has the other end any more.
        with suppress(OSError):
            while piece := os.read(master, 4096):
                shown.extend(piece)

    reader = Thread(target=read)
    reader.start()
    with monkeypatch.context() as patched, os.fdopen(slave, "w", encoding="utf-8") as screen:
        patched.setattr(sys, "stderr", screen)
        yield shown.decode
    reader.join(timeout=10)
    os.close(master)


def test_people_at_a_terminal_see_how_far_it_is(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with terminal(monkeypatch) as shown:
        assert run(command) == 0
    assert "Comparing" in shown()
    assert f"0/{CASES}" in shown()
    assert f"{CASES}/{CASES}" in shown()
    printed = capsys.readouterr().out
    assert f"0 of {CASES} cases come out differently." in printed
    assert "Comparing" not in printed


def test_the_bar_is_gone_when_the_answer_comes(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    erased = "\x1b[2K"
    with terminal(monkeypatch) as shown:
        assert run(command) == 0
    assert erased in shown().rpartition("Comparing")[2]


def test_programs_that_ask_for_json_get_no_bar_at_a_terminal_either(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with terminal(monkeypatch) as shown:
        assert run([*command, "--json"]) == 0
    assert shown() == ""
    assert json.loads(capsys.readouterr().out)["difference"]["cases"] == CASES


def test_a_pipe_gets_no_bar(command: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(command) == 0
    printed = capfd.readouterr()
    assert printed.err == ""
    assert printed.out.splitlines()[1] == f"0 of {CASES} cases come out differently."
