"""A workflow that imports the core as the real one does, and tries to ask a clock from inside logic."""

from temporalio import workflow

import workflows.passed_through  # noqa: F401

with workflow.unsafe.imports_passed_through():
    from domain.escalation import Escalation
    from tests.workflows.outer import CORE, TYPES

from domain.core import decide
from tests.workflows.clocklogic import now


@workflow.defn(name="clockwork")
class ClockWorkflow:
    @workflow.run
    async def run(self) -> list[str]:
        """What became of the clock, whether the core is the one outside, and whether the types are."""
        return [
            _asked(),
            "the same core" if decide is CORE else "another core",
            "the same types" if Escalation is TYPES else "other types",
        ]


def _asked() -> str:
    try:
        return f"it is {now()}"
    except Exception as refused:
        return type(refused).__name__
