"""Messages by SMTP, against a real server in the same process."""

import socket
from pathlib import Path

import pytest

from activities.channels.base import ChannelFailed, Failure
from activities.channels.email import EmailChannel, SmtpServer
from starter.mail_sink import LOOPBACK, MailSink
from tests.activities.peers import ForgetfulSink, FussySink
from tests.activities.samples import ESCALATION, message

ANNA = "anna@example.com"
SENDER = "escalations@example.org"


def channel(port: int, timeout: float = 5) -> EmailChannel:
    return EmailChannel(SmtpServer(LOOPBACK, port, SENDER, timeout=timeout))


async def test_a_mail_says_who_what_and_that_no_absence_note_should_answer(tmp_path: Path) -> None:
    async with MailSink(tmp_path) as sink:
        receipt = await channel(sink.port).send(message(), ANNA)

    (mail,) = sink.mails
    assert mail.message["From"] == f"Escalations <{SENDER}>"
    assert mail.to == f"Anna Weber <{ANNA}>"
    assert (mail.subject, mail.text) == ("Überfällig", "Bitte übernehmen.\n")
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.message.get_content_charset() == "utf-8"
    assert receipt.message_id == mail.message_id
    assert receipt.detail == "250 taken in"


async def test_the_message_id_belongs_to_the_key_and_the_thread_to_the_escalation(tmp_path: Path) -> None:
    async with MailSink(tmp_path) as sink:
        mails = channel(sink.port)
        for key in ("7/anna", "7/anna", "8/anna"):
            await mails.send(message(key=key), ANNA)

    first, again, other = sink.mails
    assert first.message_id == again.message_id != other.message_id
    assert first.message_id == mails.message_id(f"{ESCALATION}/7/anna")
    assert {mail.message["References"] for mail in sink.mails} == {mails.message_id(ESCALATION)}
    assert {mail.message["In-Reply-To"] for mail in sink.mails} == {mails.message_id(ESCALATION)}


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b"])
async def test_neither_subject_nor_name_can_add_a_header(tmp_path: Path, end: str) -> None:
    evil = f"Hello{end}Bcc: eve@example.com{end}{end}And a body"
    async with MailSink(tmp_path) as sink:
        await channel(sink.port).send(message(subject=evil, recipient=evil), ANNA)

    (mail,) = sink.mails
    assert mail.message["Bcc"] is None
    assert mail.subject == "Hello Bcc: eve@example.com And a body"
    assert mail.text == "Bitte übernehmen.\n"


@pytest.mark.parametrize(
    "address", ["anna@example.com\r\nBcc: eve@example.com", "anna", "", "a b@example.com", "änna@example.com"]
)
async def test_an_address_to_which_no_mail_can_be_written_is_refused_for_good(
    tmp_path: Path, address: str
) -> None:
    async with MailSink(tmp_path) as sink:
        with pytest.raises(ChannelFailed) as failed:
            await channel(sink.port).send(message(), address)

    assert failed.value.failure is Failure.PERMANENT
    assert sink.mails == []


@pytest.mark.parametrize(
    ("answer", "failure"),
    [("550 no such person", Failure.PERMANENT), ("451 come back later", Failure.PASSING)],
)
async def test_the_servers_refusal_is_the_evidence(tmp_path: Path, answer: str, failure: Failure) -> None:
    async with FussySink(tmp_path, answer) as sink:
        with pytest.raises(ChannelFailed) as failed:
            await channel(sink.port).send(message(), ANNA)

    assert (failed.value.detail, failed.value.failure) == (answer, failure)


async def test_a_server_that_is_not_there_may_be_there_in_a_moment() -> None:
    with socket.socket() as unheard:
        unheard.bind((LOOPBACK, 0))
        with pytest.raises(ChannelFailed) as failed:
            await channel(unheard.getsockname()[1]).send(message(), ANNA)

    assert failed.value.failure is Failure.PASSING
    assert failed.value.detail


async def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    with socket.socket() as silent:
        silent.bind((LOOPBACK, 0))
        silent.listen()
        with pytest.raises(ChannelFailed) as failed:
            await channel(silent.getsockname()[1], timeout=0.1).send(message(), ANNA)

    assert failed.value.failure is Failure.PASSING


async def test_a_connection_lost_after_the_text_leaves_it_open_whether_the_mail_is_through(
    tmp_path: Path,
) -> None:
    async with ForgetfulSink(tmp_path) as sink:
        with pytest.raises(ChannelFailed) as failed:
            await channel(sink.port).send(message(), ANNA)

    assert failed.value.failure is Failure.UNCERTAIN
    assert len(sink.mails) == 1


def test_the_password_is_in_no_representation() -> None:
    assert "hunter2" not in repr(SmtpServer("mail", 25, SENDER, username="us", password="hunter2"))
