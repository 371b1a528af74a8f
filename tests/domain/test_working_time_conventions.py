"""What other systems disagree about, case by case: deadlines, spans and edges, worked out by hand.

Times are local to the calendar; where the clocks show one twice, `²` means the second.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from domain.calendars import Calendar, Weekday, local_instant, resolve, zone
from domain.working_time import WorkingTime

Week = dict[Weekday, tuple[str, ...]]
DAYS = tuple(Weekday)
WORKDAYS = DAYS[:5]


def week(hours: str, days: tuple[Weekday, ...] = WORKDAYS) -> Week:
    return dict.fromkeys(days, tuple(hours.split()))


def calendar(zone_name: str, weekly: Week, **more: object) -> Calendar:
    return Calendar.model_validate({"name": "c", "zone": zone_name, "weekly": weekly, **more})


BERLIN = "Europe/Berlin"
HOLIDAYS = {"holidays": ["2026-12-25", "2026-12-26", "2027-01-01"], "dates": {"2026-12-24": ["09:00-12:00"]}}
CALENDARS = {
    "office": calendar(BERLIN, week("09:00-17:00"), **HOLIDAYS),
    "split": calendar(BERLIN, week("09:00-12:00 13:00-18:00")),
    "touching": calendar(BERLIN, week("12:00-17:00 09:00-12:00")),
    "overlapping": calendar(BERLIN, week("09:00-13:00 11:00-17:00")),
    "lunch": calendar(BERLIN, week("09:00-17:00"), breaks=["12:00-12:30"]),
    "late start": calendar(BERLIN, week("09:00-17:00"), breaks=["08:00-09:30", "16:30-18:00"]),
    "night": calendar(BERLIN, week("22:00-06:00"), **HOLIDAYS),
    "broken night": calendar(BERLIN, week("22:00-06:00"), breaks=["23:30-00:30"]),
    "friday night": calendar(BERLIN, {Weekday.FRIDAY: ("22:00-06:00",), Weekday.SATURDAY: ("08:00-12:00",)}),
    "all days": calendar(BERLIN, week("00:00-24:00", DAYS)),
    "round the clock": calendar(BERLIN, week("09:00-09:00", DAYS)),
    "always": Calendar(name="c", zone=BERLIN, always_open=True),
    "seconds": calendar(BERLIN, week("08:00:30-08:00:45", DAYS)),
    "early": calendar(BERLIN, week("01:30-02:30", DAYS)),
    "gap": calendar(BERLIN, week("02:30-03:30", DAYS)),
    "new york": calendar("America/New_York", week("01:00-02:00", DAYS)),
    "new york half": calendar("America/New_York", week("00:30-01:30", DAYS)),
    "lord howe": calendar("Australia/Lord_Howe", week("01:00-03:00", DAYS)),
    "sao paulo early": calendar("America/Sao_Paulo", week("00:00-08:00", DAYS)),
    "sao paulo late": calendar("America/Sao_Paulo", week("18:00-24:00", DAYS)),
    "sao paulo last": calendar("America/Sao_Paulo", week("23:00-23:30", DAYS)),
    "apia": calendar("Pacific/Apia", week("09:00-17:00", DAYS)),
    "apia night": calendar("Pacific/Apia", week("22:00-06:00", DAYS)),
    "kathmandu": calendar("Asia/Kathmandu", week("10:00-18:00")),
    "leap": calendar("UTC", week("09:00-17:00"), dates={"2028-02-29": []}),
    "stocktaking": calendar(
        BERLIN, week("22:00-06:00"), dates={"2026-11-20": [], "2026-11-21": ["10:00-14:00"]}
    ),
}


@cache
def hours(name: str, year: int) -> WorkingTime:
    first, last = (datetime(each, 1, 1, tzinfo=UTC) for each in (year - 1, year + 2))
    return resolve(CALENDARS[name], first, last)


def instant(name: str, local: str) -> datetime:
    written = datetime.fromisoformat(local.rstrip("²"))
    if local.endswith("²"):
        return written.replace(tzinfo=zone(CALENDARS[name].zone), fold=1).astimezone(UTC)
    return local_instant(written, CALENDARS[name].zone)


def span(text: str) -> timedelta:
    units = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
    size = sum(float(number) * units[unit] for number, unit in re.findall(r"([\d.]+)([dhms])", text))
    return timedelta(seconds=-size if text.startswith("-") else size)


AFTER = """
office | 2026-11-20T15:00 | 4h | 2026-11-23T11:00
office | 2026-11-20T16:59:59 | 1s | 2026-11-20T17:00
office | 2026-11-20T16:59:59 | 2s | 2026-11-23T09:00:01
office | 2026-11-20T17:00 | 0s | 2026-11-23T09:00
office | 2026-11-20T17:00 | 1s | 2026-11-23T09:00:01
office | 2026-11-21T12:00 | 0s | 2026-11-23T09:00
office | 2026-11-21T12:00 | 8h | 2026-11-23T17:00
office | 2026-11-23T08:59:59 | 0s | 2026-11-23T09:00
office | 2026-11-23T09:00 | 0s | 2026-11-23T09:00
office | 2026-11-23T09:00 | 8h | 2026-11-23T17:00
office | 2026-11-23T09:00 | 8h1s | 2026-11-24T09:00:01
office | 2026-11-23T09:00 | 40h | 2026-11-27T17:00
office | 2026-11-23T09:00 | 0.5s | 2026-11-23T09:00:00.5
office | 2026-11-23T09:00 | -1s | 2026-11-20T16:59:59
office | 2026-11-23T11:00 | -4h | 2026-11-20T15:00
office | 2026-11-22T03:00 | -8h | 2026-11-20T09:00
office | 2026-11-23T17:00 | -8h | 2026-11-23T09:00
office | 2026-12-23T09:00 | 8h | 2026-12-23T17:00
office | 2026-12-23T16:00 | 4h | 2026-12-24T12:00
office | 2026-12-23T16:00 | 4h1s | 2026-12-28T09:00:01
office | 2026-12-24T12:00 | 0s | 2026-12-28T09:00
office | 2026-12-25T10:00 | 1h | 2026-12-28T10:00
office | 2026-12-28T10:00 | -2h | 2026-12-24T11:00
office | 2026-12-25T10:00 | -1h | 2026-12-24T11:00
office | 2026-12-31T16:00 | 2h | 2027-01-04T10:00
office | 2026-03-27T16:00 | 2h | 2026-03-30T10:00
office | 2026-10-23T16:00 | 2h | 2026-10-26T10:00
split | 2026-11-23T11:00 | 1h | 2026-11-23T12:00
split | 2026-11-23T11:00 | 2h | 2026-11-23T14:00
split | 2026-11-23T12:30 | 0s | 2026-11-23T13:00
split | 2026-11-23T12:00 | 1h | 2026-11-23T14:00
split | 2026-11-23T13:30 | -1h | 2026-11-23T11:30
split | 2026-11-23T13:00 | -1h | 2026-11-23T11:00
split | 2026-11-23T13:00 | -8h | 2026-11-20T13:00
touching | 2026-11-23T11:00 | 2h | 2026-11-23T13:00
overlapping | 2026-11-23T09:00 | 8h | 2026-11-23T17:00
lunch | 2026-11-23T09:00 | 3h | 2026-11-23T12:00
lunch | 2026-11-23T09:00 | 3h1s | 2026-11-23T12:30:01
lunch | 2026-11-23T12:10 | 0s | 2026-11-23T12:30
lunch | 2026-11-23T12:10 | 1h | 2026-11-23T13:30
lunch | 2026-11-23T13:00 | -1h | 2026-11-23T11:30
late start | 2026-11-23T08:00 | 1h | 2026-11-23T10:30
late start | 2026-11-23T16:00 | 1h | 2026-11-24T10:00
night | 2026-11-20T23:00 | 7h | 2026-11-21T06:00
night | 2026-11-20T23:00 | 7h1s | 2026-11-23T22:00:01
night | 2026-11-21T12:00 | 1h | 2026-11-23T23:00
night | 2026-12-24T08:00 | 1h | 2026-12-24T10:00
night | 2026-12-31T22:00 | 4h | 2027-01-01T02:00
night | 2027-01-01T05:00 | 2h | 2027-01-04T23:00
broken night | 2026-11-23T22:00 | 2h | 2026-11-24T01:00
friday night | 2026-11-20T22:00 | 9h | 2026-11-21T09:00
all days | 2026-03-28T12:00 | 24h | 2026-03-29T13:00
all days | 2026-10-24T12:00 | 24h | 2026-10-25T11:00
round the clock | 2026-11-20T15:00 | 72h | 2026-11-23T15:00
always | 2026-11-20T15:00 | 72h | 2026-11-23T15:00
always | 2026-11-20T15:00 | -72h | 2026-11-17T15:00
always | 2026-10-25T01:30 | 2h | 2026-10-25T02:30²
seconds | 2026-11-23T08:00:30 | 15s | 2026-11-23T08:00:45
seconds | 2026-11-23T08:00:40 | 6s | 2026-11-24T08:00:31
early | 2026-03-29T01:30 | 1h | 2026-03-29T03:30
early | 2026-03-29T01:30 | 1h1s | 2026-03-30T01:30:01
gap | 2026-03-28T03:00 | 1h | 2026-03-30T03:00
gap | 2026-10-25T02:30 | 90m | 2026-10-25T03:00
new york | 2026-11-01T01:00 | 90m | 2026-11-01T01:30²
new york | 2026-03-08T01:00 | 1h | 2026-03-08T03:00
kathmandu | 2026-11-20T17:45 | 30m | 2026-11-23T10:15
leap | 2028-02-28T16:00 | 2h | 2028-03-01T10:00
leap | 2027-02-26T16:00 | 2h | 2027-03-01T10:00
stocktaking | 2026-11-19T23:00 | 8h | 2026-11-21T11:00
apia | 2011-12-29T16:00 | 2h | 2011-12-31T10:00
"""
BETWEEN = """
office | 2026-11-20T17:00 | 2026-11-23T09:00 | 0s
office | 2026-11-21T10:00 | 2026-11-22T10:00 | 0s
office | 2026-11-22T12:00 | 2026-11-24T08:00 | 8h
office | 2026-11-23T11:00 | 2026-11-20T15:00 | -4h
office | 2026-11-24T08:00 | 2026-11-22T12:00 | -8h
office | 2026-11-23T10:00 | 2026-11-23T10:00 | 0s
office | 2026-11-23T10:00:00.25 | 2026-11-23T10:00:01 | 0.75s
office | 2026-12-24T00:00 | 2026-12-28T00:00 | 3h
office | 2026-12-21T00:00 | 2027-01-04T00:00 | 59h
lunch | 2026-11-23T12:05 | 2026-11-23T12:25 | 0s
lunch | 2026-11-23T11:00 | 2026-11-23T13:00 | 90m
split | 2026-11-23T00:00 | 2026-11-28T00:00 | 40h
touching | 2026-11-23T00:00 | 2026-11-24T00:00 | 8h
overlapping | 2026-11-23T00:00 | 2026-11-24T00:00 | 8h
night | 2026-12-24T00:00 | 2026-12-25T00:00 | 9h
night | 2026-12-24T12:00 | 2026-12-28T22:00 | 0s
night | 2026-12-31T12:00 | 2027-01-03T12:00 | 8h
night | 2026-03-27T12:00 | 2026-03-28T12:00 | 8h
stocktaking | 2026-11-20T00:00 | 2026-11-22T00:00 | 10h
broken night | 2026-11-23T12:00 | 2026-11-24T12:00 | 7h
all days | 2026-03-29T00:00 | 2026-03-30T00:00 | 23h
all days | 2026-10-25T00:00 | 2026-10-26T00:00 | 25h
all days | 2026-01-01T00:00 | 2027-01-01T00:00 | 8760h
round the clock | 2026-10-25T00:00 | 2026-10-26T00:00 | 25h
early | 2026-03-29T00:00 | 2026-03-30T00:00 | 1h
early | 2026-10-25T00:00 | 2026-10-26T00:00 | 1h
gap | 2026-03-29T00:00 | 2026-03-30T00:00 | 0s
gap | 2026-10-25T00:00 | 2026-10-26T00:00 | 2h
new york | 2026-11-01T00:00 | 2026-11-02T00:00 | 2h
new york half | 2026-11-01T00:00 | 2026-11-02T00:00 | 1h
lord howe | 2026-04-05T00:00 | 2026-04-06T00:00 | 2.5h
lord howe | 2026-10-04T00:00 | 2026-10-05T00:00 | 1.5h
sao paulo early | 2018-11-04T00:00 | 2018-11-05T00:00 | 7h
sao paulo late | 2018-11-03T12:00 | 2018-11-04T12:00 | 6h
sao paulo late | 2018-02-17T12:00 | 2018-02-18T12:00 | 7h
sao paulo last | 2018-02-17T12:00 | 2018-02-18T12:00 | 30m
apia | 2011-12-29T00:00 | 2012-01-01T00:00 | 16h
apia night | 2011-12-29T12:00 | 2011-12-31T12:00 | 8h
leap | 2028-02-28T00:00 | 2028-03-02T00:00 | 16h
leap | 2027-01-01T00:00 | 2028-01-01T00:00 | 2088h
leap | 2024-01-01T00:00 | 2025-01-01T00:00 | 2096h
"""
OPEN = """
office | 2026-11-23T09:00 | yes
office | 2026-11-23T08:59:59.999999 | no
office | 2026-11-23T16:59:59.999999 | yes
office | 2026-11-23T17:00 | no
lunch | 2026-11-23T12:00 | no
lunch | 2026-11-23T12:30 | yes
night | 2027-01-01T03:00 | yes
night | 2027-01-01T23:00 | no
night | 2026-12-25T03:00 | no
touching | 2026-11-23T12:00 | yes
split | 2026-11-23T12:00 | no
stocktaking | 2026-11-20T05:59:59 | yes
stocktaking | 2026-11-20T22:00 | no
early | 2026-03-29T03:15 | yes
gap | 2026-10-25T02:45² | yes
round the clock | 2026-11-23T09:00 | yes
"""


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]


@pytest.mark.parametrize(("name", "start", "length", "expected"), rows(AFTER))
def test_a_deadline(name: str, start: str, length: str, expected: str) -> None:
    found = hours(name, int(start[:4])).add(instant(name, start), span(length))
    assert found == instant(name, expected)


@pytest.mark.parametrize(("name", "start", "end", "expected"), rows(BETWEEN))
def test_the_working_time_between(name: str, start: str, end: str, expected: str) -> None:
    known = hours(name, int(start[:4]))
    assert known.between(instant(name, start), instant(name, end)) == span(expected)
    assert known.between(instant(name, end), instant(name, start)) == -span(expected)


@pytest.mark.parametrize(("name", "at", "expected"), rows(OPEN))
def test_whether_it_is_open(name: str, at: str, expected: str) -> None:
    assert hours(name, int(at[:4])).is_open(instant(name, at)) is (expected == "yes")
