"""Shifts to and from iCalendar: what went out comes back, and other systems' calendars are understood."""

from datetime import timedelta

import pytest

from domain.on_call import final_schedule
from domain.on_call_changes import Instead
from domain.people import Person, PersonChannel
from domain.vocabulary import ChannelKind, Role
from organisation.on_call_ical import CalendarInvalid, Entry, from_ical, people_behind, to_ical
from tests.domain.duties import BERLIN, WEEK, book, override, rotation, utc

SIXTY = ",".join(str(minute) for minute in range(60))
START, END = utc("2026-03-01T00:00"), utc("2026-07-01T00:00")


def person(id: str, name: str, *addresses: str) -> Person:
    channels = tuple(PersonChannel(kind=ChannelKind.EMAIL, address=address) for address in addresses)
    return Person(id=id, name=name, role=Role.AGENT, channels=channels)


PEOPLE = {
    "ann": person("ann", "Ann Ö. Weber", "ann@example.com"),
    "ben": person("ben", "Ben; the second"),
    "cyd": person("cyd", "Cyd", "cyd@example.com"),
}


def calendar(*lines: str) -> str:
    events = "\r\n".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT" for event in lines)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{events}\r\nEND:VCALENDAR\r\n"


def read(*events: str, zone: str = BERLIN) -> list[str]:
    entries = from_ical(calendar(*(event.replace(" / ", "\r\n") for event in events)), zone, START, END)
    return [f"{each.start:%m-%d %H:%M} {each.end:%m-%d %H:%M} {each.summary}" for each in entries]


def test_what_was_exported_is_what_comes_back() -> None:
    gap = override("2026-04-01T00:00", "2026-04-02T00:00", Instead())
    duty = book(rotation("2026-01-05T09:00", WEEK, "ann", "ben", "cyd"), overrides=(gap,))
    shifts = [shift for shift in final_schedule(duty, "duty", START, END) if shift.people]
    back = from_ical(to_ical("duty", shifts, PEOPLE, START), BERLIN, START, END)
    assert [(each.start, each.end, people_behind(each, PEOPLE)) for each in back] == [
        (shift.start, shift.end, shift.people) for shift in shifts
    ]


def test_an_export_of_the_same_shifts_is_the_same() -> None:
    duty = book(rotation("2026-01-05T09:00", WEEK))
    shifts = final_schedule(duty, "duty", START, START + timedelta(days=30))
    assert to_ical("duty", shifts, PEOPLE, START) == to_ical("duty", shifts, PEOPLE, START)


@pytest.mark.parametrize(
    ("event", "shifts"),
    [
        # The hour on the wall stays over the change of the clocks on 29 March.
        (("UID:1 / DTSTART;TZID=Europe/Berlin:20260323T090000 / DTEND;TZID=Europe/Berlin:20260330T090000 / "
         "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2 / SUMMARY:ann"),
         ["03-23 08:00 03-30 07:00 ann", "04-06 07:00 04-13 07:00 ann"]),
        (("UID:1 / DTSTART;TZID=America/New_York:20260307T220000 / "
         "DTEND;TZID=America/New_York:20260308T060000 / "
         "RRULE:FREQ=DAILY;UNTIL=20260309T020000Z / SUMMARY:ann"),
         ["03-08 03:00 03-08 10:00 ann", "03-09 02:00 03-09 10:00 ann"]),
        ("UID:1 / DTSTART:20260328T210000Z / DTEND:20260329T050000Z / SUMMARY:ann",
         ["03-28 21:00 03-29 05:00 ann"]),
        # Without a zone, and whole days, are local; hours of a duration are elapsed, days are not.
        ("UID:1 / DTSTART:20260328T220000 / DURATION:PT8H / SUMMARY:ann", ["03-28 21:00 03-29 05:00 ann"]),
        ("UID:1 / DTSTART:20260328T220000 / DURATION:P1D / SUMMARY:ann", ["03-28 21:00 03-29 20:00 ann"]),
        ("UID:1 / DTSTART;VALUE=DATE:20260328 / DTEND;VALUE=DATE:20260330 / SUMMARY:ann",
         ["03-27 23:00 03-29 22:00 ann"]),
        ("UID:1 / DTSTART;VALUE=DATE:20260329 / SUMMARY:ann", ["03-28 23:00 03-29 22:00 ann"]),
        # Left out, added, cancelled.
        (("UID:1 / DTSTART:20260401T080000Z / DTEND:20260401T090000Z / RRULE:FREQ=DAILY;COUNT=3 / "
         "EXDATE:20260402T080000Z / RDATE:20260410T080000Z / SUMMARY:ann"),
         ["04-01 08:00 04-01 09:00 ann", "04-03 08:00 04-03 09:00 ann", "04-10 08:00 04-10 09:00 ann"]),
        ("UID:1 / STATUS:CANCELLED / DTSTART:20260401T080000Z / DTEND:20260401T090000Z / SUMMARY:ann", []),
    ],
)  # fmt: skip
def test_events_are_read_as_rfc_5545_means_them(event: str, shifts: list[str]) -> None:
    assert read(event) == shifts


def test_a_moved_occurrence_takes_the_place_of_its_own() -> None:
    daily = "UID:1 / DTSTART:20260401T080000Z / DURATION:PT1H / RRULE:FREQ=DAILY;COUNT=2 / SUMMARY:ann"
    moved = "UID:1 / RECURRENCE-ID:20260402T080000Z / DTSTART:20260402T100000Z / DURATION:PT1H / SUMMARY:cyd"
    assert read(daily, moved) == ["04-01 08:00 04-01 09:00 ann", "04-02 10:00 04-02 11:00 cyd"]


