"""A long-running process looks for garbage when it is quiet, or when it has not for long."""

import asyncio
import gc
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from starter.collecting import LATEST, LEAST, NEVER, WHOLE_EVERY, YOUNG, Collector
from tests.eventually import eventually


@dataclass
class Process:
    """A process whose clocks the test moves; a look takes half a second of it."""

    at: float = 0.0
    worked: float = 0.0
    looks: list[float] = field(default_factory=list)
    wholes: list[float] = field(default_factory=list)
    frozen: int = 0

    def __post_init__(self) -> None:
        self.collector = Collector(heap=self, worked=lambda: self.worked, now=lambda: self.at)

    def collect(self) -> None:
        self.looks.append(self.at)
        self.at, self.worked = self.at + 0.5, self.worked + 0.5

    def freeze(self) -> None:
        self.frozen += 1

    def unfreeze(self) -> None:
        self.wholes.append(self.at)

    def passes(self, seconds: float, share: float, *, is_owed: bool = True) -> None:
        self.at, self.worked = self.at + seconds, self.worked + seconds * share
        self.collector.look(is_owed=is_owed)


@pytest.fixture
def left_as_found() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_it_waits_for_a_quiet_second_and_looks_at_what_is_new_only() -> None:
    process = Process(at=100)
    for share in (*[0.9] * 20, 0.1, 0.9):
        process.passes(1, share)
    assert process.looks == [121]
    assert (process.frozen, process.wholes) == (1, [])


def test_the_look_itself_does_not_count_as_work() -> None:
    process = Process()
    for _ in range(25):
        process.passes(1, 0.1)
    assert process.looks == [LEAST, 2 * LEAST + 0.5]


def test_where_it_is_never_quiet_it_looks_all_the_same() -> None:
    process = Process()
    for _ in range(int(2.5 * LATEST)):
        process.passes(1, 0.9)
    assert process.looks == [LATEST, 2 * LATEST + 0.5]


def test_it_does_not_look_where_nothing_has_aged() -> None:
    process = Process()
    process.passes(2 * LATEST, 0.0, is_owed=False)
    assert process.looks == []


def test_once_a_day_it_looks_at_everything_when_it_is_quiet() -> None:
    process = Process()
    process.passes(WHOLE_EVERY, 0.9, is_owed=False)
    process.passes(1, 0.0, is_owed=False)
    process.passes(LEAST, 0.0, is_owed=False)
    assert process.wholes == process.looks == [WHOLE_EVERY + 1]


async def test_it_takes_over_from_the_interpreter_until_it_is_told_to_end(left_as_found: None) -> None:
    ended = asyncio.Event()
    running = asyncio.create_task(Collector().run(ended))

    async def has_taken_over() -> bool:
        return gc.get_threshold() == (YOUNG, 10, NEVER) and gc.get_freeze_count() > 0

    await eventually(has_taken_over, "it has taken over")
    ended.set()
    await asyncio.wait_for(running, 5)
