"""A process that works for the bare workflows, set up as the product's worker is."""

import asyncio
import os
import signal

from temporalio.client import Client, GrpcCompression
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from benchmarks.bare import QUEUE, BareLife, BareTimer, bare_activity, bare_local
from starter.leaving import leave
from starter.settings import Settings

ADDRESS = "BENCH_TEMPORAL"


async def main() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    client = await Client.connect(
        os.environ[ADDRESS], data_converter=pydantic_data_converter, grpc_compression=GrpcCompression.NONE
    )
    passed = SandboxRestrictions.default.with_passthrough_modules("pydantic")
    worker = Worker(
        client,
        task_queue=QUEUE,
        workflows=[BareTimer, BareLife],
        activities=[bare_local, bare_activity],
        workflow_runner=SandboxedWorkflowRunner(restrictions=passed),
        max_cached_workflows=Settings().cached_escalations,
    )
    async with worker:
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
    leave(0)
