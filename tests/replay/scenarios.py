"""Seven lives. One definition drives the recorder and the replay."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import NamedTuple

from tests.workflows.house import House, Life

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Scenario(NamedTuple):
    """What is played, and what its history has to show, so that it still is about its subject."""

    play: Callable[[House], Awaitable[Life]]
    shows: tuple[str, ...]
    """What its payloads must say."""
    ends: str
    """The last event of the history."""


async def straight(home: House) -> Life:
    life = await home.open()
    await life.decide("acknowledge", "anna")
    await life.decide("accept", "xena", reason="right")
    await life.decide("send_update", "xena", text="We are looking into it.")
    await life.decide("declare_resolved", "xena", what_was_done="Totals corrected.")
    await life.decide("confirm", "crm")
    await home.pass_time(2 * DAY)
    await life.has_ended()
    return life


async def every_breach(home: House) -> Life:
    """Nobody does anything for hours; then nothing is done in time."""
    life = await home.open()
    await home.pass_time(9 * HOUR)
    await life.decide("accept", "mara", reason="late")
    await life.decide("request_approval", "xena", approval="a", kind="refund", amount=400, text="sorry")
    await life.decide("wait_for_customer", "xena", question="Which month?", wait=3 * HOUR)
    await home.pass_time(6 * HOUR)
    await life.decide("approve", "theo", approval="a", comment="late")
    await life.decide("declare_resolved", "xena", what_was_done="Totals corrected.")
    await life.decide("request_rca", "mara", reason="to learn")
    await home.pass_time(40 * DAY)
    await life.decide("submit_rca", "cora", root_cause="A switch.", customer_version="A part was replaced.")
    await life.decide("approve_rca", "mara")
    await life.decide("share_rca", "emil")
    await home.pass_time(2 * DAY)
    await life.has_ended()
    return life


async def wait_and_reopen(home: House) -> Life:
    """The history is that of the second run: the first one ended with guidance that did not help."""
    first = await home.open()
    await first.decide("return_with_guidance", "xena", reason="known", guidance="See the manual.")
    life = await home.open(carried=await first.ended())
    await life.decide("accept", "xena", reason="right")
    await life.decide("wait_for_customer", "xena", question="Which month?", wait=2 * DAY)
    await home.pass_time(DAY)
    await life.decide("customer_replied", "crm", text="March.")
    await life.decide("declare_resolved", "xena", what_was_done="Totals corrected.")
    await life.decide("confirm", "crm")
    await home.pass_time(2 * DAY)
    await life.has_ended()
    return life


async def joined(home: House) -> Life:
    other, life = await home.open(), await home.open()
    await life.signal("confirm", "crm", decision_id="too-early")
    await life.has("decision_refused")
    await life.decide("join", "xena", into=other.id, reason="the same outage")
    await life.has_ended()
    return life


async def cancelled(home: House) -> Life:
    life = await home.open()
    await home.pass_time(12 * MINUTE)
    await life.decide("acknowledge", "xena")
    await life.handle.cancel()
    await life.has("closed")
    await life.has_ended()
    return life


async def reused_ids(home: House) -> Life:
    """Recorded while another decision under a known id passed for a repetition, by either way."""
    life = await home.open()
    await life.signal("note", "anna", decision_id="one", text="of anna")
    await life.has("noted")
    await life.signal("note", "xena", decision_id="one", text="of xena")
    await life.decide("note", "ben", decision_id="one", text="of ben")
    await life.decide("cancel", "mara", reason="by mistake")
    await life.has_ended()
    return life


async def nobody_there(home: House) -> Life:
    """Recorded while a ladder on which nobody is was climbed as often as it repeats, within an instant."""
    policy = home.outside.policy
    home.outside.policy = policy.but(repeats=3, levels=policy.levels[1:2] * 2)
    home.outside.on_call["second"] = ()
    life = await home.start()
    await life.has("last_resort_told")
    await life.decide("cancel", "mara", reason="by mistake")
    await life.has_ended()
    return life


COMPLETED, CANCELED = "WorkflowExecutionCompleted", "WorkflowExecutionCanceled"
SCENARIOS: dict[str, Scenario] = {
    "straight": Scenario(straight, ('"type":"declare_resolved"', '"close_reason":"resolved"'), COMPLETED),
    "every_breach": Scenario(
        every_breach,
        (
            *(f'"template":"{name}"' for name in ("level_page", "promise_at_risk", "promise_broken")),
            *(f'"{kind}"' for kind in ("acknowledge", "first_response", "inform", "resolve", "close")),
            *('"approval:a"', '"customer_answer"', '"customer_answer:confirmation"', '"rca"'),
            '"close_reason":"resolved"',
        ),
        COMPLETED,
    ),
    "wait_and_reopen": Scenario(
        wait_and_reopen, ('"close_reason":"returned"', '"customer_replied"', '"reopened":1'), COMPLETED
    ),
    "joined": Scenario(joined, ('"decision_id":"too-early"', '"close_reason":"joined"'), COMPLETED),
    "reused_ids": Scenario(reused_ids, ("of xena", "of ben", '"close_reason":"cancelled"'), COMPLETED),
    "nobody_there": Scenario(
        nobody_there, ('"cause":"nobody_on_call"', '"round":3', '"told":["eva"]'), COMPLETED
    ),
    "cancelled": Scenario(cancelled, ('"template":"closed"', "the workflow was cancelled"), CANCELED),
}
