"""Replays all stored histories once, for a process with a hash seed of its own."""

import asyncio

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from starter.leaving import leave
from tests.replay.record import HISTORIES
from workflows.escalation import EscalationWorkflow
from workflows.payloads import data_converter
from workflows.sandbox import SharedSandboxRunner


async def main() -> None:
    replayer = Replayer(
        workflows=[EscalationWorkflow],
        workflow_runner=SharedSandboxRunner(),
        data_converter=data_converter,
    )
    for file in sorted(HISTORIES.iterdir()):
        await replayer.replay_workflow(WorkflowHistory.from_json(file.stem, file.read_text()))


if __name__ == "__main__":
    asyncio.run(main())
    leave(0)
