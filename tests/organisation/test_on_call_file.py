"""The on-call file: everything it can say, and the findings of what it cannot."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.errands import FindPeople
from domain.on_call import final_schedule
from domain.policy import Target
from domain.vocabulary import LookupPurpose, TargetKind
from organisation.find_people import find_people
from tests.domain.duties import told, utc
from tests.organisation.small import change, findings, loaded, write

SCHEDULES = """\
schedules:
  support:
    zone: Europe/Berlin
    expects_gaps: true
    layers:
      days:
        rotation:
          starts: 2026-01-05T09:00
          shift: monthly
          until: 2027-12-31T09:00
          people: [ann, ben]
          only:
            - {days: [monday, tuesday, wednesday, thursday, friday], hours: 09:00-17:00}
      nights:
        priority: 2
        weekly:
          - {days: [friday], hours: 22:00-06:00, people: [cyd]}
      moved-over:
        zone: America/New_York
        dated:
          - {from: 2026-11-22T12:00, to: 2026-11-22T13:00, people: [ben, cyd]}
swaps:
  - schedule: support
    shifts:
      ann: {from: 2026-11-23T09:00, to: 2026-11-23T17:00}
      cyd: {from: 2026-11-27T22:00, to: 2026-11-28T06:00}
temporary:
  - {schedule: support, from: 2026-12-01T00:00, to: 2026-12-02T00:00, use: desk-duty}
