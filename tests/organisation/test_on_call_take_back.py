"""Taking an override back: it goes with the comments that are its own, and all others stay."""

from pathlib import Path

import pytest

from domain.on_call_changes import Override
from organisation.on_call_edit import NoOverride, edited, without_override
from organisation.on_call_shapes import OverrideShape
from organisation.on_call_values import override_of
from organisation.yaml_source import Source, parse
from tests.organisation.small import ON_CALL, write

HEAD = ON_CALL[: ON_CALL.index("overrides:")]
BERLIN = "Europe/Berlin"

FIRST = """\
  # above the first
  - rotation: desk-duty
    from: 2026-12-24T09:00
    to: 2026-12-25T09:00
    person: cyd   # at the end of the first
"""
MIDDLE = """\
  # above the middle
  # in two lines
  - rotation: desk-duty  # at the dash of the middle
    from: 2026-12-26T09:00
    # within the middle
    to: 2026-12-27T09:00
    add: [cyd]
    # at the end of the middle
"""
LAST = """\
  # above the last
  - {rotation: desk-duty, from: 2026-12-28T09:00, to: 2026-12-29T09:00, person: ben}  # the last
"""
ONE = "{rotation: desk-duty, from: 2026-12-24T09:00, to: 2026-12-25T09:00, person: cyd}"
TWO = ONE.replace("cyd", "ben")
BELOW = "# below all\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "organisation")


def without(folder: Path, text: str, place: int) -> str:
    """The file after its override at a place, from 0, was taken back."""
    path = folder / "on-call.yaml"
    path.write_text(text, encoding="utf-8")
    edited(folder, without_override(written_at(text, place), BERLIN))
    return path.read_text(encoding="utf-8")


def written_at(text: str, place: int) -> Override:
    source = parse(text, "on-call.yaml")
    assert isinstance(source, Source)
    return override_of(OverrideShape.model_validate(source.data["overrides"][place]), BERLIN)


@pytest.mark.parametrize(
    ("place", "left"), [(0, MIDDLE + LAST), (1, FIRST + LAST), (2, FIRST + MIDDLE)], ids=["0", "1", "2"]
)
@pytest.mark.parametrize("after", ["", BELOW, "\n" + BELOW, "swaps: []  # none\n", "..."])
@pytest.mark.parametrize("head", ["overrides:\n", "overrides:  # they count in order\n\n  # all of them\n\n"])
def test_only_its_own_comments_go_with_it(folder: Path, head: str, after: str, place: int, left: str) -> None:
    assert without(folder, HEAD + head + FIRST + MIDDLE + LAST + after, place) == HEAD + head + left + after


def test_blank_lines_between_overrides_stay_single(folder: Path) -> None:
    text = HEAD + "overrides:\n" + "\n".join((FIRST, MIDDLE, LAST))
    assert without(folder, text, 1) == HEAD + "overrides:\n" + FIRST + "\n" + LAST
    assert without(folder, text, 2) == HEAD + "overrides:\n" + FIRST + "\n" + MIDDLE


def test_a_comment_apart_from_the_override_stays(folder: Path) -> None:
    chapter = "\n  # Overrides of the holidays\n\n"
    text = HEAD + "overrides:\n" + FIRST + chapter + MIDDLE + LAST
    assert without(folder, text, 1) == HEAD + "overrides:\n" + FIRST + chapter + LAST


def test_dashes_at_the_margin_are_understood(folder: Path) -> None:
    first, middle, last = ("\n".join(line[2:] for line in each.split("\n")) for each in (FIRST, MIDDLE, LAST))
    text = HEAD + "overrides:\n" + first + middle + last + "\nswaps: []\n"
    assert without(folder, text, 1) == HEAD + "overrides:\n" + first + last + "\nswaps: []\n"
    assert without(folder, text, 2) == HEAD + "overrides:\n" + first + middle + "\nswaps: []\n"


def test_the_only_override_leaves_an_empty_list(folder: Path) -> None:
    text = HEAD + "overrides:  # they count in order\n" + MIDDLE + BELOW
    assert without(folder, text, 0) == HEAD + "overrides: []  # they count in order\n" + BELOW


def test_of_two_that_say_the_same_the_later_one_goes(folder: Path) -> None:
    text = HEAD + "overrides:\n" + FIRST + MIDDLE + FIRST
    assert without(folder, text, 0) == HEAD + "overrides:\n" + FIRST + MIDDLE


@pytest.mark.parametrize(
    "overrides",
    [
        f"overrides: [{ONE}, {TWO}]\n",
        '"overrides":\n' + FIRST + LAST,
        "overrides:\n" + FIRST.replace("person: cyd", "person: &who cyd") + LAST.replace("ben", "*who"),
        "overrides: &all\n" + FIRST + LAST,
    ],
    ids=["in brackets", "a quoted key", "an anchor that is needed", "an anchor of all"],
)
def test_what_is_not_written_in_plain_lines_is_taken_back_too(folder: Path, overrides: str) -> None:
    wanted = written_at(HEAD + overrides, 1)
    assert written_at(without(folder, HEAD + overrides, 0), 0) == wanted


def test_what_is_in_the_file_no_longer_is_told(folder: Path) -> None:
    gone = written_at(HEAD + "overrides:\n" + MIDDLE, 0)
    with pytest.raises(NoOverride):
        edited(folder, without_override(gone, BERLIN))
    assert (folder / "on-call.yaml").read_text(encoding="utf-8") == ON_CALL
