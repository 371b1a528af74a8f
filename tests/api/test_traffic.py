"""What holds for every request: an id, one line in the log, headers, and a limit to its body."""

import re
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from tests.api.house import API, Api, a_body

pytestmark = pytest.mark.asyncio(loop_scope="session")


def lines(captured: list[Any]) -> list[Any]:
    return [line for line in captured if line["event"] == "request"]


async def test_every_answer_has_an_id_which_is_the_callers_where_it_is_sane(api: Api) -> None:
    async with api.as_("service") as client:
        made = await client.get(f"{API}/escalations/nothing")
        taken = await client.get(f"{API}/escalations/nothing", headers={"X-Request-Id": "trace-1"})
        wild = await client.get(f"{API}/escalations/nothing", headers={"X-Request-Id": 'a "b" {c}'})
    assert re.fullmatch(r"[0-9a-f]{32}", made.headers["x-request-id"])
    assert taken.headers["x-request-id"] == taken.json()["request_id"] == "trace-1"
    assert re.fullmatch(r"[0-9a-f]{32}", wild.headers["x-request-id"])


async def test_a_request_is_one_line_that_says_who_what_and_how_it_went(api: Api) -> None:
    place = await api.open("traffic-1")
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as captured:
        async with api.as_("team_lead") as client:
            await client.get(place, params={"secret": "hidden"}, headers={"X-Request-Id": "t-1"})
    (line,) = lines(captured)
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "request_id": "t-1",
        "actor": "lena-brandt",
        "method": "GET",
        "route": f"{API}/escalations/{{ref}}",
        "status": 200,
        "escalation": place.rpartition("/")[2],
    }


async def test_an_opening_is_logged_with_the_escalation_that_it_made(api: Api) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as captured:
        async with api.as_("service") as client:
            opened = await client.post(f"{API}/escalations", json=a_body("traffic-2"))
    (line,) = lines(captured)
    assert line["escalation"] == opened.json()["escalation_id"]


async def test_paths_that_nobody_serves_are_logged_without_their_text(api: Api) -> None:
    with capture_logs() as captured:
        async with api.as_("service") as client:
            answer = await client.get("/some/secret/place")
    assert answer.json()["code"] == "not_found"
    assert [line["route"] for line in lines(captured)] == ["none"]
    assert "secret" not in str(captured)


async def test_a_failure_is_a_problem_with_the_id_under_which_the_log_has_it(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: object, name: str) -> None:
        raise LookupError("the cat sat on the keyboard")

    monkeypatch.setattr("records.reading.Reader.get", broken)
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as captured:
        async with api.as_("team_lead") as client:
            answer = await client.get(f"{API}/escalations/x")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "cat" not in answer.text
    assert answer.headers["x-request-id"] == answer.json()["request_id"]
    failed, line = (one for one in captured if one["event"] in ("request_failed", "request"))
    assert failed["error"] == "LookupError"
    assert failed["request_id"] == line["request_id"] == answer.json()["request_id"]
    assert line["status"] == 500


class Sent:
    """A body in pieces, and how many of them somebody has read."""

    def __init__(self) -> None:
        self.read = 0

    async def pieces(self) -> AsyncIterator[bytes]:
        for _ in range(30):
            self.read += 1
            yield b" " * 100_000


@pytest.mark.parametrize(("declared", "read"), [({"Content-Length": "3000000"}, 0), ({}, 11)])
async def test_a_body_over_the_limit_is_refused_without_reading_on(
    api: Api, declared: dict[str, str], read: int
) -> None:
    """One that declares no length is read to the limit."""
    sent = Sent()
    headers = {"Content-Type": "application/json", **declared}
    async with api.as_("service") as client:
        answer = await client.post(f"{API}/escalations", content=sent.pieces(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["connection"] == "close"
    assert sent.read == read


async def test_a_body_at_the_limit_is_read(api: Api) -> None:
    async with api.as_("service") as client:
        answer = await client.post(
            f"{API}/escalations", content=b" " * 1_000_000, headers={"Content-Type": "application/json"}
        )
    assert answer.status_code == 422


async def test_answers_are_not_stored_guessed_or_embedded(api: Api) -> None:
    async with api.as_("service") as client:
        answer = await client.get(f"{API}/escalations/nothing")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


async def test_the_documentation_may_run_its_own_scripts_and_nothing_else(api: Api) -> None:
    async with api.as_(None) as anybody:
        page = await anybody.get("/docs")
        script = re.search(r'src="([^"]+)"', page.text)
        assert script is not None
        loaded = await anybody.get(script[1])
    policy = page.headers["content-security-policy"]
    inline = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    assert inline
    for each in inline:
        assert f"'sha256-{b64encode(sha256(each.encode()).digest()).decode()}'" in policy
    assert "script-src 'self' 'sha256-" in policy
    assert "http" not in re.sub(r"https?://www\.w3\.org", "", policy)
    assert loaded.status_code == 200
    assert "no-store" not in loaded.headers.get("cache-control", "")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_slash_too_many_leads_to_no_host_that_the_caller_claims(api: Api, method: str) -> None:
    async with api.as_("service") as client:
        answer = await client.request(method, f"{API}/escalations/", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "elsewhere" not in str(answer.headers)
