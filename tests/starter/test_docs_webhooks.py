"""`docs/webhooks.md`: every command does what it says, and the receiver takes what we send, once."""

import asyncio
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from records.database import Database
from starter.cli.main import run
from starter.settings import PROJECT
from tests.activities.hooked import Hooked, data_of
from tests.activities.peers import HttpPeer, Request

GUIDE = (PROJECT / "docs" / "webhooks.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ escalations (.*)$", GUIDE, re.MULTILINE)
(RECEIVER,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
(EXAMPLE,) = re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)
SUBSCRIPTION = "sub_0123456789abcdef"


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """With the escalation that the guide names."""
    monkeypatch.setenv("ESCALATIONS_DATA", str(tmp_path / "data"))
    assert run(["db", "upgrade"]) == 0
    url = f"sqlite:///{tmp_path / 'data' / 'ledger.db'}"

    async def open_one() -> None:
        database = Database(url)
        await Hooked(database).happen("ticket-4711~1", key="ticket-4711")
        await database.close()

    asyncio.run(open_one())
    return url


def test_every_command_line_does_what_it_says(ledger: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(shlex.split(COMMANDS[0])) == 0
    id_, secret = capsys.readouterr().out.split()
    assert secret.startswith("whsec_")
    codes = {line: run(shlex.split(line.replace(SUBSCRIPTION, id_))) for line in COMMANDS[1:]}
    assert codes == dict.fromkeys(COMMANDS[1:], 0), capsys.readouterr().err
    assert {line.split()[1] for line in COMMANDS} == {
        *("add", "list", "test", "deliveries", "parked", "disable", "enable", "replay", "remove")
    }
    assert run(["webhooks", "list", "--json"]) == 0
    left = json.loads(capsys.readouterr().out.splitlines()[-1])["subscriptions"]
    assert [each["view"] for each in left] == ["internal", "internal", "customer"]


async def _sent(url: str) -> tuple[str, Request]:
    database = Database(url)
    hooked = Hooked(database)
    async with HttpPeer(204) as peer:
        _, secret = await hooked.subscribe(peer)
        await hooked.happen("esc-a~1")
        await hooked.work(hooked.dispatcher())
    await database.close()
    (request,) = peer.requests
    return secret, request


def test_the_receiver_takes_what_we_send_once_and_nothing_else(ledger: str) -> None:
    secret, request = asyncio.run(_sent(ledger))
    guide: dict[str, Any] = {}
    exec(compile(RECEIVER, "docs/webhooks.md", "exec"), guide)
    receive, body = guide["receive"], request.body.encode()
    forged = body.replace(b"esc-a", b"esc-b")
    assert receive(secret, forged, request.headers) == (401, None)
    status, event = receive(secret, body, request.headers)
    assert (status, event["type"]) == (204, "escalation.opened")
    assert receive(secret, body, request.headers) == (204, None)
    assert json.loads(EXAMPLE).keys() == event.keys()
    assert json.loads(EXAMPLE)["data"].keys() == data_of(request).keys()
