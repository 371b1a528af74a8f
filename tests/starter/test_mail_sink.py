"""The local mail server that keeps every message as a file."""

import asyncio
import re
import signal
import sys
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from starter.mail_sink import LOOPBACK, MailSink, read_mails


def a_mail(subject: str = "Überfällig") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "escalations@example.com"
    mail["To"] = "anna@example.com"
    mail["Subject"] = subject
    mail["Date"] = "Sat, 21 Nov 2026 21:00:00 +0100"
    mail["Message-ID"] = "<1@example.com>"
    mail.set_content("Bitte übernehmen.\n")
    return mail


async def test_a_mail_becomes_a_file_that_reads_back_as_it_was_sent(tmp_path: Path) -> None:
    async with MailSink(tmp_path) as sink:
        await aiosmtplib.send(a_mail(), hostname=LOOPBACK, port=sink.port)

    (mail,) = read_mails(tmp_path)
    assert (mail.to, mail.subject, mail.message_id) == ("anna@example.com", "Überfällig", "<1@example.com>")
    assert mail.text == "Bitte übernehmen.\n"
    assert mail.date == datetime(2026, 11, 21, 20, tzinfo=UTC)
    assert re.fullmatch(r"\d{8}T\d{6}\.\d{6}-anna-example-com-[0-9a-f]{8}\.eml", mail.file.name)
    assert [each.file for each in sink.mails] == [mail.file]


async def test_a_mail_to_two_people_is_two_files_and_a_repeated_mail_too(tmp_path: Path) -> None:
    async with MailSink(tmp_path) as sink:
        both = ["anna@example.com", "ben@example.com"]
        await aiosmtplib.send(a_mail(), recipients=both, hostname=LOOPBACK, port=sink.port)
        await aiosmtplib.send(a_mail(), hostname=LOOPBACK, port=sink.port)

    assert len(read_mails(tmp_path)) == 3
    assert [mail.file for mail in read_mails(tmp_path)] == [mail.file for mail in sink.mails]


async def test_a_recipient_cannot_leave_the_folder(tmp_path: Path) -> None:
    async with MailSink(tmp_path / "mail") as sink:
        await aiosmtplib.send(a_mail(), recipients=["../../x@example.com"], hostname=LOOPBACK, port=sink.port)

    assert [mail.file.parent for mail in read_mails(tmp_path / "mail")] == [tmp_path / "mail"]


async def test_mails_without_headers_are_kept_too(tmp_path: Path) -> None:
    async with MailSink(tmp_path) as sink:
        await aiosmtplib.send(
            b"nothing but text\r\n",
            sender="a@example.com",
            recipients=["b@example.com"],
            hostname=LOOPBACK,
            port=sink.port,
        )

    (mail,) = read_mails(tmp_path)
    assert (mail.date, mail.to, mail.subject, mail.message_id) == (None, "", "", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_process_takes_mail_in_and_ends_cleanly_when_asked(
    tmp_path: Path, number: signal.Signals
) -> None:
    command = (sys.executable, "-m", "starter.mail_sink", "--port", "0", "--folder", str(tmp_path))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    said = (await process.stdout.readline()).decode()
    port = re.search(rf"{LOOPBACK}:(\d+)", said)
    assert port is not None
    await aiosmtplib.send(a_mail(), hostname=LOOPBACK, port=int(port[1]))

    process.send_signal(number)

    assert await process.wait() == 0
    assert len(read_mails(tmp_path)) == 1
