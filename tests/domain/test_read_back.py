"""Decisions are read back from the events that they left, each as it was made."""

from datetime import timedelta
from typing import Any

import pytest

from domain.comparison.past import Withdrawal
from domain.comparison.recall import recall
from domain.decisions import AnyDecision
from tests.domain.lives import Life
from tests.domain.world import HOUR, START, World, accepted, opening, resolved


class Remembering(Life):
    """A random life that keeps what was decided in it."""

    def __init__(self, seed: int, trouble: float) -> None:
        self.made: dict[str, AnyDecision] = {}
        super().__init__(seed, trouble)

    def _decide(self, decision: AnyDecision) -> None:
        self.made[decision.decision_id] = decision
        super()._decide(decision)


def read_back(world: World) -> list[dict[str, Any]]:
    case = recall(opening(world.escalation.report), START, world.events)
    return [act.does.model_dump(exclude={"decision_id"}) for act in case.acts]  # type: ignore[union-attr]


def given(decision: AnyDecision) -> dict[str, Any]:
    """What it says; what is left out of a change stays, and is told with the rest. A report that reopens
    is told without the escalation that it came from."""
    return {name: value for name, value in decision if value is not None and name != "joined_from"}


@pytest.mark.parametrize("seed", range(24))
def test_whatever_is_decided_in_a_random_life_is_read_back(seed: int) -> None:
    life = Remembering(seed, trouble=0.25 * (seed % 2))
    for _ in range(14):
        life.step()
    life.finish()
    first = life.events[0]
    case = recall(opening(first.report), first.at, life.events)  # type: ignore[union-attr]
    for read in (act.does for act in case.acts if not isinstance(act.does, Withdrawal)):
        said = dict(read)
        assert said | given(life.made[read.decision_id]) == said


@pytest.mark.parametrize(
    ("kind", "by", "fields"),
    [
        ("return_with_guidance", "theo", {"reason": "Known.", "guidance": "See the manual."}),
        ("cancel", "eva", {"reason": "Not wanted."}),
        ("ask_information", "theo", {"question": "Which one?"}),
    ],
)
def test_of_the_review(kind: str, by: str, fields: dict[str, Any]) -> None:
    world = World()
    world.decide("ask_information", "mara", question="Since when?")
    world.decide(kind, by, **fields)
    assert read_back(world)[-1].items() >= {"type": kind, **fields}.items()


def test_of_the_work() -> None:
    world = accepted()
    work: list[tuple[str, str, dict[str, Any]]] = [
        ("wait_for_customer", "mara", {"question": "When?", "wait": timedelta(hours=30)}),
        ("propose_options", "mara", {"options_id": "o", "options": ("A refund.", "A voucher.")}),
        ("choose_option", "rita", {"options_id": "o", "option": 2}),
        (
            "add_plan_step",
            "mara",
            {"step": "one", "text": "Look.", "owner": "ben", "due": START + 9 * HOUR},
        ),
        ("revise_plan_step", "mara", {"step": "one", "owner": "xena", "reason": "Ben is away."}),
        ("complete_plan_step", "mara", {"step": "one", "text": "Seen."}),
        ("hand_over", "mara", {"team": "network", "skill": None, "reason": "They know."}),
        ("set_estimate", "mara", {"at": START + 9 * HOUR, "text": ""}),
        ("request_approval", "ben", {"approval": "a", "kind": "refund", "amount": 20.0, "text": "?"}),
        ("refuse", "theo", {"approval": "a", "comment": "No."}),
    ]
    for kind, by, fields in work:
        world.decide(kind, by, **fields)
    for read, (kind, _, fields) in zip(read_back(world)[1:], work, strict=True):
        assert read.items() >= {"type": kind, **fields}.items()


def test_of_the_end() -> None:
    world = resolved()
    end: list[tuple[str, str, dict[str, Any]]] = [
        ("request_rca", "mara", {"reason": "Again."}),
        ("submit_rca", "xena", {"root_cause": "A typing error.", "customer_version": "An error."}),
        ("return_rca", "mara", {"reason": "Why?"}),
        ("submit_rca", "xena", {"root_cause": "No check.", "customer_version": "A check was missing."}),
        ("approve_rca", "mara", {"comment": ""}),
        ("share_rca", "mara", {}),
        ("confirm", "rita", {"text": "Works."}),
        ("close", "mara", {"reason": "All done."}),
    ]
    for kind, by, fields in end:
        world.decide(kind, by, **fields)
    for read, (kind, _, fields) in zip(read_back(world)[2:], end, strict=True):
        assert read.items() >= {"type": kind, **fields}.items()


def test_a_task_force_that_goes_home_with_the_end_is_not_read_as_a_decision_of_its_own() -> None:
    world = accepted()
    world.decide("deploy_task_force", "mara", roles={"lead": "eva"})
    world.decide("parent_closed", "crm", parent="esc-parent~1", reason="It was solved there.")
    read = read_back(world)[-1]
    assert (read["type"], read["parent"], read["reason"]) == (
        "parent_closed",
        "esc-parent~1",
        "It was solved there.",
    )
