"""Types pass the sandbox, logic does not."""

import ast
import gc
import importlib
import pkgutil
import sys
from asyncio import gather
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path
from types import FunctionType, ModuleType

import pydantic
import pytest
from temporalio.worker import Worker, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

import activities.inputs
import domain
import workflows.passed_through
from tests.eventually import eventually
from tests.workflows.clockwork import ClockWorkflow
from tests.workflows.house import House, house
from workflows.sandbox import SharedSandboxRunner, _ContextOfThread

LOGIC = {
    "domain.audience",
    "domain.calendar_preview",
    "domain.calendars",
    "domain.on_call",
    "domain.on_call_changes",
    "domain.on_call_rules",
    "domain.people",
    "domain.rights",
    "domain.simulation.run",
    "domain.simulation.script",
    "domain.webhooks",
}
"""Values that only activities, commands and the API use, which run outside."""


def test_every_module_of_types_that_cross_the_boundary_is_passed_through() -> None:
    crossing = {module.__name__ for module in _modules() if _defines_types(module)} - LOGIC
    assert crossing <= _passed_through()


def test_no_module_of_logic_is_passed_through() -> None:
    rooms = ("agenda", "apply", "core", "ending", "ladder", "permissions", "promises", "steps", "telling")
    guarded = tuple(f"domain.{room}" for room in rooms)
    assert not {one for one in _passed_through() if one.startswith(guarded)}


@pytest.mark.parametrize("sandbox", [SandboxedWorkflowRunner(), SharedSandboxRunner()])
async def test_the_logic_inside_the_sandbox_is_another_copy_that_may_not_ask_a_clock(
    sandbox: WorkflowRunner,
) -> None:
    async with (
        house(worker=False) as home,
        Worker(home.client, task_queue="clocks", workflows=[ClockWorkflow], workflow_runner=sandbox),
    ):
        for number in range(3):
            answer = await home.client.execute_workflow(
                ClockWorkflow.run, id=f"clock-{number}", task_queue="clocks"
            )
            assert answer == ["RestrictedWorkflowAccessError", "another core", "the same types"]


def test_a_life_stays_guarded_while_others_end_in_other_threads() -> None:
    context = _ContextOfThread()
    context.is_runtime = context.in_activation = True

    def end_another() -> tuple[bool, bool]:
        began = context.is_runtime, context.in_activation
        context.is_runtime = context.in_activation = False
        return began

    with ThreadPoolExecutor(1) as other:
        assert other.submit(end_another).result() == (False, False)
    assert (context.is_runtime, context.in_activation) == (True, True)


async def test_lives_leave_nothing_behind_in_the_modules_that_they_share() -> None:
    sandbox = SharedSandboxRunner()
    async with house(worker=False) as home:
        home.hire_worker(sandbox)
        modules = _shared_modules(sandbox)
        before = _kept(modules)
        await gather(_whole_life(home), _whole_life(home))
        assert _kept(modules) == before
    assert {"domain.core", "domain.steps.resolve", "workflows.escalation"} <= modules.keys()
    assert all(sys.modules[name] is not module for name, module in modules.items())


async def test_lives_that_leave_memory_do_so_without_the_collector(without_collector: None) -> None:
    before = _lives_in_memory()
    async with house(max_cached_workflows=1) as home:
        for _ in range(4):
            await home.open()

        async def have_left() -> bool:
            return _lives_in_memory() <= before + 2

        await eventually(have_left, "all but the last two have left")


def _lives_in_memory() -> int:
    return sum(type(one).__name__ == "EscalationWorkflow" for one in gc.get_objects())


@pytest.fixture
def without_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


async def _whole_life(home: House) -> None:
    life = await home.open()
    await life.decide("acknowledge", "anna")
    await life.refusal("confirm", "crm")
    await life.decide("accept", "xena", reason="right")
    await life.decide("send_update", "xena", text="We are looking into it.")
    await life.decide("declare_resolved", "xena", what_was_done="Totals corrected.")
    await life.decide("confirm", "crm")
    await life.signal("note", "anna", text="Too late, and refused.")


def _shared_modules(sandbox: SharedSandboxRunner) -> dict[str, ModuleType]:
    """The sandbox's own copies of our modules, by name."""
    (importer,) = sandbox._importers.values()
    return {
        name: module
        for name, module in importer.new_modules.items()
        if name.startswith(("domain.", "workflows.")) and sys.modules[name] is not module
    }


def _kept(modules: dict[str, ModuleType]) -> dict[str, str]:
    """All that the modules hold, spelt out: attributes, defaults and caches of what they define, too."""
    return {
        f"{module}.{name}": repr((value, [getattr(value, hidden, None) for hidden in HIDDEN], _cached(value)))
        for module, loaded in modules.items()
        for name, value in vars(loaded).items()
        if name != "__builtins__" and not _is_of_another(value, module)
    }


HIDDEN = ("__dict__", "__defaults__", "__kwdefaults__", "__closure__")


def _is_of_another(value: object, module: str) -> bool:
    """Whether it is code that was imported; values of other modules' classes may change here."""
    if isinstance(value, ModuleType):
        return True
    return isinstance(value, type | FunctionType) and value.__module__ != module


def _cached(value: object) -> object:
    info = getattr(value, "cache_info", None)
    return info() if callable(info) else None


def _modules() -> Iterator[ModuleType]:
    yield activities.inputs
    for found in pkgutil.walk_packages(domain.__path__, "domain."):
        yield importlib.import_module(found.name)


def _defines_types(module: ModuleType) -> bool:
    """Whether it defines what is told apart by identity: models, exceptions, closed vocabularies."""
    return any(
        isinstance(one, type) and one.__module__ == module.__name__ and issubclass(one, _TYPES)
        for one in vars(module).values()
    )


_TYPES = (pydantic.BaseModel, Exception, StrEnum)


def _passed_through() -> set[str]:
    """The modules that the list names."""
    tree = ast.parse(Path(str(workflows.passed_through.__file__)).read_text())
    (block,) = [node for node in tree.body if isinstance(node, ast.With)]
    return {name.name for node in block.body if isinstance(node, ast.Import) for name in node.names}
