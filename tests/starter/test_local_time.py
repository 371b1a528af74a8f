"""Instants by the clocks of a zone: those of lines, and those that sentences name in UTC."""

from datetime import UTC, datetime

import pytest

from domain.calendars import zone
from starter.local_time import local, localised

AT = datetime(2026, 10, 24, 21, 30, tzinfo=UTC)
BERLIN = zone("Europe/Berlin")


def test_an_instant_has_its_weekday_and_its_offset() -> None:
    assert local(AT, BERLIN) == "Sat 2026-10-24 23:30:00+02:00"
    assert local(AT, zone("Asia/Kathmandu")) == "Sun 2026-10-25 03:15:00+05:45"


@pytest.mark.parametrize(
    ("sentence", "here"),
    [
        ("due 2026-10-25 00:30:00 UTC", "due 2026-10-25 02:30:00+02:00"),
        ("due 2026-10-25 01:30:00 UTC", "due 2026-10-25 02:30:00+01:00"),
        ("at 2026-11-01 23:30 UTC.", "at 2026-11-02 00:30+01:00."),
        ("none, tried again 21:45:00 UTC", "none, tried again 23:45:00+02:00"),
        ("tried again 22:15:00 UTC", "tried again 2026-10-25 00:15:00+02:00"),
        ("tried again 01:15:00 UTC", "tried again 2026-10-25 02:15:00+01:00"),
        (
            "from 2026-01-01 00:00 UTC to 2026-07-01 00:00 UTC",
            "from 2026-01-01 01:00+01:00 to 2026-07-01 02:00+02:00",
        ),
        ("open 09:00-17:00", "open 09:00-17:00"),
        ("at 2026-13-41 99:99 UTC", "at 2026-13-41 99:99 UTC"),
        ("at 9999-12-31 23:59 UTC", "at 9999-12-31 23:59 UTC"),
        ("UTC", "UTC"),
    ],
)
def test_what_a_sentence_names_in_utc_is_told_by_the_clocks_of_the_zone(sentence: str, here: str) -> None:
    assert localised(sentence, AT, BERLIN) == here
