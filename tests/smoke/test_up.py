"""`escalations up`, the first thing that a newcomer types: interrupted, and typed again."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from starter import ports
from starter.mail_sink import read_mails
from tests.smoke.stack import CLI

LINE_WITHIN = 60


async def test_up_shows_the_sample_ends_at_ctrl_c_and_goes_on_to_the_end_next_time(tmp_path: Path) -> None:
    environment = _environment(tmp_path)
    async with _up(environment) as first:
        known = await _line(first, r"escalations show (\S+)")
        await _line(first, "Level 1 is told")
        first.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(first.wait(), 20) == 0
    assert _left_behind(tmp_path) == []
    async with _up(environment, "--until-closed") as second:
        assert await _line(second, r"escalations show (\S+)") == known
        for told in (
            "Opened: The shop's checkout",
            "Acknowledged at level",
            "The customer confirms",
            "Closed",
        ):
            await _line(second, told)
        assert await asyncio.wait_for(second.wait(), 20) == 0
    assert _left_behind(tmp_path) == []
    arrived = [mail.message_id for mail in read_mails(tmp_path / "data" / "mail")]
    assert len(arrived) == len(set(arrived)) > 10


def _environment(folder: Path) -> Mapping[str, str]:
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ESCALATIONS_", "TEMPORAL_"))
    }
    return {
        **plain,
        "ESCALATIONS_DATA": str(folder / "data"),
        "ESCALATIONS_TEMPORAL_PORT": str(ports.free_port()),
        "ESCALATIONS_TEMPORAL_UI_PORT": str(ports.free_port()),
        "ESCALATIONS_SMTP_PORT": str(ports.free_port()),
        "ESCALATIONS_API_PORT": str(ports.free_port()),
        "PYTHONTZPATH": "",
    }


@asynccontextmanager
async def _up(environment: Mapping[str, str], *options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    up = await asyncio.create_subprocess_exec(
        CLI,
        "up",
        *options,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield up
    finally:
        if up.returncode is None:
            up.terminate()
            await asyncio.wait_for(up.wait(), 40)


async def _line(up: asyncio.subprocess.Process, wanted: str) -> str:
    """Reads on until a line fits; returns the group, where the pattern has one, else the whole."""
    assert up.stdout is not None
    async with asyncio.timeout(LINE_WITHIN):
        async for line in up.stdout:
            found = re.search(wanted, line.decode())
            if found:
                return found[found.lastindex or 0]
    raise AssertionError(f"no line with {wanted!r}")


def _left_behind(folder: Path) -> list[str]:
    """Processes that were started for this folder."""
    mine = f"ESCALATIONS_DATA={folder / 'data'}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mine in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_text())
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found
