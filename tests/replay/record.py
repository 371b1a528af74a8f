"""Records the history of a scenario. By hand only: `python -m tests.replay.record NAME`.

The worth of a history is its age: it is never recorded again to make a test pass.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from starter.leaving import leave
from tests.replay.scenarios import SCENARIOS
from tests.workflows.histories import said
from tests.workflows.house import house

HISTORIES = Path(__file__).parent / "histories"
NOBODY = "recorder"


async def record(name: str) -> None:
    async with house() as home:
        life = await SCENARIOS[name].play(home)
        found = await life.handle.fetch_history()
    missed = [words for words in SCENARIOS[name].shows if words not in said(found.events)]
    assert not missed, f"the life no longer shows {missed}"
    history = json.loads(found.to_json())
    (HISTORIES / f"{name}.json").write_text(json.dumps(_without_machines(history), indent=1) + "\n")


def _without_machines(part: Any) -> Any:
    """Identities of clients and workers name a process and its machine."""
    match part:
        case dict():
            return {
                key: NOBODY if key == "identity" else _without_machines(value)
                for key, value in part.items()
                if key != "stackTrace"
            }
        case list():
            return [_without_machines(one) for one in part]
        case _:
            return part


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1]))
    leave(0)
