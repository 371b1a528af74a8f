"""Local times read as instants, by RFC 5545, and how often the clocks show them."""

from datetime import UTC, datetime

import pytest

from domain.calendars import local_instant, times_shown


@pytest.mark.parametrize(
    ("zone_name", "local", "instant", "shown"),
    [
        ("Europe/Berlin", "2026-03-29T01:59:59", "2026-03-29T00:59:59+00:00", 1),
        ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00+00:00", 0),
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:30+00:00", 0),
        ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00+00:00", 1),
        ("Europe/Berlin", "2026-10-25T02:00", "2026-10-25T00:00+00:00", 2),
        ("Europe/Berlin", "2026-10-25T02:59:59", "2026-10-25T00:59:59+00:00", 2),
        ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00+00:00", 1),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45+00:00", 0),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45+00:00", 2),
        ("America/Sao_Paulo", "2018-11-04T00:00", "2018-11-04T03:00+00:00", 0),
        ("America/Sao_Paulo", "2018-02-17T23:30", "2018-02-18T01:30+00:00", 2),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00+00:00", 0),
        ("Asia/Kathmandu", "2026-03-29T02:30", "2026-03-28T20:45+00:00", 1),
        ("UTC", "2026-03-29T02:30", "2026-03-29T02:30+00:00", 1),
    ],
)
def test_a_skipped_time_has_the_offset_before_the_gap_and_of_two_the_first_is_meant(
    zone_name: str, local: str, instant: str, shown: int
) -> None:
    wall = datetime.fromisoformat(local)
    assert local_instant(wall, zone_name) == datetime.fromisoformat(instant)
    assert times_shown(wall, zone_name) == shown


def test_a_time_with_an_offset_is_no_local_time() -> None:
    with pytest.raises(ValueError, match="has an offset already"):
        local_instant(datetime(2026, 3, 29, tzinfo=UTC), "Europe/Berlin")


def test_an_unknown_zone_is_answered_with_the_nearest_known_one() -> None:
    with pytest.raises(ValueError, match="did you mean 'Europe/Berlin'"):
        local_instant(datetime.fromisoformat("2026-03-29T02:30"), "Berlin")
