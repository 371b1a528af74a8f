"""Deciding through the gateway: never lost, never twice, and refused in words."""

import pytest

from domain.refusals import RefusalCode, Refused
from starter.embedded import EmbeddedServer
from starter.errors import NoAnswer, NotFound, OrderInvalid, ServerAway
from starter.orders import DecisionStatus
from tests.starter.conftest import Eventually
from tests.starter.house import ANNA, IMPATIENT, House, decision, order


async def test_a_decision_is_applied_and_its_repetition_changes_nothing(house: House) -> None:
    async with house.at_work():
        opened = await house.gateway.open(order())
        first = await house.gateway.decide(opened.escalation_id, decision("acknowledge", "ack-1"))
        again = await house.gateway.decide(opened.escalation_id, decision("acknowledge", "ack-1"))
    assert first.status is again.status is DecisionStatus.DONE
    assert first.decided is not None
    assert first.decided.changed
    assert first.decided.recorded
    assert again.decided is not None
    assert again.decided.seq == first.decided.seq


async def test_an_escalation_is_found_by_id_by_workflow_and_by_key(house: House) -> None:
    async with house.at_work():
        opened = await house.gateway.open(order(key="trouble-1"))
        # A decision waits until it is open; a question does not.
        await house.gateway.decide(opened.escalation_id, decision("acknowledge", "a"))
        found = [
            await house.gateway.summary(ref) for ref in (opened.escalation_id, "esc-trouble-1", "trouble-1")
        ]
    assert {each.id for each in found} == {opened.escalation_id}


async def test_a_key_that_looks_like_a_workflow_is_found_too(house: House) -> None:
    async with house.at_work():
        opened = await house.gateway.open(order(key="esc-trouble"))
        await house.gateway.decide("esc-trouble", decision("acknowledge", "a"))
        assert (await house.gateway.summary("esc-trouble")).id == opened.escalation_id


async def test_what_the_rules_do_not_allow_is_refused_with_its_code(house: House) -> None:
    async with house.at_work():
        opened = await house.gateway.open(order())
        with pytest.raises(Refused) as refused:
            await house.gateway.decide(opened.escalation_id, decision("confirm", "too-early"))
        state = await house.gateway.snapshot(opened.escalation_id)
    assert refused.value.code is RefusalCode.WRONG_STAGE
    assert "too-early" not in state.decided


async def test_without_a_worker_the_decision_is_held_and_applied_once_later(
    house: House, eventually: Eventually
) -> None:
    opened = await house.gateway.open(order())
    outcome = await house.gateway.decide(
        opened.escalation_id, decision("note", "note-1", text="Held."), patience=IMPATIENT
    )
    assert outcome.status is DecisionStatus.ACCEPTED
    assert outcome.escalation_id == opened.escalation_id
    async with house.at_work():
        await eventually(lambda: _noted(house, opened.escalation_id, 1))
        last = await house.gateway.decide(opened.escalation_id, decision("note", "note-2", text="Later."))
    assert last.status is DecisionStatus.DONE
    assert await _noted(house, opened.escalation_id, 2)


async def test_an_unknown_person_in_a_decision_is_named_with_the_nearest(house: House) -> None:
    opened = await house.gateway.open(order())
    with pytest.raises(OrderInvalid, match=r"owner: .* did you mean 'mei-tanaka'"):
        await house.gateway.decide(opened.escalation_id, decision("assign_owner", "a", owner="mei-tanakka"))


async def test_an_author_whom_nobody_knows_is_refused(house: House) -> None:
    opened = await house.gateway.open(order())
    stranger = ANNA.but(id="anna-webber")
    with pytest.raises(OrderInvalid, match="author: there is no person 'anna-webber'"):
        await house.gateway.decide(opened.escalation_id, decision("note", "n", author=stranger, text="Hi."))


async def test_an_escalation_that_is_not_there_is_not_found(house: House) -> None:
    for ref in ("nothing", "esc-nothing", "esc-nothing~20261121-120000"):
        with pytest.raises(NotFound, match="nothing"):
            await house.gateway.decide(ref, decision("note", "n", text="Hello?"))


async def test_what_was_decided_before_the_end_is_answered_after_it_and_nothing_else(
    house: House, eventually: Eventually
) -> None:
    async with house.at_work():
        opened = await house.gateway.open(order())
        cancel = decision("cancel", "cancel-1", reason="Opened by mistake.")
        await house.gateway.decide(opened.escalation_id, cancel)
        await eventually(house.one_has_ended)
        again = await house.gateway.decide(opened.escalation_id, cancel)
        with pytest.raises(Refused) as refused:
            await house.gateway.decide(opened.escalation_id, decision("note", "late", text="Late."))
        with pytest.raises(Refused) as reused:
            await house.gateway.decide(opened.escalation_id, decision("note", "cancel-1", text="Late."))
    assert reused.value.code is RefusalCode.REUSED
    assert again.status is DecisionStatus.DONE
    assert again.decided is not None
    assert not again.decided.changed
    assert refused.value.code is RefusalCode.CLOSED


async def test_a_closed_escalation_can_be_read_without_a_worker(house: House, eventually: Eventually) -> None:
    async with house.at_work():
        opened = await house.gateway.open(order())
        await house.gateway.decide(opened.escalation_id, decision("cancel", "c", reason="Mistake."))
        await eventually(house.one_has_ended)
    assert (await house.gateway.snapshot(opened.escalation_id)).is_closed
    assert (await house.gateway.summary(opened.escalation_id)).closed_at is not None


async def test_without_a_server_it_is_said_in_time(house: House, server: EmbeddedServer) -> None:
    opened = await house.gateway.open(order())
    server.kill()
    with pytest.raises(ServerAway):
        await house.gateway.decide(opened.escalation_id, decision("acknowledge", "a"))


async def test_reading_the_live_state_without_a_worker_names_the_mend(house: House) -> None:
    opened = await house.gateway.open(order())
    with pytest.raises(NoAnswer, match="escalations worker"):
        await house.gateway.snapshot(opened.escalation_id)


async def _noted(house: House, escalation_id: str, times: int) -> bool:
    events = await house.reader.timeline(escalation_id)
    return [each.type for each in events].count("noted") == times
