"""`escalations keys`: a key is shown once, listed without its secret, and revoked by its prefix."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest

from domain.vocabulary import Role
from records.sessions import Sessions
from starter.cli.main import run
from starter.database import open_database
from starter.settings import Settings


class Ask(Protocol):
    def __call__(self, *arguments: str) -> tuple[int, Any]: ...


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a command on a ledger of its own: its exit code and its JSON."""
    monkeypatch.setenv("ESCALATIONS_DATA", str(tmp_path / "data"))
    assert run(["db", "upgrade"]) == 0
    capsys.readouterr()

    def asked(*arguments: str) -> tuple[int, Any]:
        code = run(["keys", *arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return asked


def test_a_key_is_made_listed_and_revoked(ask: Ask) -> None:
    code, made = ask("create", "shop", "--role", "service", "--scope", "decisions", "--expires", "90d")
    assert code == 0
    assert made["key"].startswith(f"esc_{made['prefix']}_")
    assert made["scopes"] == ["decisions"]
    expires = datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=89) < expires <= timedelta(days=90)
    code, listed = ask("list")
    assert [key["prefix"] for key in listed["keys"]] == [made["prefix"]]
    assert made["key"] not in json.dumps(listed)
    assert "digest" not in listed["keys"][0]
    code, revoked = ask("revoke", made["prefix"])
    assert (code, revoked["prefix"]) == (0, made["prefix"])
    assert ask("list")[1]["keys"][0]["revoked_at"] == revoked["revoked_at"] is not None


def test_people_get_the_key_alone_on_the_first_line(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["keys", "create", "anna", "--role", "agent", "--person", "anna-weber"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("esc_")
    assert said.out.count("\n") == 1
    assert "not shown again" in said.err
    assert run(["keys", "list"]) == 0
    assert "all of the role" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["two words", "--role", "service"], "name: "),
        (["anna", "--role", "agent"], "person: a key for the role agent is a person's"),
        (["anna", "--role", "agent", "--person", "anna-webr"], "did you mean 'anna-weber'"),
        (["anna-weber", "--role", "service"], "name: anna-weber is a person"),
        (["shop", "--role", "service", "--expires", "soon"], "--expires: 'soon' is no duration"),
        (["shop", "--role", "service", "--expires", "1s"], "expires_in: "),
    ],
)
def test_what_cannot_be_a_key_ends_with_2_and_says_why(ask: Ask, arguments: list[str], said: str) -> None:
    code, answer = ask("create", *arguments)
    assert code == 2
    assert said in answer["error"]["message"]
    assert ask("list") == (0, {"keys": []})


def test_a_prefix_that_nobody_has_ends_with_1(ask: Ask) -> None:
    code, answer = ask("revoke", "zzzzzzzz")
    assert code == 1
    assert "there is no key 'zzzzzzzz'" in answer["error"]["message"]


def test_all_sessions_of_somebody_are_ended_and_nobody_elses(ask: Ask, tmp_path: Path) -> None:
    ids = asyncio.run(_begun(tmp_path, "anna-weber", "anna-weber", "mei-tanaka"))
    assert ask("end-sessions", "anna-weber") == (0, {"ended": 2})
    assert ask("end-sessions", "anna-weber") == (0, {"ended": 0})
    assert asyncio.run(_counting(tmp_path, ids)) == ["mei-tanaka"]


@asynccontextmanager
async def _sessions(tmp_path: Path) -> AsyncIterator[Sessions]:
    database = open_database(Settings(data=tmp_path / "data"))
    sessions = Sessions(database)
    yield sessions
    await sessions.close()
    await database.close()


async def _begun(tmp_path: Path, *callers: str) -> list[str]:
    async with _sessions(tmp_path) as sessions:
        begun = [await sessions.begin(caller, Role.AGENT) for caller in callers]
    return [id_ for _, id_ in begun]


async def _counting(tmp_path: Path, ids: list[str]) -> list[str]:
    async with _sessions(tmp_path) as sessions:
        found = [await sessions.find(id_) for id_ in ids]
    return [session.caller for session in found if session is not None]