overrides:
  - {schedule: support, from: 2026-11-24T12:00, to: 2026-11-24T13:00, add: [ben]}
  - {schedule: support, from: 2026-11-25T12:00, to: 2026-11-25T13:00, remove: [ann]}
  - {schedule: support, from: 2026-11-26T12:00+01:00, to: 2026-11-26T13:00+01:00, replace: {ann: ben}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small organisation with a second schedule that says everything that can be said."""
    folder = write(tmp_path / "organisation")
    change(folder, "on-call.yaml", "overrides:\n", SCHEDULES)
    return folder


def plan(folder: Path, start: str, end: str) -> list[str]:
    return told(final_schedule(loaded(folder).on_call, "support", utc(start), utc(end)))


def test_a_schedule_says_what_its_layers_and_changes_come_to(folder: Path) -> None:
    assert plan(folder, "2026-11-22T00:00", "2026-11-28T12:00") == [
        "11-22 00:00 -",
        "11-22 17:00 ben+cyd",
        "11-22 18:00 -",
        "11-23 08:00 cyd",
        "11-23 16:00 -",
        "11-24 08:00 ann",
        "11-24 11:00 ann+ben",
        "11-24 12:00 ann",
        "11-24 16:00 -",
        "11-25 08:00 ann",
        "11-25 11:00 -",
        "11-25 12:00 ann",
        "11-25 16:00 -",
        "11-26 08:00 ann",
        "11-26 11:00 ben",
        "11-26 12:00 ann",
        "11-26 16:00 -",
        "11-27 08:00 ann",
        "11-27 16:00 -",
        "11-27 21:00 ann",
        "11-28 05:00 -",
    ]
    assert plan(folder, "2026-12-01T00:00", "2026-12-01T04:00") == ["12-01 00:00 ben"]


def test_a_policy_can_name_such_a_schedule(folder: Path) -> None:
    change(folder, "policies/desk.yaml", "on_call:desk-duty", "on_call:support")
    errand = FindPeople(
        key="ask-1",
        purpose=LookupPurpose.LEVEL,
        targets=(Target(kind=TargetKind.ON_CALL, id="support"),),
        at=datetime(2026, 11, 22, 17, tzinfo=UTC),
        owner="ann",
    )
    assert find_people(loaded(folder), errand).people == ("ben", "cyd")


@pytest.mark.parametrize(
    ("old", "new", "what", "mend"),
    [
        ("[cyd]}", "[syd]}", "layers.nights.weekly.0.people.0: there is no person 'syd'",
         "did you mean 'cyd'?"),
        ("zone: America/New_York", "zone: America/NewYork",
         "schedules.support.layers.moved-over.zone: unknown time zone", "did you mean 'America/New_York'?"),
        ("shift: monthly", "shift: monthli", "shift: 'monthli' is no duration", "daily, weekly, monthly"),
        ("shift: monthly", "shift: 0months", "shift: '0months' is no turn", "from 1month to 120months"),
        ("hours: 22:00-06:00", "hours: 22:00", "hours: '22:00' are no hours", "as in '22:00-06:00'"),
        ("days: [friday],", "days: [fryday],", "'fryday' is not allowed", "did you mean 'friday'?"),
        ("until: 2027", "until: 2025", "rotation.until: ends before it starts", "swap starts and until"),
        ("zone: America/New_York", "zone: ''", "layers.moved-over.zone: unknown time zone ''",
         "use an IANA name"),
        ("nights:\n        priority: 2\n", "nights:\n        dated: []\n",
         "layers.nights: a layer has one rule",
         "give it either rotation, weekly or dated"),
        ("to: 2026-11-22T13:00", "to: 2026-11-22T11:00", "dated.0: a shift ends before it starts",
         "swap its times"),
        ("to: 2026-11-22T13:00", "to: 2026-11-22T12:00", "dated.0: a shift ends when it starts",
         "let it end later"),
        ("support:\n    zone: Europe/Berlin\n    exp", "desk-duty:\n    zone: Europe/Berlin\n    exp",
         "schedules.desk-duty: there is a rotation 'desk-duty' too",
         "another name"),
        ("use: desk-duty", "use: desk-dutty", "temporary.0.use: there is no on-call schedule",
         "did you mean 'desk-duty'?"),
        ("use: desk-duty", "use: support", "temporary.0.use: leads back to its own schedule",
         "use another schedule"),
        ("      cyd: {from", "      syd: {from", "swaps.0.shifts.syd: there is no person 'syd'", "cyd"),
        ("add: [ben]", "add: [ben], person: ann", "overrides.0: an override changes one thing",
         "leave one of person, add, remove, replace"),
        ("replace: {ann: ben}", "replace: {ann: bo}", "overrides.2.replace.ann: there is no person 'bo'",
         "ann, ben, cyd"),
        ("  - {schedule: support, from: 2026-11-24", "  - {from: 2026-11-24",
         "overrides.0: it belongs to one schedule", "name that by rotation: or by schedule:"),
        ("from: 2026-11-24T12:00", "from: 0001-11-24T12:00", "overrides.0.from: 1 is no year",
         "write one from 1970 to 2200"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_its_mend(
    folder: Path, old: str, new: str, what: str, mend: str
) -> None:
    change(folder, "on-call.yaml", old, new)
    before, _, _ = (folder / "on-call.yaml").read_text().partition(new.strip())
    line = before.count("\n") + 1
    told_of = [each for each in findings(folder) if what in each]
    assert told_of, findings(folder)
    assert told_of[0].startswith(f"on-call.yaml:{line}: error: ")
    assert mend in told_of[0]


def test_gaps_of_the_next_90_days_are_a_warning_unless_they_are_expected(folder: Path) -> None:
    assert loaded(folder).warnings == ()
    change(folder, "on-call.yaml", "    expects_gaps: true\n", "")
    (warning,) = loaded(folder).warnings
    assert str(warning).startswith(
        "on-call.yaml:8: warning: schedules.support: nobody is on call from 2026-11-21 06:00 to "
        "2026-11-22 18:00 Europe/Berlin, and "
    )
    assert "more times in the next 90 days; fill it" in str(warning)


def test_an_override_by_nobody_is_a_gap_to_warn_of(tmp_path: Path) -> None:
    folder = write(tmp_path / "organisation")
    change(folder, "on-call.yaml", "    person: cyd\n", "")
    (warning,) = loaded(folder).warnings
    assert str(warning) == (
        "on-call.yaml:2: warning: rotations.desk-duty: nobody is on call from 2026-12-24 09:00 to "
        "2026-12-25 09:00 Europe/Berlin in the next 90 days; fill it with a layer or an override, "
        "or write expects_gaps: true"
    )


def test_a_swap_of_a_shift_that_is_not_there_is_a_warning(folder: Path) -> None:
    change(
        folder,
        "on-call.yaml",
        "cyd: {from: 2026-11-27T22:00, to: 2026-11-28",
        "cyd: {from: 2026-11-25T22:00, to: 2026-11-26",
    )
    (warning,) = loaded(folder).warnings
    assert "swaps.0.shifts.cyd: cyd is not on call then" in str(warning)
