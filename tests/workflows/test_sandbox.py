"""Types pass the sandbox, logic does not."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import ModuleType

import pydantic
from temporalio.worker import Worker

import activities.inputs
import domain
import workflows.passed_through
from tests.workflows.clockwork import ClockWorkflow
from tests.workflows.house import house

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


async def test_the_logic_inside_the_sandbox_is_another_copy_that_may_not_ask_a_clock() -> None:
    async with house() as home, Worker(home.client, task_queue="clockwork", workflows=[ClockWorkflow]):
        answer = await home.client.execute_workflow(ClockWorkflow.run, id="clock", task_queue="clockwork")
    assert answer == ["RestrictedWorkflowAccessError", "another core", "the same types"]


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
