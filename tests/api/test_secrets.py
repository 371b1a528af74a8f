"""Nothing secret or internal is in a log, a problem or a metric, whatever is asked."""

from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from starter.logs import _NOISY
from tests.api.house import API, Api, a_body

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOTE = "the merger is off, tell nobody"
TYPED = "esc_wrongkey_" + "s3cret" * 7
SESSION = "sess-s3cret"


async def test_a_mixed_day_leaves_no_secret_in_logs_problems_and_metrics(
    api: Api, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    processors: list[Any] = [structlog.contextvars.merge_contextvars, structlog.processors.format_exc_info]
    with caplog.at_level("DEBUG"), capture_logs(processors=processors) as logged:
        problems = await _a_mixed_day(api, monkeypatch)
        async with api.as_("administrator") as client:
            metrics = (await client.get("/metrics")).text
    assert {401, 403, 404, 409, 413, 422, 500} <= problems.keys()
    # Among these is the client of this test, which logs what it asks for.
    library = [str(each.getMessage()) for each in caplog.records if not each.name.startswith(_NOISY)]
    everything = {"log": f"{logged}{library}", "problems": str(problems), "metrics": metrics}
    secrets = [*api.keys.values(), TYPED, NOTE, SESSION, "Bearer esc_", "merger"]
    found = [(where, secret) for where, text in everything.items() for secret in secrets if secret in text]
    assert found == []
    assert "secrets-1" not in metrics
    assert any(line["event"] == "request" for line in logged)


async def _a_mixed_day(api: Api, monkeypatch: pytest.MonkeyPatch) -> dict[int, str]:
    """Problems by their status, headers and all."""
    place = await api.open("secrets-1")
    decisions = f"{place}/decisions"
    note = {"type": "note", "text": NOTE}
    typed = {"Authorization": f"Bearer {TYPED}", "Cookie": f"session={SESSION}"}
    async with api.as_("team_lead") as lead, api.as_("agent") as agent, api.as_(None) as nobody:
        answers = [
            await lead.post(decisions, json=note),
            await lead.post(decisions, json={**note, "text": [NOTE]}),
            await lead.post(decisions, json={**note, NOTE: TYPED}),
            await lead.post(decisions, content=NOTE.encode(), headers={"Content-Type": "text/plain"}),
            await lead.post(decisions, json={"type": "confirm", "text": NOTE}),
            await lead.post(decisions, json={**note, "text": NOTE * 40_000}),
            await agent.post(decisions, json={"type": "move_policy", "policy": "sample", "reason": NOTE}),
            await lead.get(f"{API}/escalations", params={"text": NOTE, "key": TYPED}),
            await lead.get(f"{API}/escalations/stream", params={"after": "x"}),
            await lead.get("/nowhere", params={"token": TYPED}),
            await nobody.get(place, headers=typed),
            await nobody.post(f"{API}/escalations", json=a_body("secrets-1"), headers=typed),
        ]

        async def broken(self: object, name: str) -> None:
            raise LookupError("the cable is out")

        monkeypatch.setattr("records.reading.Reader.get", broken)
        answers.append(await lead.post(decisions, json=note))
        answers.append(await lead.get(place))
    return {each.status_code: f"{each.headers}{each.text}" for each in answers if each.status_code >= 400}
