"""Probes say what is there and what is away, soon, to anybody, and nothing more."""

import asyncio
from datetime import timedelta

import pytest

from starter.api import health
from starter.api.health import Health, Part, Probe, State
from tests.api.house import Api
from tests.eventually import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_process_that_lives_says_so_to_anybody(api: Api) -> None:
    async with api.as_(None) as anybody:
        answer = await anybody.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})


async def test_all_parts_there_is_ready(api: Api) -> None:
    async with api.as_(None) as anybody:

        async def is_ready() -> bool:
            return (await anybody.get("/readyz")).status_code == 200

        await eventually(is_ready)
        answer = (await anybody.get("/readyz")).json()
    assert answer["ready"] is True
    assert {part: state["state"] for part, state in answer["parts"].items()} == {
        "database": "ok",
        "temporal": "ok",
        "worker": "ok",
    }


async def test_what_is_away_is_named_without_where_it_would_be(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> None:
        raise ConnectionError("no route to user:secret@10.0.0.7")

    monkeypatch.setattr(api.app.state, "health", Health(api.app.state.doors), raising=False)
    monkeypatch.setitem(api.app.state.health._probes, Part.DATABASE, Probe(away))
    async with api.as_(None) as anybody:
        answer = await anybody.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["database"]["state"] == "away"
    assert answer.json()["parts"]["temporal"]["state"] == "ok"
    assert "secret" not in answer.text
    assert "10.0.0.7" not in answer.text


async def test_what_hangs_is_away_after_a_moment_and_asked_once_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.02)
    monkeypatch.setattr(health, "FRESH", 0.0)
    asked, answers = 0, asyncio.Event()

    async def hangs() -> None:
        nonlocal asked
        asked += 1
        await answers.wait()

    probe = Probe(hangs)
    before = [(await probe.state()).state for _ in range(3)]
    assert (before, asked) == ([State.AWAY] * 3, 1)
    answers.set()
    assert (await probe.state()).state is State.OK
    assert (await probe.state()).state is State.OK
    assert asked == 2


async def test_many_probes_at_once_cost_one_question() -> None:
    asked = 0

    async def ask() -> None:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)

    probe = Probe(ask)
    states = await asyncio.gather(*(probe.state() for _ in range(50)))
    assert {each.state for each in states} == {State.OK}
    assert asked == 1


async def test_a_worker_that_has_not_asked_for_long_is_away(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "POLLED_WITHIN", -timedelta(minutes=5))
    readiness = await Health(api.app.state.doors).readiness()
    assert readiness.parts[Part.WORKER].state is State.AWAY
    assert readiness.ready is False
