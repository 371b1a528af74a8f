"""A scripted cast for the sample escalation: who decides what, how long after which event.

Decisions carry ids made of the escalation and the cue, so a cast that is started again repeats nothing.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from domain.decisions import DECISION, AnyDecision
from domain.refusals import Refused
from domain.vocabulary import Role
from records.errors import RecordsAway
from records.reading import Reader
from records.rows import TimelineRow
from starter.errors import ServerAway
from starter.gateway import Gateway

LOOK_EVERY = 0.5

LENA = ("lena-brandt", Role.TEAM_LEAD)
MEI = ("mei-tanaka", Role.EXPERT)
RAVI = ("ravi-menon", Role.PROBLEM_COORDINATOR)
JULIA = ("julia-costa", Role.CUSTOMER_ENGAGEMENT_MANAGER)
CUSTOMER = ("mira@kranich.example.com", Role.REPORTER)

log = structlog.get_logger("cast")


@dataclass(frozen=True)
class Cue:
    """`who` decides `decision` that many seconds after the `nth` event of a type."""

    name: str
    on: str
    seconds: float
    who: tuple[str, Role]
    decision: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    nth: int = 1


CUES = (
    Cue("takes it", "level_notified", 4, LENA, "acknowledge", {"text": "We are on it."}, nth=2),
    Cue("reviews", "acknowledged", 3, LENA, "accept", {"reason": "Checkout is beyond our guide."}),
    Cue("hands on", "accepted", 3, LENA, "assign_owner", {"owner": "mei-tanaka", "reason": "Knows it."}),
    Cue(
        *("plans", "owner_assigned", 3, MEI, "add_plan_step"),
        {"step": "logs", "text": "Compare the payment logs of both releases", "owner": "mei-tanaka"},
    ),
    Cue(
        *("tells", "plan_step_added", 4, MEI, "send_update"),
        {"text": "We found the failing call to the payment service and are testing a change."},
    ),
    Cue("did it", "update_sent", 4, MEI, "complete_plan_step", {"step": "logs", "text": "Found it."}),
    Cue(
        *("solves", "plan_step_completed", 3, MEI, "declare_resolved"),
        {"what_was_done": "The shop's payment client was set back to the release of last week."},
    ),
    Cue("agrees", "resolution_declared", 5, CUSTOMER, "confirm", {"text": "Orders go through again."}),
    Cue("checks one", "confirmed", 2, JULIA, "verify_customer", {"customer": "kranich"}),
    Cue("checks two", "confirmed", 4, JULIA, "verify_customer", {"customer": "storch"}),
    Cue("rates", "confirmed", 6, CUSTOMER, "rate", {"score": 4, "text": "Quick once it moved."}),
    Cue(
        *("explains", "rca_writer_told", 5, MEI, "submit_rca"),
        {
            "root_cause": "A release changed the payment client's time-out; no test covered slow answers.",
            "customer_version": "A change on our side made slow payments fail. It is taken back and tested.",
        },
    ),
    Cue("signs", "rca_submitted", 4, RAVI, "approve_rca", {"comment": "Clear, and the action follows."}),
    Cue("shares", "rca_approved", 3, RAVI, "share_rca"),
)


class Cast:
    """Plays the people of one escalation."""

    def __init__(
        self, gateway: Gateway, reader: Reader, escalation_id: str, cues: Sequence[Cue] = CUES
    ) -> None:
        self._gateway = gateway
        self._reader = reader
        self._escalation_id = escalation_id
        self._left = list(cues)

    async def play(self) -> None:
        """Until every cue has been played."""
        while self._left:
            try:
                await self._look()
            except (ServerAway, RecordsAway) as away:
                log.info("cast_waits", why=str(away))
            await asyncio.sleep(LOOK_EVERY)

    async def _look(self) -> None:
        events = await self._reader.timeline(self._escalation_id)
        now = datetime.now(UTC)
        for cue in [each for each in self._left if _is_due(each, events, now)]:
            await self._decide(cue)
            self._left.remove(cue)

    async def _decide(self, cue: Cue) -> None:
        try:
            await self._gateway.decide(self._escalation_id, decision_of(cue, self._escalation_id))
        except Refused as refused:
            # Somebody who watches may have played along.
            log.info("cue_refused", cue=cue.name, why=refused.message)


def decision_of(cue: Cue, escalation_id: str) -> AnyDecision:
    name, role = cue.who
    return DECISION.validate_python(
        {
            "type": cue.decision,
            "decision_id": f"cast:{escalation_id}:{cue.name.replace(' ', '-')}"[:100],
            "author": {"id": name, "role": role},
            **cue.fields,
        }
    )


def _is_due(cue: Cue, events: Sequence[TimelineRow], now: datetime) -> bool:
    at = [event.at for event in events if event.type == cue.on]
    return len(at) >= cue.nth and at[cue.nth - 1] + timedelta(seconds=cue.seconds) <= now
