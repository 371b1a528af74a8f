"""`escalations webhooks`: the secret is shown once, what is wrong is refused, what is parked is listed."""

import asyncio
import json
from pathlib import Path
from typing import Any, Protocol

import pytest

from records.database import Database
from starter.cli.main import run
from tests.activities.hooked import Hooked
from tests.activities.peers import HttpPeer


class Ask(Protocol):
    def __call__(self, *arguments: str) -> tuple[int, Any]: ...


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ESCALATIONS_DATA", str(tmp_path / "data"))
    assert run(["db", "upgrade"]) == 0
    return f"sqlite:///{tmp_path / 'data' / 'ledger.db'}"


@pytest.fixture
def ask(ledger: str, capsys: pytest.CaptureFixture[str]) -> Ask:
    capsys.readouterr()

    def asked(*arguments: str) -> tuple[int, Any]:
        code = run(["webhooks", *arguments, "--json"])
        # The dispatcher of a test logs to the same place.
        return code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return asked


async def _park(url: str) -> str:
    """An event that did not get through within a day, and one that did. Its subscription."""
    database = Database(url)
    hooked = Hooked(database)
    async with HttpPeer(moods=[200], status=500) as peer:
        id_, _ = await hooked.subscribe(peer)
        await hooked.happen("esc-a~1", 2, key="ticket-4711")
        await hooked.work(hooked.dispatcher())
        hooked.later(days=1)
        await hooked.work(hooked.dispatcher())
    await database.close()
    return id_


def test_the_secret_is_shown_once(ask: Ask) -> None:
    code, made = ask("add", "https://example.com/hook", "--type", "closed", "--severity", "S1")
    assert (code, made["types"], made["severity"]) == (0, ["closed"], "S1")
    code, listed = ask("list")
    assert [each["id"] for each in listed["subscriptions"]] == [made["id"]]
    assert made["secret"] not in json.dumps(listed)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "example.com"], "url: not a web address; write one that begins with https://"),
        (["add", "https://example.com", "--type", "acknowledge"], "did you mean 'acknowledged'?"),
        (["add", "https://example.com", "--team", "first-lime"], "did you mean 'first-line'?"),
        (["add", "https://example.com", "--view", "customer"], "customer: a customer's view has no customer"),
        (["replay", "--since", "yesterday"], "--since"),
        (["replay", "--escalation", "two words"], "escalation: "),
    ],
)
def test_what_is_wrong_is_refused_with_the_mend(ask: Ask, arguments: list[str], said: str) -> None:
    code, answer = ask(*arguments)
    assert code == 2
    assert said in answer["error"]["message"]


@pytest.mark.parametrize(
    "arguments",
    [
        *(["remove", "sub_x"], ["enable", "sub_x"], ["disable", "sub_x"], ["test", "sub_x"]),
        *(["parked", "--subscription", "sub_x"], ["replay", "--subscription", "sub_x"]),
        ["replay", "--escalation", "no-such"],
    ],
)
def test_what_there_is_not_is_said(ask: Ask, arguments: list[str]) -> None:
    code, answer = ask(*arguments)
    assert (code, answer["error"]["kind"]) == (1, "not_found")


def test_what_is_parked_is_listed_and_replayed(
    ledger: str, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    id_ = asyncio.run(_park(ledger))
    assert [each["parked"] for each in ask("list")[1]["subscriptions"]] == [1]
    (parked,) = ask("parked", "--subscription", id_)[1]["deliveries"]
    assert (parked["seq"], parked["attempts"], parked["answer"]) == (2, 2, "HTTP 500")
    assert len(ask("deliveries")[1]["deliveries"]) == 2
    assert run(["webhooks", "parked"]) == 0
    assert parked["id"] in capsys.readouterr().out
    assert ask("replay", "--escalation", "ticket-4711") == (0, {"queued": 1})
    assert ask("parked")[1]["deliveries"] == []
