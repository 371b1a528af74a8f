"""Ids that somebody else has used or could guess: no decision is lost to them, and nothing is found out."""

import pytest
from temporalio.client import WorkflowExecutionStatus

from domain.refusals import RefusalCode, Refused
from starter.gateway import Gateway
from tests.api.house import API, Api, a_body
from tests.eventually import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_id_under_which_somebody_else_decided_is_refused_aloud(api: Api) -> None:
    place = await api.open("others-1")
    async with api.as_("team_lead") as lead, api.as_("escalation_manager") as manager:
        first = await lead.post(
            f"{place}/decisions", json={"type": "note", "text": "mine", "decision_id": "1"}
        )
        other = {"type": "note", "text": "lost", "decision_id": "1"}
        second = await manager.post(f"{place}/decisions", json=other)
        again = await manager.post(f"{place}/decisions", json={**other, "decision_id": "2"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert (second.status_code, second.json()["code"]) == (422, "key_reused")
    assert second.json()["errors"][0]["pointer"] == "/decision_id"


async def test_a_reporter_who_joins_anothers_escalation_is_heard_and_learns_nothing_of_it(api: Api) -> None:
    place = await api.open("others-3")
    real = place.rpartition("/")[2]
    body = a_body("others-3")
    body["report"] |= {"asked_by": "kiosk", "what_happened": "It happened to us too."}
    once = {"Idempotency-Key": "others-3"}
    async with api.as_("reporter") as client, api.as_("service") as service:
        answers = [await client.post(f"{API}/escalations", json=body, headers=once) for _ in range(2)]
        timeline = (await service.get(f"{place}/timeline")).json()["entries"]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.json() == {
            "escalation_id": None,
            "key": "others-3",
            "outcome": "joined",
            "applied": True,
        }
        assert real not in answer.text
        assert "location" not in answer.headers
    assert [each["by"] for each in timeline if each["type"] == "report_joined"] == ["kiosk"]


async def test_a_reporter_who_joins_an_escalation_of_the_own_gets_its_id(api: Api) -> None:
    report = a_body()["report"] | {"asked_by": "kiosk"}
    place = await api.open("others-4", "reporter", report=report)
    body = a_body("others-4") | {"report": report | {"what_happened": "It happened again."}}
    async with api.as_("reporter") as client:
        joined = await client.post(f"{API}/escalations", json=body)
    assert (joined.status_code, joined.json()["outcome"]) == (200, "joined")
    assert joined.headers["location"] == place


async def test_a_reporter_reports_again_in_the_own_name_too(api: Api) -> None:
    report = a_body()["report"] | {"asked_by": "kiosk"}
    place = await api.open("others-6", "reporter", report=report)
    again = {"type": "report_again", "report": report | {"asked_by": "somebody-else"}}
    async with api.as_("reporter") as client:
        refused = await client.post(f"{place}/decisions", json=again)
        taken = await client.post(f"{place}/decisions", json=again | {"report": report})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/report/asked_by")
    assert taken.status_code == 200


@pytest.mark.parametrize(
    "decision",
    [
        {"type": "assign_owner", "owner": "lena-brand", "reason": "x"},
        {"type": "hand_over", "team": "billin", "reason": "x"},
        {"type": "move_policy", "policy": "gold-suppor", "reason": "x"},
    ],
)
async def test_a_reporter_finds_nobody_out_by_decisions_for_others(
    api: Api, decision: dict[str, str]
) -> None:
    place = await api.open("others-8", "reporter", report=a_body()["report"] | {"asked_by": "kiosk"})
    async with api.as_("reporter") as client:
        answer = await client.post(f"{place}/decisions", json=decision)
    assert (answer.status_code, answer.json()["reason"]) == (403, "not_allowed")
    assert not any(name in answer.text for name in ("lena-brandt", "billing", "gold-support"))


async def test_a_reporter_whose_report_is_refused_is_not_told_by_which_escalation(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuses(*_: object) -> None:
        raise Refused(RefusalCode.CLOSED, "esc-secret~20260101-000000 closed lately")

    monkeypatch.setattr(Gateway, "open", refuses)
    body = a_body("others-5")
    body["report"]["asked_by"] = "kiosk"
    async with api.as_("reporter") as client:
        answer = await client.post(f"{API}/escalations", json=body)
    assert (answer.status_code, answer.json()["reason"]) == (409, "closed")
    assert "secret" not in answer.text


async def test_a_reporter_who_comes_too_late_is_not_told_who_has_the_key_now(api: Api) -> None:
    report = a_body()["report"] | {"asked_by": "kiosk"}
    place = await api.open("others-7", "reporter", report=report)

    async def has_ended() -> bool:
        life = await api.house.client.get_workflow_handle("esc-others-7").describe()
        return life.status is WorkflowExecutionStatus.COMPLETED

    async with api.as_("reporter") as client, api.as_("service") as service:
        done = await client.post(f"{place}/decisions", json={"type": "cancel", "reason": "It was nothing."})
        await eventually(has_ended, "its workflow ends")
        later = await service.post(f"{API}/escalations", json=a_body("others-7"))
        late = await client.post(f"{place}/decisions", json={"type": "note", "text": "Thanks."})
    assert (done.status_code, later.status_code, later.json()["outcome"]) == (200, 201, "started")
    assert (late.status_code, late.json()["reason"]) == (409, "closed")
    assert later.json()["escalation_id"] not in late.text


async def test_a_made_up_id_does_not_tell_what_else_the_key_stands_for(api: Api) -> None:
    place = await api.open("others-2")
    real = place.rpartition("/")[2]
    made_up = f"{real.partition('~')[0]}~20200101-000000"
    for who in ("reporter", "escalation_manager"):
        async with api.as_(who) as client:
            for path in (made_up, f"{made_up}/timeline", f"{made_up}/stream"):
                answer = await client.get(f"{API}/escalations/{path}")
                assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
                assert real not in answer.text
