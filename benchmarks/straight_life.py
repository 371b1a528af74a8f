"""The straight life that is measured, and its numbers: levels, decisions, updates, messages, due times."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.decisions import DECISION, AnyDecision, Author
from domain.events import CLOCK, AnyEvent
from domain.opening import Opening
from domain.policy import ConfirmationRules, Level, Policy, PromiseRule, RcaRules, Target
from domain.report import Contact, Customer, Report
from domain.vocabulary import ChannelKind, Grade, PromiseKind, Reason, Role, Severity, TargetKind

MINUTE = timedelta(minutes=1)
COUNTS = {"levels told": 3, "decisions": 12, "status updates": 4, "messages": 10, "due times": 16}

SERVICE = Author(id="crm", role=Role.SERVICE)
MANAGER = Author(id="sofia-lindqvist", role=Role.ESCALATION_MANAGER)


class Step(NamedTuple):
    """A decision at a time after the opening, at the life's full length."""

    after: timedelta
    type: str
    author: Author
    fields: dict[str, object]


DECISIONS = (
    Step(65 * MINUTE, "acknowledge", MANAGER, {}),
    Step(66 * MINUTE, "accept", MANAGER, {"reason": "The first line has tried what it may."}),
    Step(70 * MINUTE, "note", MANAGER, {"text": "The contract of March names other prices."}),
    Step(75 * MINUTE, "add_plan_step", MANAGER, {"step": "s1", "text": "Compare", "owner": "mei-tanaka"}),
    Step(150 * MINUTE, "send_update", MANAGER, {"text": "We compare the prices.", "audience": "internal"}),
    Step(300 * MINUTE, "send_update", MANAGER, {"text": "Two prices differ.", "audience": "internal"}),
    Step(450 * MINUTE, "send_update", MANAGER, {"text": "We found the cause.", "audience": "customer"}),
    Step(590 * MINUTE, "complete_plan_step", MANAGER, {"step": "s1"}),
    Step(600 * MINUTE, "send_update", MANAGER, {"text": "The correction is tested.", "audience": "internal"}),
    Step(690 * MINUTE, "declare_resolved", MANAGER, {"what_was_done": "The totals are corrected."}),
    Step(700 * MINUTE, "confirm", SERVICE, {"text": "It is right now."}),
    Step(705 * MINUTE, "rate", SERVICE, {"score": 5}),
)
CLOSE_AFTER = 300 * MINUTE
LENGTH = 700 * MINUTE + CLOSE_AFTER
"""From the opening to the close."""

_PROMISES = (
    (PromiseKind.ACKNOWLEDGE, 15 * MINUTE),
    (PromiseKind.FIRST_RESPONSE, 30 * MINUTE),
    (PromiseKind.INFORM, 60 * MINUTE),
    (PromiseKind.NEXT_UPDATE, 60 * MINUTE),
    (PromiseKind.RESOLVE, 480 * MINUTE),
    (PromiseKind.CLOSE, timedelta(days=30)),
)
"""As the shipped policy for gold customers promises at S1, without warnings; a breach is only recorded."""
_WAITS = (15 * MINUTE, 30 * MINUTE, LENGTH)

REPORT = Report(
    subject="Invoices are wrong",
    what_happened="The totals of March differ from the contract.",
    reason=Reason.MISSING_KNOWLEDGE,
    asked_by="anna-weber",
    impact=Grade.HIGH,
    urgency=Grade.MEDIUM,
    customer=Customer(
        id="acme",
        name="Acme",
        contacts=(Contact(name="Ada", email="ada@acme.example", channels=(ChannelKind.EMAIL,)),),
    ),
)


def policy(speed: float = 1.0) -> Policy:
    """`speed` times as fast as the life at full length; levels of one person each."""
    rules = tuple(PromiseRule(kind=kind, target=target / speed) for kind, target in _PROMISES)
    people = ("anna-weber", "mei-tanaka", MANAGER.id)
    return Policy(
        name="straight",
        version="v1",
        team="first-line",
        owner="lena-brandt",
        manager=MANAGER.id,
        severities={f"{impact}/{urgency}": Severity.S2 for impact in Grade for urgency in Grade},
        promises=dict.fromkeys(Severity, rules),
        levels=tuple(
            Level(name=f"Level {number}", targets=(_person(one),), wait=wait / speed)
            for number, (one, wait) in enumerate(zip(people, _WAITS, strict=True), 1)
        ),
        last_resort=(_person("henrik-larsen"),),
        review_authority={Role.ESCALATION_MANAGER: Severity.S1},
        confirmation=ConfirmationRules(remind_after=(), close_after=CLOSE_AFTER / speed),
        rca=RcaRules(owed_for=(), writer=_person("ravi-menon"), reviewers=(_person("henrik-larsen"),)),
    )


def opening(key: str, at: datetime, policy_name: str = "straight") -> Opening:
    return Opening(
        id=f"esc-{key}~{at:%Y%m%d-%H%M%S}",
        key=key,
        request_id=f"open-{key}",
        policy=policy_name,
        report=REPORT,
        author=SERVICE,
    )


def decision(step: Step, number: int) -> AnyDecision:
    return DECISION.validate_python(
        {"type": step.type, "decision_id": f"d-{number}", "author": step.author, **step.fields}
    )


def due_steps(events: Iterable[AnyEvent]) -> list[AnyEvent]:
    """The first event of each due time that came, in order; closing by itself carries no planned time."""
    return [
        event
        for event in events
        if event.by == CLOCK and (event.planned is not None or event.type == "closed")
    ]


def counts(events: Iterable[AnyEvent]) -> dict[str, int]:
    """The life in the numbers by which it is defined, read from its timeline."""
    known = list(events)
    by_type = Counter(event.type for event in known)
    decided = [event for event in known if event.decision_id is not None and event.type != "opened"]
    return {
        "levels told": by_type["level_notified"],
        "decisions": len(decided),
        "status updates": by_type["update_sent"],
        "messages": by_type["message_delivered"],
        "due times": len(due_steps(known)),
    }


def _person(name: str) -> Target:
    return Target(kind=TargetKind.PERSON, id=name)
