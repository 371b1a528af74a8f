"""A long-running process looks for garbage when it is quiet, or when it has not for long."""

import asyncio
import gc
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from starter.collecting import LATEST, NEVER, YOUNG, Collector


@dataclass
class Process:
    """A process whose clocks the test moves."""

    at: float = 0.0
    worked: float = 0.0
    looks: list[float] = field(default_factory=list)

    def collector(self) -> Collector:
        return Collector(collect=self.collect, worked=lambda: self.worked, now=lambda: self.at)

    def collect(self) -> None:
        self.looks.append(self.at)
        self.at, self.worked = self.at + 0.5, self.worked + 0.5

    def passes(self, seconds: float, share: float) -> None:
        self.at, self.worked = self.at + seconds, self.worked + seconds * share


@pytest.fixture
def left_as_found() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_it_waits_for_a_quiet_second() -> None:
    process = Process()
    collector = process.collector()
    for share in (0.9, 0.5, 0.1, 0.9):
        process.passes(1, share)
        collector.look(is_owed=True)
    assert process.looks == [3]


def test_the_look_itself_does_not_count_as_work() -> None:
    process = Process()
    collector = process.collector()
    for _ in range(3):
        process.passes(1, 0.1)
        collector.look(is_owed=True)
    assert process.looks == [1, 2.5, 4]


def test_where_it_is_never_quiet_it_looks_all_the_same() -> None:
    process = Process()
    collector = process.collector()
    for _ in range(int(2.5 * LATEST)):
        process.passes(1, 0.9)
        collector.look(is_owed=True)
    assert process.looks == [LATEST, 2 * LATEST + 0.5]


def test_it_does_not_look_where_nothing_has_aged() -> None:
    process = Process()
    collector = process.collector()
    process.passes(2 * LATEST, 0.0)
    collector.look(is_owed=False)
    assert process.looks == []


async def test_it_takes_over_from_the_interpreter_until_it_is_told_to_end(left_as_found: None) -> None:
    ended = asyncio.Event()
    running = asyncio.create_task(Collector().run(ended))
    await asyncio.sleep(0)
    assert gc.get_threshold() == (YOUNG, 10, NEVER)
    assert gc.get_freeze_count() > 0
    ended.set()
    await asyncio.wait_for(running, 5)
