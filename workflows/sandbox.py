"""The sandbox of the workflows: one for all lives of a kind, where the SDK makes one for each life."""

import threading
from dataclasses import dataclass, field
from typing import Any

from temporalio.converter import SerializationContext
from temporalio.converter._extstore import StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.worker._command_aware_visitor import CommandInfo
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from temporalio.worker.workflow_sandbox._importer import Importer
from temporalio.worker.workflow_sandbox._restrictions import RestrictionContext
from temporalio.worker.workflow_sandbox._runner import _Instance


@dataclass(frozen=True)
class SharedSandboxRunner(SandboxedWorkflowRunner):
    """Guards as the SDK's runner does: inside, clocks, chance and I/O are refused.

    The logic is imported once, not for every life, which took 12 ms and 450 KiB each. So lives share its
    modules, which may keep nothing: a test watches them. What it stands on are internals of the SDK, whose
    minor version is pinned.
    """

    _importers: dict[str, Importer] = field(default_factory=dict, init=False, repr=False, compare=False)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """The first one of a kind, by which a worker checks the workflow before it runs, does the imports."""
        module = det.defn.cls.__module__
        if module not in self._importers:
            self._importers[module] = Importer(self.restrictions, _ContextOfThread(), module)
        return _SharingInstance(det, self.runner_class, self._importers[module])


class _SharingInstance(_Instance):
    def __init__(
        self,
        instance_details: WorkflowInstanceDetails,
        runner_class: type[WorkflowRunner],
        importer: Importer,
    ) -> None:
        self.instance_details = instance_details
        self.runner_class = runner_class
        self.importer = importer
        self._current_thread_id = None
        self.globals_and_locals: dict[str, Any] = {"__file__": "workflow_sandbox.py"}
        self._create_instance()

    def __del__(self) -> None:
        """Takes the life apart, whose parts refer to each other in circles: so it leaves memory at once when
        it is evicted, and not when the collector finds it."""
        inside = self.globals_and_locals.get("__temporal_in_sandbox")
        if inside is not None:
            parts = inside.instance.__dict__
            # Asked by its last tasks when they go.
            parts["_deleting"] = True
            for part in parts.keys() - {"_deleting"}:
                del parts[part]

    def get_serialization_context(self, _: CommandInfo | None) -> SerializationContext | None:
        """None, as our converter asks for none: to find it out was a visit to the sandbox a payload."""
        return None

    def get_external_store_context(self, _: CommandInfo | None) -> StorageDriverStoreContext:
        """We store no payloads elsewhere."""
        return StorageDriverStoreContext(target=None)


class _ContextOfThread(RestrictionContext):
    """Whether a workflow runs, which is asked by the modules that several of them share, by thread."""

    def __init__(self) -> None:
        self._here = threading.local()
        super().__init__()

    @property
    def is_runtime(self) -> bool:
        return getattr(self._here, "is_runtime", False)

    @is_runtime.setter
    def is_runtime(self, value: bool) -> None:
        self._here.is_runtime = value

    @property
    def in_activation(self) -> bool:
        return getattr(self._here, "in_activation", False)

    @in_activation.setter
    def in_activation(self, value: bool) -> None:
        self._here.in_activation = value
