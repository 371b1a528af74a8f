"""Policies over HTTP: read, checked, and cases run dry under them, whatever is sent."""

import json
from typing import Any

import pytest

from starter import policy_check
from starter.api import simulations
from starter.api.bench import Bench
from starter.api.problems import ApiProblem, Code
from starter.settings import PROJECT
from tests.api.house import API, Api
from tests.api.own_folder import POLICIES
from tests.starter.house import SAMPLE

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAMPLE_POLICY = (PROJECT / "policies" / "policies" / "sample.yaml").read_text(encoding="utf-8")
SIMULATE = f"{API}/policies/major-outage:simulate"
ACKNOWLEDGES: dict[str, Any] = {
    "when": "level_notified",
    "after": "20m",
    "who": "told",
    "does": "acknowledge",
}


def case(**fields: Any) -> dict[str, Any]:
    return {"report": SAMPLE.report.model_dump(mode="json"), "at": "2026-11-23T19:30:00Z", **fields}


async def test_policies_are_listed_and_read_by_their_version(api: Api) -> None:
    async with api.as_("agent") as client:
        listed = (await client.get(f"{API}/policies")).json()["policies"]
        read = await client.get(f"{API}/policies/sample")
        again = await client.get(f"{API}/policies/sample", headers={"If-None-Match": read.headers["etag"]})
    row = next(one for one in listed if one["name"] == "sample")
    assert read.headers["etag"] == f'"{row["version"]}"'
    assert [level["name"] for level in read.json()["levels"]] == row["levels"]
    assert (again.status_code, again.content) == (304, b"")


async def test_an_unknown_policy_is_answered_with_the_nearest_name(api: Api) -> None:
    async with api.as_("agent") as client:
        read = await client.get(f"{API}/policies/sampel")
        run = await client.post(f"{API}/policies/sampel:simulate", json=case())
    assert [one.status_code for one in (read, run)] == [404, 404]
    assert read.json()["errors"][0]["mend"] == "did you mean 'sample'?"


async def test_the_schema_is_the_one_that_editors_have(api: Api) -> None:
    async with api.as_("agent") as client:
        schema = await client.get(f"{API}/policies/schema")
    assert schema.headers["content-type"] == "application/schema+json"
    assert schema.json() == json.loads((PROJECT / "docs" / "policy.schema.json").read_text())


@pytest.mark.parametrize("path", ["policies", "policies/schema", "policies/sample"])
async def test_a_reporter_reads_no_policies(api: Api, path: str) -> None:
    async with api.as_("reporter") as client:
        answer = await client.get(f"{API}/{path}")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_a_reporter_neither_checks_nor_simulates(api: Api) -> None:
    async with api.as_("reporter") as client:
        check = await client.post(f"{API}/policies:check", content=b"a: b")
        run = await client.post(SIMULATE, json=case())
    assert [one.status_code for one in (check, run)] == [403, 403]


async def test_a_policy_is_checked_among_what_there_is_and_findings_are_no_error(api: Api) -> None:
    wrong = SAMPLE_POLICY.replace("owner: ", "owner: nobody-", 1)
    async with api.as_("team_lead") as client:
        answer = await client.post(f"{API}/policies:check?name=trial", content=wrong.encode())
    assert answer.status_code == 200
    found = answer.json()
    assert (found["ok"], found["errors"], found["policies"]) == (False, 1, {})
    assert found["findings"][0]["file"] == "policies/trial.yaml"
    assert wrong.splitlines()[found["findings"][0]["line"] - 1].startswith("owner: nobody-")


async def test_without_a_body_everything_is_checked_as_it_is(own: Api) -> None:
    async with own.as_("auditor") as client:
        found = (await client.post(f"{API}/policies:check")).json()
    assert found["ok"] is True
    assert set(found["policies"]) == set(POLICIES)


async def test_a_check_that_takes_too_long_is_stopped(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_check, "WITHIN", 0.0)
    async with api.as_("team_lead") as client:
        answer = await client.post(f"{API}/policies:check", content=SAMPLE_POLICY.encode())
    assert answer.status_code == 422
    assert "longer than" in answer.json()["detail"]


async def test_what_is_too_large_or_no_text_is_refused(api: Api) -> None:
    async with api.as_("team_lead") as client:
        large = await client.post(f"{API}/policies:check", content=b"x" * 300_000)
        binary = await client.post(f"{API}/policies:check", content=b"a: \xff")
        name = await client.post(f"{API}/policies:check?name=../people", content=b"a: b")
    assert [one.status_code for one in (large, binary, name)] == [413, 422, 422]
    assert name.json()["errors"][0]["parameter"] == "name"


