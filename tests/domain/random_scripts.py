"""Random scripts: people who are quick or slow, try this and that, and sometimes what they may not."""

from datetime import timedelta
from random import Random
from typing import Any

from domain.simulation.script import Cue, Script
from domain.vocabulary import PromiseKind
from tests.domain.stage import cue
from tests.domain.world import HOUR

ODD = timedelta(seconds=37)
"""What policies plan lies on whole minutes, what people do does not."""


def random_script(chance: Random) -> Script:
    """The way through, at a random pace and now and then with a step left out, and things by the way."""
    way = [one for one in _way(chance) if chance.random() < 0.93]
    aside = chance.sample(_aside(chance), chance.randint(0, 9))
    return Script(cues=(*way, *aside))


def _way(chance: Random) -> list[Cue]:
    ends = {"customer": "confirm", "crm": "confirm"}
    who = chance.choice(sorted(ends))
    return [
        cue("level_notified", "told", "acknowledge", after=_after(chance, 1, 50), until="acknowledged"),
        _once("acknowledged", "mara", "accept", chance, 5, 120, reason="ours"),
        cue(
            *("accepted", "owner", "send_update"),
            after=_after(chance, 5, 60),
            every=_after(chance, 90, 600),
            until="resolution_declared",
            fields={"text": "We work on it."},
        ),
        cue(
            *("accepted", "mara", "declare_resolved"),
            after=_after(chance, 30, 1500),
            fields={"what_was_done": "Corrected."},
        ),
        _once("resolution_declared", who, "confirm", chance, 60, 4000),
        _once("rca_writer_told", "told", "submit_rca", chance, 60, 2000, root_cause="A typing error."),
        _once("rca_submitted", "mara", "approve_rca", chance, 30, 600),
        _once("rca_approved", "mara", "share_rca", chance, 30, 600),
    ]


def _aside(chance: Random) -> list[Cue]:
    rejected = _rejected(chance)
    return [*_of_the_review(chance), *_of_the_work(chance), *_of_the_plans(chance), *rejected]


def _rejected(chance: Random) -> list[Cue]:
    return [
        _once("resolution_declared", "customer", "reject_resolution", chance, 10, 50, reason="No."),
        _once("resolution_rejected", "mara", "declare_resolved", chance, 60, 600, what_was_done="Again."),
    ]


def _of_the_review(chance: Random) -> list[Cue]:
    return [
        _once("opened", "mara", "ask_information", chance, 1, 20, question="Which one?"),
        _once("information_asked", "customer", "customer_replied", chance, 5, 900, text="This one."),
        _once("accepted", "xena", "climb", chance, 1, 90, reason="It grows."),
        _once("opened", "mara", "climb", chance, 1, 40, reason="It grows."),
        _once("acknowledged", "xena", "set_severity", chance, 1, 90, severity="S1", reason="Worse."),
        _once("accepted", "mara", "set_severity", chance, 1, 300, severity="S4", reason="Not so bad."),
        _once("accepted", "theo", "hand_over", chance, 1, 300, team="network", reason="They know."),
        _once("accepted", "xena", "de_escalate", chance, 1, 300, guidance="Look at the manual."),
    ]


def _of_the_work(chance: Random) -> list[Cue]:
    return [
        _once("accepted", "owner", "wait_for_customer", chance, 1, 200, question="When?", wait=24 * HOUR),
        _once("customer_awaited", "customer", "customer_replied", chance, 60, 2500, text="Now."),
        _once("accepted", "anna", "request_approval", chance, 1, 60, approval="a", kind="refund", text="?"),
        _once("approver_told", "theo", "approve", chance, 5, 200, approval="a"),
        _once("accepted", "mara", "deploy_task_force", chance, 1, 200, roles={"lead": "eva"}),
        _once("task_force_deployed", "mara", "stand_down", chance, 60, 600),
        _once("resolution_declared", "crm", "rate", chance, 5, 600, score=chance.randint(1, 5)),
        _once("accepted", "emil", "verify_customer", chance, 5, 600, customer="acme"),
        _once("opened", "rita", "note", chance, 1, 300, text="It is urgent."),
        _once("accepted", "mara", "return_with_guidance", chance, 1, 300, reason="no", guidance="no"),
        _once("opened", "eva", "cancel", chance, 30, 3000, reason="Not wanted any more."),
    ]


def _of_the_plans(chance: Random) -> list[Cue]:
    return [
        cue("accepted", "mara", "set_estimate", after=_after(chance, 1, 90), moments={"at": 9 * HOUR}),
        cue(
            *("acknowledged", "xena", "snooze"),
            nth=1,
            after=_after(chance, 1, 90),
            fields={"reason": "Parts come."},
            moments={"until": 3 * HOUR},
        ),
        cue(
            *("accepted", "owner", "add_plan_step"),
            after=_after(chance, 1, 90),
            fields={"step": "one", "text": "Look.", "owner": "ben"},
            moments={"due": 2 * HOUR},
        ),
        _once("plan_step_added", "ben", "complete_plan_step", chance, 30, 300, step="one"),
        cue(
            *("promise_at_risk", "owner", "send_update"),
            promise=PromiseKind.NEXT_UPDATE,
            after=ODD,
            fields={"text": "Still at it."},
        ),
    ]


def _once(when: str, who: str, does: str, chance: Random, least: int, most: int, **fields: Any) -> Cue:
    return cue(when, who, does, nth=1, after=_after(chance, least, most), fields=fields)


def _after(chance: Random, least: int, most: int) -> timedelta:
    """So many minutes, and an odd half."""
    return timedelta(minutes=chance.randint(least, most)) + ODD
