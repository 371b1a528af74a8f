"""Times that commands print by this machine's clocks always say how far those are from UTC."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from domain.vocabulary import Role
from records.keys import Key
from records.rows import TimelineRow
from starter.cli.keys import _table as table_of_keys
from starter.cli.mail import _table as table_of_mails
from starter.cli.timeline import line
from starter.cli.words import clock_time
from starter.mail_sink import Mail

AT = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
BERLIN = "2026-07-02 00:30:00+02:00"


@pytest.fixture(autouse=True)
def _in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as context:
        context.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()


def test_a_time_has_its_offset_and_its_date_unless_it_is_today() -> None:
    assert clock_time(AT, date(2026, 7, 2)) == "00:30:00+02:00"
    assert clock_time(AT, date(2026, 7, 1)) == BERLIN
    assert clock_time(None, date(2026, 7, 1)) == "-"


def test_the_hour_that_comes_twice_can_be_told_apart() -> None:
    twice = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    said = [clock_time(at, date(2026, 10, 25)) for at in twice]
    assert said == ["02:30:00+02:00", "02:30:00+01:00"]


def test_a_line_of_the_timeline_has_the_offset() -> None:
    event = TimelineRow(
        escalation_id="e-1", seq=1, at=AT, by="clock", type="opened", sentence="Opened", payload={}
    )
    assert line(event).plain.startswith(f"{BERLIN} clock ")


def test_keys_and_mails_have_it_too() -> None:
    key = Key(prefix="p", name="n", role=Role.AGENT, created_at=AT, created_by="c", last_used_at=AT)
    assert BERLIN in list(table_of_keys((key,)).columns[6].cells)
    mail = Mail(Path("1.eml"), AT, "a@example.com", "s", "m", "t", EmailMessage())
    table = table_of_mails([mail])
    assert not isinstance(table, str)
    assert BERLIN in list(table.columns[1].cells)
