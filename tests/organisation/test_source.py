"""An edit of the files counts at once, a broken edit changes nothing."""

from pathlib import Path
from threading import Event, Thread

import pytest
from structlog.testing import capture_logs

import organisation.source
from organisation.findings import OrganisationInvalid
from organisation.load import load
from organisation.model import Organisation
from organisation.source import OrganisationSource
from tests.organisation import small


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small.write(tmp_path / "organisation")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source(folder: Path, clock: Clock) -> OrganisationSource:
    return OrganisationSource(folder, clock)


def test_an_edit_shows_after_a_second_and_not_before(
    folder: Path, clock: Clock, source: OrganisationSource
) -> None:
    small.change(folder, "people.yaml", "name: Ann", "name: Anne")

    assert source.current().people["ann"].name == "Ann"
    clock.now = 1.0
    assert source.current().people["ann"].name == "Anne"


def test_new_and_removed_files_are_seen(folder: Path, clock: Clock, source: OrganisationSource) -> None:
    (folder / "policies/other.yaml").write_text(small.POLICY, encoding="utf-8")
    clock.now = 1.0
    assert sorted(source.current().policies) == ["desk", "other"]

    (folder / "policies/other.yaml").unlink()
    clock.now = 2.0
    assert sorted(source.current().policies) == ["desk"]


def test_nothing_is_read_again_as_long_as_nothing_changes(clock: Clock, source: OrganisationSource) -> None:
    first = source.current()
    clock.now = 5.0

    assert source.current() is first


def test_a_broken_edit_is_told_once_and_the_last_good_organisation_goes_on(
    folder: Path, clock: Clock, source: OrganisationSource
) -> None:
    good = source.current()
    small.change(folder, "people.yaml", "manager: cyd", "manager: cid")
    with capture_logs() as logs:
        for clock.now in (1.0, 2.0, 3.0):
            assert source.current() is good

    (entry,) = logs
    assert (entry["event"], entry["log_level"]) == ("organisation_edit_refused", "error")
    assert any("people.yaml:9" in finding and "'cyd'" in finding for finding in entry["findings"])


def test_a_mended_edit_counts_again(folder: Path, clock: Clock, source: OrganisationSource) -> None:
    small.change(folder, "people.yaml", "name: Ann", "name: Anne\n    role: agent")
    clock.now = 1.0
    assert source.current().people["ann"].name == "Ann"

    small.change(folder, "people.yaml", "name: Anne\n    role: agent", "name: Anne")
    clock.now = 2.0
    assert source.current().people["ann"].name == "Anne"


def test_a_folder_that_goes_away_changes_nothing(
    folder: Path, clock: Clock, source: OrganisationSource
) -> None:
    good = source.current()
    folder.rename(folder.with_name("elsewhere"))
    clock.now = 1.0

    assert source.current() is good


def test_a_broken_folder_is_refused_at_first(folder: Path) -> None:
    small.change(folder, "people.yaml", "manager: cyd", "manager: cid")

    with pytest.raises(OrganisationInvalid, match="cid"):
        OrganisationSource(folder)


def test_whoever_asks_while_another_reads_gets_what_there_is(
    folder: Path, clock: Clock, source: OrganisationSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, go_on = Event(), Event()

    def slow(folder: Path) -> Organisation:
        reading.set()
        assert go_on.wait(5)
        return load(folder)

    monkeypatch.setattr(organisation.source, "load", slow)
    small.change(folder, "people.yaml", "name: Ann", "name: Anne")
    clock.now = 1.0
    reader = Thread(target=source.current)
    reader.start()
    assert reading.wait(5)
    assert source.current().people["ann"].name == "Ann"

    go_on.set()
    reader.join(5)
    assert source.current().people["ann"].name == "Anne"