async def test_a_case_is_run_dry_with_a_script_as_data(api: Api) -> None:
    async with api.as_("team_lead") as client:
        answer = await client.post(SIMULATE, json=case(script={"cues": [ACKNOWLEDGES]}, until="12h"))
    assert answer.status_code == 200, answer.text
    life = answer.json()
    assert life["summary"]["acknowledged_after"] == "PT20M"
    assert life["opened_at"] == "2026-11-23T19:30:00Z"
    assert [one["does"] for one in life["decisions"]][:1] == ["acknowledge"]
    assert life["messages"][0]["why"]


async def test_without_a_script_nobody_answers(api: Api) -> None:
    async with api.as_("auditor") as client:
        life = (await client.post(SIMULATE, json=case(until="P2D"))).json()
    assert life["summary"]["acknowledged_after"] is None
    assert life["ended_at"] == "2026-11-25T19:30:00Z"
    assert life["summary"]["broken"]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"script": {"cues": [{**ACKNOWLEDGES, "does": "acknowlege"}]}}, "/script/cues/0/does"),
        ({"script": {"cues": [{**ACKNOWLEDGES, "who": "person:nobody"}]}}, "/script/cues/0/who"),
        ({"script": {"cues": [{**ACKNOWLEDGES, "with": {"a/b": 1}}]}}, "/script/cues/0/with/a~1b"),
        ({"script": {"cues": "none"}}, "/script/cues"),
        ({"script": {}}, "/script/cues"),
        ({"script": {"cues": [ACKNOWLEDGES] * 201}}, "/script/cues"),
        ({"script": ["cues"]}, "/script"),
        ({"until": "500d"}, "/until"),
        ({"until": "0s"}, "/until"),
        ({"at": "tomorrow"}, "/at"),
        ({"at": "2026-11-23T19:30:00"}, "/at"),
        ({"report": {}}, "/report/asked_by"),
        ({"policy": "sample"}, "/policy"),
    ],
)
async def test_a_mistaken_case_names_the_place(api: Api, fields: dict[str, Any], pointer: str) -> None:
    async with api.as_("team_lead") as client:
        answer = await client.post(SIMULATE, json=case(**fields))
    assert answer.status_code == 422
    assert pointer in [each["pointer"] for each in answer.json()["errors"]]
    assert all(each["mend"] for each in answer.json()["errors"])


async def test_a_script_without_end_and_a_life_too_long_say_what_to_do(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = {"when": "noted", "who": "owner", "does": "note"}
    begun = {"when": "opened", "who": "owner", "does": "note"}
    async with api.as_("team_lead") as client:
        endless = await client.post(SIMULATE, json=case(script={"cues": [begun, again]}))
        monkeypatch.setattr(simulations, "MOST_EVENTS", 20)
        full = await client.post(SIMULATE, json=case())
        monkeypatch.setattr(simulations, "MOST_EVENTS", 10_000)
        monkeypatch.setattr(simulations, "WITHIN", -1.0)
        slow = await client.post(SIMULATE, json=case())
    assert [one.status_code for one in (endless, full, slow)] == [422, 422, 422]
    places = [one.json()["errors"][0]["pointer"] for one in (endless, full, slow)]
    assert places == ["/script", "/until", "/until"]
    assert all("look less far" in one.json()["errors"][0]["mend"] for one in (full, slow))


async def test_decisions_that_never_count_have_an_end_too(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulations, "MOST_EVENTS", 500)
    refused = {"when": "opened", "every": "1s", "who": "customer", "does": "confirm"}
    async with api.as_("team_lead") as client:
        answer = await client.post(SIMULATE, json=case(script={"cues": [refused]}))
    assert answer.status_code == 422
    assert "500 decisions" in answer.json()["detail"]


async def test_with_every_place_taken_the_next_one_is_asked_to_come_again() -> None:
    bench = Bench(places=1, patience=0.0)
    async with bench.place():
        with pytest.raises(ApiProblem) as refused:
            async with bench.place():
                pytest.fail("there was no place")
    assert refused.value.code is Code.RATE_LIMITED
    assert int(refused.value.headers["Retry-After"]) > 0
    async with bench.place():
        pass
