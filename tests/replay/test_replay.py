"""Stored histories replay: what runs today goes on with lives that began under older code."""

import os
import subprocess
import sys

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from starter.settings import PROJECT
from tests.replay.changed_workflow import ChangedWorkflow
from tests.replay.expected import EXPECTED, LETTERS
from tests.replay.record import HISTORIES
from tests.replay.scenarios import SCENARIOS
from tests.workflows.histories import armed, failed_tasks, names, said, timers, upserts, work
from workflows.escalation import EscalationWorkflow
from workflows.payloads import data_converter
from workflows.sandbox import SharedSandboxRunner

PREFIX = "Escalation"


def stored(name: str) -> WorkflowHistory:
    return WorkflowHistory.from_json(name, (HISTORIES / f"{name}.json").read_text())


def replayer(host: type = EscalationWorkflow) -> Replayer:
    return Replayer(workflows=[host], workflow_runner=SharedSandboxRunner(), data_converter=data_converter)


def test_every_scenario_has_a_history_and_every_history_a_scenario() -> None:
    assert {file.stem for file in HISTORIES.iterdir()} == set(SCENARIOS) == set(EXPECTED)


@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_stored_history_replays(name: str) -> None:
    await replayer().replay_workflow(stored(name))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_stored_history_still_is_about_its_subject(name: str) -> None:
    events = stored(name).events
    text = said(events)
    assert [words for words in SCENARIOS[name].shows if words not in text] == []
    assert names(events)[-1] == SCENARIOS[name].ends
    assert failed_tasks(events) == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_stored_history_never_had_two_timers_armed(name: str) -> None:
    assert set(armed(stored(name).events)) <= {0, 1}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_stored_history_has_the_timers_work_and_upserts_that_were_recorded(name: str) -> None:
    events, expected = stored(name).events, EXPECTED[name]
    assert [round(timer.total_seconds()) for timer in timers(events)] == list(
        map(int, expected.timers.split())
    )
    assert work(events) == [LETTERS[letter] for letter in expected.work.split()]
    shown = ["+".join(one.removeprefix(PREFIX) for one in upsert) for upsert in upserts(events)]
    assert shown == expected.upserts.split()


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_stored_history_names_no_machine(name: str) -> None:
    text = (HISTORIES / f"{name}.json").read_text()
    assert text.count('"identity":') == text.count('"identity": "recorder"')
    assert '"/' not in text


async def test_a_changed_workflow_does_not_replay() -> None:
    with pytest.raises(workflow.NondeterminismError):
        await replayer(ChangedWorkflow).replay_workflow(stored("straight"))


async def test_a_tampered_history_does_not_replay() -> None:
    text = (HISTORIES / "straight.json").read_text()
    tampered = text.replace('"name": "send-notices"', '"name": "write-ledger"', 1)
    assert tampered != text
    with pytest.raises(workflow.NondeterminismError):
        await replayer().replay_workflow(WorkflowHistory.from_json("tampered", tampered))


@pytest.mark.parametrize("seed", ["1", "2"])
def test_replay_does_not_depend_on_the_order_of_sets(seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.replay.replay_all"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
