"""Whose escalations somebody reads and decides about, what reporters see, and that refusals are logged."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from domain.decisions import AnyDecision
from domain.rights import Scope
from domain.vocabulary import Role
from starter.api.doors import Doors
from starter.orders import DecisionOutcome, DecisionStatus
from tests.api.alone import REPORTER, Alone, api_alone
from tests.domain.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alone]:
    folder: Path = tmp_path_factory.mktemp("reach")
    async with api_alone(folder) as alone:
        yield alone


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(api: Alone) -> str:
    return await api.has()


async def status(api: Alone, name: str, place: str) -> int:
    async with api.as_(name) as client:
        return (await client.get(place)).status_code


NOTE = {"type": "note", "text": "me, too"}


@pytest.mark.parametrize("what", ["", "/timeline"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (REPORTER, 200),
        ("another-kiosk", 404),
        ("anna-weber", 200),
        ("mei-tanaka", 403),
        ("omar-haddad", 200),
        ("ursula-stein", 200),
        ("shop", 200),
    ],
)
async def test_an_escalation_is_read_within_reach(
    api: Alone, place: str, name: str, expected: int, what: str
) -> None:
    assert await status(api, name, place + what) == expected


async def test_a_party_reads_it_whatever_team_has_it(api: Alone) -> None:
    assert await status(api, "mei-tanaka", await api.has(asked_by="mei-tanaka")) == 200


@pytest.mark.parametrize("what", ["/superseded", "/deliveries", "/history"])
@pytest.mark.parametrize(("name", "expected"), [(REPORTER, 403), ("mei-tanaka", 403)])
async def test_what_is_internal_is_not_for_reporters_and_not_for_other_teams(
    api: Alone, place: str, name: str, expected: int, what: str
) -> None:
    assert await status(api, name, place + what) == expected


async def test_a_reporter_sees_nothing_internal_and_staff_do(api: Alone, place: str) -> None:
    async with api.as_(REPORTER) as client:
        view, timeline = await client.get(place), await client.get(f"{place}/timeline")
    assert view.headers["etag"]
    assert not {"owner", "team", "ladder", "approvals"} & view.json().keys()
    said = [each["sentence"] for each in timeline.json()["entries"]]
    assert said[1:] == ["Note: for both"]
    assert {each["by"] for each in timeline.json()["entries"]} <= {REPORTER, "staff"}
    for answer in (view, timeline):
        assert "hush" not in answer.text
        assert "olga" not in answer.text
    async with api.as_("anna-weber") as client:
        assert "hush" in (await client.get(f"{place}/timeline")).text
        assert (await client.get(place)).json()["owner"] == "olga"


async def test_the_pages_of_a_reporters_timeline_lead_to_its_end(api: Alone, place: str) -> None:
    found: list[int] = []
    after: int | None = 0
    async with api.as_(REPORTER) as client:
        while after is not None:
            page = (await client.get(f"{place}/timeline", params={"after": after, "limit": 2})).json()
            found += [each["seq"] for each in page["entries"]]
            after = page["after"]
        whole = (await client.get(f"{place}/timeline")).json()["entries"]
    assert found == [each["seq"] for each in whole]


@pytest.mark.parametrize(
    ("name", "expected", "code"),
    [
        ("another-kiosk", 404, "not_found"),
        ("mei-tanaka", 403, "out_of_reach"),
        ("omar-haddad", 403, "out_of_reach"),
        ("ursula-stein", 403, "forbidden"),
        # Within reach: only Temporal, which is not there, keeps it from being decided.
        (REPORTER, 503, "server_away"),
        ("anna-weber", 503, "server_away"),
        ("lena-brandt", 503, "server_away"),
        ("sofia-lindqvist", 503, "server_away"),
        ("shop", 503, "server_away"),
    ],
)
async def test_a_decision_is_let_through_within_reach(
    api: Alone, place: str, name: str, expected: int, code: str
) -> None:
    async with api.as_(name) as client:
        answer = await client.post(f"{place}/decisions", json=NOTE)
    assert (answer.status_code, answer.json()["code"]) == (expected, code)


async def test_a_refused_attempt_is_logged_with_who_and_what_and_no_secret(api: Alone, place: str) -> None:
    with capture_logs() as logs:
        async with api.as_("mei-tanaka") as client:
            await client.post(f"{place}/decisions", json=NOTE)
        async with api.as_("another-kiosk") as client:
            await client.get(place)
        async with api.client() as client:
            await client.get(place)
            await client.get(place, headers={"Authorization": "Bearer esc_aaaaaaaa_" + "s" * 43})
            await client.get(place, headers={"Authorization": "Bearer somethingsecret"})
    refused: list[dict[str, Any]] = [dict(each) for each in logs if each["event"] == "refused"]
    assert [
        (each["caller"], each["role"], each["decision"], each["reason"], each["key"]) for each in refused
    ] == [
        ("mei-tanaka", Role.EXPERT, "note", "out_of_reach", api.texts["mei-tanaka"][4:12]),
        ("another-kiosk", Role.REPORTER, None, "out_of_reach", api.texts["another-kiosk"][4:12]),
        (None, None, None, "unauthenticated", None),
        (None, None, None, "unauthenticated", "aaaaaaaa"),
        (None, None, None, "unauthenticated", None),
    ]
    assert {each["escalation"] for each in refused} == {place.rsplit("/", 1)[1]}
    for secret in (api.texts["mei-tanaka"], "s" * 43, "somethingsecret", NOTE["text"]):
        assert secret not in str(logs)


@pytest.mark.parametrize(
    ("scope", "read", "decided"),
    [(Scope.ESCALATIONS_READ, 200, 403), (Scope.DECISIONS, 403, 503), (Scope.METRICS, 403, 403)],
)
async def test_a_key_is_good_for_its_scopes_only(
    api: Alone, place: str, scope: Scope, read: int, decided: int
) -> None:
    _, text = await api.keys.create(f"only-{scope}", Role.SERVICE, created_by="tests", scopes=[scope])
    async with api.client() as client:
        client.headers["Authorization"] = f"Bearer {text}"
        assert (await client.get(place)).status_code == read
        answer = await client.post(f"{place}/decisions", json=NOTE)
    assert answer.status_code == decided


async def test_a_reporter_reports_in_the_own_name(api: Alone) -> None:
    report = {"subject": "down", "what_happened": "all", "reason": "urgency", "asked_by": "somebody"}
    async with api.as_(REPORTER) as client:
        answer = await client.post("/api/v1/escalations", json={"policy": "sample", "report": report})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/report/asked_by")


async def test_each_refused_item_of_a_bulk_is_logged(api: Alone, place: str) -> None:
    ids = [place.rsplit("/", 1)[1], (await api.has()).rsplit("/", 1)[1]]
    items = [{"escalation": each, "decision": NOTE} for each in ids]
    with capture_logs() as logs:
        async with api.as_("mei-tanaka") as client:
            answer = await client.post("/api/v1/escalations:bulk-decide", json={"items": items})
    assert [each["status"] for each in answer.json()["results"]] == [403, 403]
    refused = [each for each in logs if each["event"] == "refused"]
    assert [(each["caller"], each["decision"], each["reason"]) for each in refused] == [
        ("mei-tanaka", "note", "out_of_reach")
    ] * 2
    assert sorted(each["escalation"] for each in refused) == sorted(ids)


@pytest.mark.parametrize(
    "asked",
    [
        *("owner=olga", "team=first-line", "level=1", "level_at_least=1", "broken=any", "at_risk=any"),
        *("due_before=2030-01-01T00:00:00Z", "sort=next_due", "sort=severity"),
    ],
)
async def test_a_reporter_cannot_find_out_what_is_internal_by_asking_for_it(api: Alone, asked: str) -> None:
    async with api.as_(REPORTER) as client:
        answer = await client.get(f"/api/v1/escalations?{asked}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (403, asked.split("=")[0])
    async with api.as_("anna-weber") as client:
        assert (await client.get(f"/api/v1/escalations?{asked}")).status_code == 200


async def test_the_place_of_a_reporters_page_does_not_say_what_is_due(api: Alone) -> None:
    for _ in range(2):
        await api.has(asked_by="another-kiosk")
    async with api.as_("another-kiosk") as client:
        page = (await client.get("/api/v1/escalations?limit=1")).json()
        due = {promise.due for promise in World().escalation.promises.values() if promise.due is not None}
        assert page["after"] is not None
        assert not [each for each in due if f"{each:%Y-%m-%dT%H:%M}" in page["after"]]
        after = {"limit": 1, "after": page["after"]}
        rest = (await client.get("/api/v1/escalations", params=after)).json()
    assert len(page["escalations"]) == len(rest["escalations"]) == 1


class Elsewhere:
    """A gateway that notes which escalation is decided about."""

    def __init__(self) -> None:
        self.refs: list[str] = []

    async def decide(self, ref: str, decision: AnyDecision, _patience: object) -> DecisionOutcome:
        self.refs.append(ref)
        return DecisionOutcome(escalation_id=ref, status=DecisionStatus.ACCEPTED)


async def test_what_was_looked_at_is_what_is_decided_about(
    api: Alone, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key may read like another escalation's workflow id; then it must not lead there."""
    gateway = Elsewhere()

    async def there(_: Doors) -> Elsewhere:
        return gateway

    monkeypatch.setattr(Doors, "gateway", there)
    id_ = place.rsplit("/", 1)[1]
    by_key = await api.has(key="esc-somebody-elses")
    async with api.as_(REPORTER) as client:
        for ref in (id_, "esc-somebody-elses"):
            await client.post(f"/api/v1/escalations/{ref}/decisions", json=NOTE)
    assert gateway.refs == [id_, by_key.rsplit("/", 1)[1]]


@pytest.mark.parametrize("place", ["/%00", "/%00/timeline", "/%00/decisions", "?text=%00"])
async def test_a_text_that_postgresql_cannot_take_is_refused_at_the_door(api: Alone, place: str) -> None:
    assert await status(api, "lena-brandt", f"/api/v1/escalations{place}") == 422
