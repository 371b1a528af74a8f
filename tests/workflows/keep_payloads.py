"""Keeps one payload of each kind as it is written today. By hand: `python -m tests.workflows.keep_payloads`.

Only what has no file yet is written: the worth of a payload is its age.
"""

from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from domain.decisions import Decision
from domain.errands import Answer, Errand, ErrandFailed
from domain.escalation import Escalation
from domain.opening import Begin, Carried, Decided
from tests.domain.journeys import SAMPLES
from tests.domain.world import DAY, HOUR, World, decision, opening

PAYLOADS = Path(__file__).parent / "payloads"
KINDS: dict[str, TypeAdapter[Any]] = {
    "decision": TypeAdapter(Decision),
    "errand": TypeAdapter(Errand),
    "answer": TypeAdapter(Answer),
    "begin": TypeAdapter(Begin),
    "decided": TypeAdapter(Decided),
    "escalation": TypeAdapter(Escalation),
}
"""How payloads are read, by the first word of the file's name."""


class Watched(World):
    """A world that keeps an errand and an answer of each kind."""

    def __init__(self) -> None:
        self.seen: dict[str, Any] = {}
        super().__init__()

    def outside(self, errand: Any) -> Any:
        answer = super().outside(errand)
        self.seen.setdefault(f"errand-{errand.type}", errand)
        self.seen.setdefault(f"answer-{answer.type}", answer)
        return answer


def payloads() -> dict[str, Any]:
    """One value of each kind, by the file's name."""
    world = Watched()
    world.decide("note", "anna", text="seen")
    world.decide("accept", "mara", reason="ours")
    world.decide("request_approval", "olga", approval="a", kind="refund", amount=400, text="sorry")
    world.decide("move_policy", "mara", policy="test", reason="newer")
    world.wait(9 * HOUR)
    world.decide("wait_for_customer", "xena", question="Which month?", wait=2 * DAY)
    state = world.escalation
    world.wait(200 * DAY)
    world.decide("join", "mara", into="esc-other~20260302-090000", reason="same")
    decided = Decided(escalation_id=state.id, seq=9, stage=state.stage, changed=True, recorded=False)
    return {
        **{f"decision-{kind}": decision(kind, by, **fields) for kind, (by, fields) in SAMPLES.items()},
        **world.seen,
        "answer-errand_failed": ErrandFailed(key="esc-test~20260302-090000/8/level", why="broken files"),
        "begin-new": Begin(opening=opening()),
        "begin-carried": Begin(opening=opening(), carried=Carried(escalation=state)),
        "decided": decided,
        "escalation": state,
    }


def main() -> None:
    PAYLOADS.mkdir(exist_ok=True)
    for name, value in payloads().items():
        file = PAYLOADS / f"{name}.json"
        if not file.exists():
            written = KINDS[name.split("-")[0]].dump_json(value, indent=1)
            file.write_bytes(written + b"\n")


if __name__ == "__main__":
    main()
