"""Numbers for Prometheus: by template, type and code; never by id, name or text."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from starter.api.metrics import LedgerNumbers
from tests.api.house import API, Api

pytestmark = pytest.mark.asyncio(loop_scope="session")

Samples = dict[tuple[str, tuple[str, ...]], float]


async def numbers(api: Api) -> Samples:
    api.app.state.ledger_numbers = LedgerNumbers(api.app.state.doors)
    async with api.as_("administrator") as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, tuple(sorted(sample.labels.values()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def grown(before: Samples, after: Samples, name: str, *labels: str) -> float:
    sample = (name, tuple(sorted(labels)))
    return after.get(sample, 0) - before.get(sample, 0)


def total(samples: Samples, name: str) -> float:
    return sum(value for (each, _), value in samples.items() if each == name)


async def test_requests_decisions_openings_and_refusals_are_counted(api: Api) -> None:
    before = await numbers(api)
    place = await api.open("metrics-1")
    async with api.as_("team_lead") as client:
        await client.post(f"{place}/decisions", json={"type": "note", "text": "the cat"})
        await client.post(f"{place}/decisions", json={"type": "confirm"})
        await client.get("/nowhere/at/all")
    after = await numbers(api)
    route = f"{API}/escalations/{{ref}}/decisions"
    assert grown(before, after, "escalations_api_requests_total", route, "POST", "200") == 1
    assert grown(before, after, "escalations_api_requests_total", route, "POST", "409") == 1
    assert grown(before, after, "escalations_api_requests_total", "none", "GET", "404") == 1
    assert grown(before, after, "escalations_api_request_seconds_count", route, "POST") == 2
    assert grown(before, after, "escalations_api_decisions_total", "note", "done") == 1
    assert grown(before, after, "escalations_api_decisions_total", "confirm", "refused") == 1
    assert grown(before, after, "escalations_api_openings_total", "started") == 1
    assert grown(before, after, "escalations_api_refused_total", "refused") == 1
    assert after["escalations_api_requests_in_progress", ()] == 1
    assert after["escalations_ready", ("temporal",)] == 1


async def test_what_is_open_is_counted_by_stage_and_severity(api: Api) -> None:
    before = await numbers(api)
    place = await api.open("metrics-2")
    async with api.as_("service") as client:
        opened = (await client.get(place)).json()
    after = await numbers(api)
    labels = tuple(sorted((opened["stage"], opened["severity"])))
    assert after["escalations_open", labels] >= 1
    assert total(after, "escalations_open") == total(before, "escalations_open") + 1
    assert {("escalations_overdue", labels), ("escalations_open_broken", labels)} <= set(after)
    assert after["escalations_webhooks_parked", ()] == 0


async def test_the_ledger_is_asked_once_for_many_readers(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    await numbers(api)
    place = await api.open("metrics-3")

    async def nobody_asks(self: object, now: object) -> None:
        raise AssertionError(place)

    monkeypatch.setattr("records.counts.Counts.open", nobody_asks)
    async with api.as_("administrator") as client:
        assert (await client.get("/metrics")).status_code == 200


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("agent", 403), ("service", 200)])
async def test_numbers_need_a_key_that_is_for_them(api: Api, who: str | None, status: int) -> None:
    async with api.as_(who) as client:
        assert (await client.get("/metrics")).status_code == status


async def test_strange_methods_share_a_label(api: Api) -> None:
    before = await numbers(api)
    async with api.as_("service") as client:
        for method in ("BREW", "WHEN"):
            await client.request(method, "/healthz")
    after = await numbers(api)
    assert grown(before, after, "escalations_api_requests_total", "/healthz", "other", "405") == 2
