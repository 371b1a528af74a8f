"""A decision that the rules do not allow: the caller hears it, or the timeline does; nothing ever stalls."""

import pytest
from temporalio.api.enums.v1 import EventType

from domain.events import DecisionRefused
from domain.refusals import RefusalCode, Refused
from starter import ids
from tests.smoke.orders import GRACE, decision, order
from tests.smoke.organisation import CALM, ONE
from tests.smoke.stack import Stack


async def test_a_refusal_is_heard_by_the_caller_or_is_on_the_timeline(stack: Stack) -> None:
    opened = await stack.gateway.open(order("refused", CALM))
    await stack.expect_mail(ONE, "Please acknowledge: Case refused")
    await stack.expect_event(opened.escalation_id, "message_delivered")
    before = await stack.ledger_agrees(opened.escalation_id)
    with pytest.raises(Refused, match="stage") as too_early:
        await stack.gateway.decide(opened.escalation_id, decision("confirm", "confirm-1"))
    with pytest.raises(Refused, match="grace-okafor") as not_hers:
        await stack.gateway.decide(
            opened.escalation_id, decision("set_severity", "severity-1", GRACE, severity="S1", reason="Bad.")
        )
    assert await stack.ledger_agrees(opened.escalation_id) == before

    handle = stack.client.get_workflow_handle(ids.workflow_of(opened.escalation_id))
    await handle.signal("decide", decision("confirm", "confirm-2"))
    refused = await stack.expect_event(opened.escalation_id, "decision_refused")
    await stack.ledger_agrees(opened.escalation_id)
    assert too_early.value.code is RefusalCode.WRONG_STAGE
    assert not_hers.value.code is RefusalCode.NOT_ALLOWED
    assert isinstance(refused, DecisionRefused)
    assert (refused.decision, refused.code, refused.by) == ("confirm", RefusalCode.WRONG_STAGE, "omar-haddad")
    history = await handle.fetch_history()
    assert EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED not in {event.event_type for event in history.events}
