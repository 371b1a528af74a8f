"""Processes that outlive us or that we must not confuse with others: who they are, and how they are ended."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

PROC = Path("/proc")
STEP = 0.05


def fingerprint(pid: int) -> str | None:
    """When a process started and what it runs, None when there is none: a reused pid has another one."""
    if (PROC / "self/stat").exists():
        return _from_proc(pid)
    said = subprocess.run(
        ["ps", "-o", "stat=,lstart=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    state, _, rest = said.partition(" ")
    return None if not rest or state.startswith("Z") else rest.strip()


def _from_proc(pid: int) -> str | None:
    try:
        # The name in parentheses may itself hold spaces and parentheses.
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        command = (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, started = fields[0], fields[19]
    return None if state in "ZX" else f"{started} {command.strip()}"


def end(process: subprocess.Popen[bytes], patience: float) -> int:
    """Asks a child to end, and kills it when it has not after `patience` seconds. Returns its exit code."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        return process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def end_stranger(pid: int, known_as: str, patience: float) -> None:
    """The same for a process that is not our child, as long as it is the one known by that fingerprint."""
    for means in (signal.SIGTERM, signal.SIGKILL):
        if fingerprint(pid) != known_as:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, means)
        if _is_gone(pid, known_as, patience):
            return
    raise TimeoutError(f"process {pid} does not end, even when killed")


def _is_gone(pid: int, known_as: str, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if fingerprint(pid) != known_as:
            return True
        time.sleep(STEP)
    return fingerprint(pid) != known_as
