"""Writing into on-call.yaml: what was there stays, and nothing that is wrong gets in."""

from pathlib import Path

import pytest

from organisation.findings import OrganisationInvalid
from organisation.on_call_edit import edited, override_entry
from tests.organisation.small import ON_CALL, change, write

ADDED = override_entry("rotation", "desk-duty", "2026-12-26T09:00:00", "2026-12-27T09:00", {"add": ["cyd"]})
UNKNOWN = override_entry("rotation", "desk-duty", "2026-12-26T09:00", "2026-12-27T09:00", {"person": "sid"})
LINES = """\
  - rotation: desk-duty
    from: 2026-12-26T09:00:00
    to: 2026-12-27T09:00
    add: [cyd]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "organisation")


def text(folder: Path) -> str:
    return (folder / "on-call.yaml").read_text(encoding="utf-8")


def test_an_override_is_written_at_the_end_and_counts(folder: Path) -> None:
    organisation = edited(folder, ADDED)
    assert text(folder) == ON_CALL + LINES
    assert len(organisation.on_call.overrides) == 2


@pytest.mark.parametrize(
    "written",
    [
        "# before\n" + ON_CALL.replace("shift: 1w", "shift: '1w'   # weekly, by \"custom\""),
        ON_CALL.replace("  - ", "- ").replace("\n    from", "\n  from").replace("\n    to", "\n  to")
        .replace("\n    person", "\n  person"),
        ON_CALL.replace("2026-12-24T09:00", "2026-12-24T09:00:00+01:00"),
        ON_CALL.replace("  - rotation", "  # a comment on the entry\n  - rotation"),
        ON_CALL[: ON_CALL.index("overrides")],
        ON_CALL[: ON_CALL.index("overrides")] + "overrides:\n",
    ],
    ids=["quotes and comments", "dashes at the margin", "times with seconds and offset", "comments between",
         "no section", "an empty section"],
)  # fmt: skip
def test_every_line_that_was_there_stays_as_it_was(folder: Path, written: str) -> None:
    (folder / "on-call.yaml").write_text(written, encoding="utf-8")
    before = set(written.splitlines())
    edited(folder, ADDED)
    assert before - {"overrides:"} <= set(text(folder).splitlines())
    assert "add: [cyd]" in text(folder)


def test_a_list_in_one_line_gets_its_entry_too(folder: Path) -> None:
    (folder / "on-call.yaml").write_text(ON_CALL[: ON_CALL.index("overrides")] + "overrides: []\n")
    assert len(edited(folder, ADDED).on_call.overrides) == 1


def test_what_would_not_pass_the_check_is_refused_and_nothing_changes(folder: Path) -> None:
    with pytest.raises(
        OrganisationInvalid, match=r"on-call.yaml:1\d: error: overrides.1.person: there is no"
    ):
        edited(folder, UNKNOWN)
    assert text(folder) == ON_CALL
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_a_folder_that_is_wrong_elsewhere_is_refused(folder: Path) -> None:
    change(folder, "people.yaml", "role: agent", "role: agant")
    with pytest.raises(OrganisationInvalid, match="'agant' is not allowed"):
        edited(folder, ADDED)
    assert text(folder) == ON_CALL


def test_a_look_at_it_writes_nothing(folder: Path) -> None:
    assert len(edited(folder, ADDED, keep=False).on_call.overrides) == 2
    assert text(folder) == ON_CALL


def test_a_link_stays_a_link_and_the_files_mode_stays(folder: Path, tmp_path: Path) -> None:
    real = tmp_path / "real.yaml"
    real.write_text(ON_CALL, encoding="utf-8")
    real.chmod(0o640)
    (folder / "on-call.yaml").unlink()
    (folder / "on-call.yaml").symlink_to(real)
    edited(folder, ADDED)
    assert real.read_text(encoding="utf-8") == ON_CALL + LINES
    assert real.stat().st_mode & 0o777 == 0o640
    assert (folder / "on-call.yaml").is_symlink()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OrganisationInvalid, match="there is no such folder"):
        edited(tmp_path / "nowhere", ADDED)
