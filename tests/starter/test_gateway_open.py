"""Opening through the gateway: once per key and request, checked before anything is started."""

import pytest

from domain.vocabulary import Stage
from starter import ids
from starter.embedded import EmbeddedServer
from starter.errors import OrderInvalid, ServerAway
from starter.orders import OpenOutcome
from tests.starter.conftest import Eventually
from tests.starter.house import IMPATIENT, House, another_report, decision, order


async def test_the_same_order_twice_opens_once(house: House) -> None:
    first = await house.gateway.open(order())
    second = await house.gateway.open(order())
    assert first.outcome is OpenOutcome.STARTED
    assert second.outcome is OpenOutcome.ALREADY_OPEN
    assert second.escalation_id == first.escalation_id
    assert await house.has_workflow("trouble-1")


async def test_without_a_key_the_same_content_is_the_same_trouble(house: House) -> None:
    first = await house.gateway.open(order(key=None))
    again = await house.gateway.open(order(key=None))
    other = await house.gateway.open(order(key=None, report=another_report()))
    assert again.escalation_id == first.escalation_id != other.escalation_id


async def test_keys_of_any_form_have_workflows_of_their_own(house: House) -> None:
    keys = ("a/b", "a:b", "a.b", "a-b", "x" * 100, "x" * 99 + "y")
    opened = [await house.gateway.open(order(key=key)) for key in keys]
    assert len({each.escalation_id for each in opened}) == len(keys)
    assert [await house.has_workflow(key) for key in keys] == [True] * len(keys)
    assert len({ids.workflow_of(each.escalation_id) for each in opened}) == len(keys)


async def test_another_report_under_an_open_key_joins_once(house: House) -> None:
    async with house.at_work():
        first = await house.gateway.open(order())
        joined = await house.gateway.open(order(report=another_report()))
        await house.gateway.open(order(report=another_report()))
        state = await house.gateway.snapshot(first.escalation_id)
    assert joined.outcome is OpenOutcome.JOINED
    assert joined.escalation_id == first.escalation_id
    assert state.reports_joined == 1


async def test_a_report_that_joins_without_a_worker_is_held(house: House, eventually: Eventually) -> None:
    first = await house.gateway.open(order())
    joined = await house.gateway.open(order(report=another_report()), patience=IMPATIENT)
    assert not joined.applied
    async with house.at_work():
        await eventually(lambda: _joined_once(house, first.escalation_id))


async def test_a_report_after_the_end_reopens_within_the_policys_window(
    house: House, eventually: Eventually
) -> None:
    async with house.at_work():
        first = await house.gateway.open(order())
        back = decision("return_with_guidance", "back", reason="Not here.", guidance="Ask the shop.")
        await house.gateway.decide(first.escalation_id, back)
        await eventually(house.one_has_ended)
        again = await house.gateway.open(order(report=another_report()))
        state = await house.gateway.snapshot(again.escalation_id)
    assert again.outcome is OpenOutcome.REOPENED
    assert again.escalation_id == first.escalation_id
    assert state.reopened == 1
    assert state.stage is not Stage.CLOSED


async def test_a_repeated_request_does_not_reopen_what_it_had_opened(
    house: House, eventually: Eventually
) -> None:
    async with house.at_work():
        first = await house.gateway.open(order(request_id="request-1"))
        back = decision("return_with_guidance", "back", reason="Not here.", guidance="Ask the shop.")
        await house.gateway.decide(first.escalation_id, back)
        await eventually(house.one_has_ended)
        again = await house.gateway.open(order(request_id="request-1"))
    assert again.outcome is OpenOutcome.ALREADY_OPEN
    assert again.escalation_id == first.escalation_id


async def test_an_unknown_policy_is_named_with_the_nearest_and_nothing_is_started(house: House) -> None:
    with pytest.raises(OrderInvalid, match="policy: there is no policy 'sampel'; did you mean 'sample'"):
        await house.gateway.open(order().but(policy="sampel"))
    assert not await house.has_workflow("trouble-1")


async def test_an_unknown_team_is_named_with_the_nearest(house: House) -> None:
    with pytest.raises(OrderInvalid, match=r"report\.team: .* did you mean 'billing'"):
        await house.gateway.open(order(report=another_report().but(team="biling")))


async def test_an_order_of_300_kilobytes_is_refused_and_nothing_is_started(house: House) -> None:
    long = another_report().but(what_happened="x" * 300_000)
    with pytest.raises(OrderInvalid, match="link it"):
        await house.gateway.open(order(report=long))
    assert not await house.has_workflow("trouble-1")


async def test_without_a_server_it_is_said_in_time(house: House, server: EmbeddedServer) -> None:
    server.kill()
    with pytest.raises(ServerAway):
        await house.gateway.open(order())


async def _joined_once(house: House, escalation_id: str) -> bool:
    events = await house.reader.timeline(escalation_id)
    return [each.type for each in events].count("report_joined") == 1