def test_what_began_long_ago_keeps_its_hour_and_what_was_changed_of_it() -> None:
    nightly = (
        "UID:1 / DTSTART;TZID=Europe/Berlin:19010102T220000 / DTEND;TZID=Europe/Berlin:19010103T060000 / "
        "RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20260402T200000Z / EXDATE;TZID=Europe/Berlin:20260327T220000 / "
        "RDATE;TZID=Europe/Berlin:20260501T220000 / SUMMARY:ann"
    )
    moved = (
        "UID:1 / RECURRENCE-ID;TZID=Europe/Berlin:20260331T220000 / DTSTART:20260401T100000Z / DURATION:PT1H"
        " / SUMMARY:cyd"
    )
    assert [each for each in read(nightly, moved) if each >= "03-25"] == [
        "03-25 21:00 03-26 05:00 ann",
        "03-29 20:00 03-30 04:00 ann",
        "04-01 10:00 04-01 11:00 cyd",
        "04-02 20:00 04-03 04:00 ann",
        "05-01 20:00 05-02 04:00 ann",
    ]


def test_a_long_event_that_began_before_the_stretch_is_found() -> None:
    long = "UID:1 / DTSTART:19010101T080000Z / DURATION:P300D / RRULE:FREQ=YEARLY;BYMONTH=7 / SUMMARY:ann"
    assert read(long) == ["07-01 08:00 04-27 08:00 ann"]


def test_what_never_comes_is_not_looked_for_until_the_end_of_time() -> None:
    never = "UID:1 / DTSTART:20260401T080000Z / DURATION:PT1H / RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    assert read(f"{never} / SUMMARY:ann") == ["04-01 08:00 04-01 09:00 ann"]


@pytest.mark.parametrize(
    ("summary", "attendees", "people"),
    [
        ("ann weber", (), None),
        ("Ann Ö. Weber", (), ("ann",)),
        ("cyd, ANN", (), ("cyd", "ann")),
        ("On call", ("Ann@Example.com", "cyd@example.com"), ("ann", "cyd")),
        ("cyd", ("ann@example.com",), ("cyd",)),
        ("On call", ("zoe@example.com",), None),
        ("", (), None),
    ],
)
def test_people_are_found_by_title_else_by_address(
    summary: str, attendees: tuple[str, ...], people: tuple[str, ...] | None
) -> None:
    assert people_behind(Entry(START, END, summary, attendees), PEOPLE) == people


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a calendar without events; export it again"),
        ("hello", "no calendar that can be read: .*; export it again"),
        (calendar("UID:1\r\nSUMMARY:ann"), "no calendar that can be read"),
        (calendar("UID:1\r\nDTSTART:soon"), "no calendar that can be read"),
        (
            calendar("UID:1\r\nDTSTART:20260401T080000Z\r\nRRULE:FREQ=SOMETIMES"),
            "no calendar that can be read",
        ),
        (
            calendar("UID:1\r\nDTSTART:20260401T080000Z\r\nRRULE:FREQ=MINUTELY"),
            "repeats every minute or second",
        ),
        (
            calendar(f"UID:1\r\nDTSTART:20260401T080000Z\r\nRRULE:FREQ=DAILY;BYMINUTE={SIXTY};BYSECOND=0,30"),
            "an event that repeats 120 times an hour; write 12 at most",
        ),
        (
            calendar("UID:1\r\nDTSTART:20260401T080000Z\r\nRRULE:FREQ=HOURLY;BYMINUTE=0,30;BYSETPOS=1"),
            "picks among the minutes of an hour; write BYMINUTE alone",
        ),
        (
            calendar("UID:1\r\nDTSTART:19700101T080000Z\r\nRRULE:FREQ=HOURLY;BYDAY=MO;COUNT=9"),
            "repeats too often since 1970 to be worked out; write UNTIL instead of COUNT",
        ),
        (
            calendar(
                "UID:1\r\nDTSTART:19000101T080000Z\r\nRRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7;COUNT=999999"
            ),
            "repeats too often since 1900 to be worked out; write UNTIL instead of COUNT",
        ),
        (
            calendar("UID:1\r\nDTSTART:20260401T080000Z\r\nRRULE:FREQ=DAILY;INTERVAL=0"),
            "repeats at an interval of 0; write 1 or more",
        ),
        (
            calendar("UID:1\r\nDTSTART:00010101T080000Z\r\nRRULE:FREQ=HOURLY"),
            "repeats since 1; let it start in our time",
        ),
        (
            calendar("UID:1\r\nDTSTART;TZID=Mars/Olympus:20260401T080000\r\nDURATION:PT1H"),
            "an event in the unknown time zone 'Mars/Olympus'; export it in UTC",
        ),
        (
            calendar(
                "UID:1\r\nDTSTART:20260401T080000Z\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260401T080000Z"
            ),
            "an event that is moved with all that follow; make them an event of their own",
        ),
        (
            calendar(*["UID:1\r\nDTSTART:20260301T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=HOURLY"] * 3),
            "more than 5000 shifts; ask for fewer days",
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_a_mend(text: str, message: str) -> None:
    with pytest.raises(CalendarInvalid, match=message):
        from_ical(text, BERLIN, START, END)
