"""Who gets a message, in which words, over which channel, and what is evidence of it."""

import asyncio
import io
from pathlib import Path

import pytest
from temporalio.testing import ActivityEnvironment

from activities.channels.base import Channel, OutgoingMessage, Receipt
from activities.channels.console import ConsoleChannel
from activities.channels.webhook import WebhookChannel, WebhookSettings
from domain.report import Contact
from domain.vocabulary import Audience, ChannelKind, Template
from records.database import Database
from records.reading import Reader
from records.rows import DeliveryState
from starter.mail_sink import MailSink
from tests.activities.notifying import Office, email
from tests.activities.peers import FussySink, HttpPeer
from tests.activities.samples import ESCALATION, FACTS, SECRET, message, notice, person

ANNA = person("anna", (ChannelKind.EMAIL, "anna@example.com"), (ChannelKind.CONSOLE, "anna"), language="de")
BEN = person("ben", (ChannelKind.EMAIL, "ben@example.com"))
CLARA = person("clara")


@pytest.fixture
def office(tmp_path: Path, database: Database) -> Office:
    return Office(tmp_path, database, (ANNA, BEN, CLARA))


def console() -> tuple[dict[ChannelKind, Channel], io.StringIO]:
    stream = io.StringIO()
    return {ChannelKind.CONSOLE: ConsoleChannel(stream)}, stream


async def test_a_page_goes_out_by_mail_in_the_persons_language_and_is_on_record(
    tmp_path: Path, office: Office, database: Database
) -> None:
    async with MailSink(tmp_path / "mail") as sink:
        sent = await office.send(email(sink.port), notice())

    (mail,) = sink.mails
    assert (mail.to, mail.subject) == ("Anna <anna@example.com>", "[S1] Überweisung fehlt")
    assert mail.text == "Stufe 2 ist gefragt.\n"
    (delivery,) = sent.deliveries
    assert (delivery.delivered, delivery.channel) == (True, ChannelKind.EMAIL)
    assert (delivery.message_id, delivery.maybe_twice) == (mail.message_id, False)
    assert [(one.ok, one.address, one.detail) for one in delivery.tries] == [
        (True, "anna@example.com", "250 taken in")
    ]
    (row,) = await Reader(database).deliveries(ESCALATION)
    assert (row.state, row.message_id, row.body) == (DeliveryState.SENT, mail.message_id, mail.text)


async def test_everybody_gets_their_own_message_and_its_delivery_in_the_order_of_the_notices(
    tmp_path: Path, office: Office
) -> None:
    notices = [notice("anna"), notice("nobody"), notice("ben")]
    async with MailSink(tmp_path / "mail") as sink:
        sent = await office.send(email(sink.port), *notices)

    assert sorted(mail.to for mail in sink.mails) == ["Anna <anna@example.com>", "Ben <ben@example.com>"]
    assert [delivery.key for delivery in sent.deliveries] == [each.key for each in notices]
    assert [delivery.delivered for delivery in sent.deliveries] == [True, False, True]


@pytest.mark.parametrize(("who", "gone"), [("nobody", True), ("clara", False)])
async def test_whoever_is_unknown_or_has_no_channel_gets_nothing_and_no_try_is_claimed(
    office: Office, who: str, gone: bool
) -> None:
    sent = await office.send({}, notice(who))

    assert [(one.delivered, one.tries, one.gone) for one in sent.deliveries] == [(False, (), gone)]


async def test_a_refused_recipient_is_not_asked_again_and_the_next_channel_is_used(
    tmp_path: Path, office: Office
) -> None:
    channels, stream = console()
    async with FussySink(tmp_path / "mail", "550 no such person") as sink:
        sent = await office.send(email(sink.port) | channels, notice())

    (delivery,) = sent.deliveries
    assert (delivery.delivered, delivery.channel) == (True, ChannelKind.CONSOLE)
    assert [(one.channel, one.ok, one.detail) for one in delivery.tries] == [
        (ChannelKind.EMAIL, False, "550 no such person"),
        (ChannelKind.CONSOLE, True, "written"),
    ]
    assert stream.getvalue() == "to anna: [S1] Überweisung fehlt\n"


async def test_a_server_that_asks_for_patience_gets_another_try(tmp_path: Path, office: Office) -> None:
    async with FussySink(tmp_path / "mail", "451 later", "421 later") as sink:
        sent = await office.send(email(sink.port), notice())

    (delivery,) = sent.deliveries
    assert [one.ok for one in delivery.tries] == [False, False, True]
    assert (delivery.delivered, delivery.maybe_twice, len(sink.mails)) == (True, False, 1)


async def test_a_mail_server_that_is_down_is_tried_three_times_before_the_next_channel(
    tmp_path: Path, office: Office
) -> None:
    channels, stream = console()
    async with MailSink(tmp_path / "mail") as sink:
        port = sink.port
    sent = await office.send(email(port) | channels, notice())

    (delivery,) = sent.deliveries
    assert [one.channel for one in delivery.tries] == [ChannelKind.EMAIL] * 3 + [ChannelKind.CONSOLE]
    assert all(one.detail for one in delivery.tries)
    assert (delivery.delivered, bool(stream.getvalue())) == (True, True)


async def test_when_every_channel_fails_all_tries_are_the_evidence(
    office: Office, database: Database
) -> None:
    stream = io.StringIO()
    stream.close()
    sent = await office.send({ChannelKind.CONSOLE: ConsoleChannel(stream)}, notice())

    (delivery,) = sent.deliveries
    assert (delivery.delivered, delivery.channel) == (False, None)
    assert [one.channel for one in delivery.tries] == [ChannelKind.EMAIL, ChannelKind.CONSOLE]
    assert delivery.tries[0].detail == "no email channel is set up here"
    (row,) = await Reader(database).deliveries(ESCALATION)
    assert row.state is DeliveryState.FAILED


async def test_the_notice_says_which_channels_and_in_which_order(tmp_path: Path, office: Office) -> None:
    channels, stream = console()
    wanted = notice("anna", Template.LEVEL_PAGE, ChannelKind.WEBHOOK, ChannelKind.CONSOLE)
    async with MailSink(tmp_path / "mail") as sink:
        await office.send(email(sink.port) | channels, wanted)

    assert (bool(stream.getvalue()), sink.mails) == (True, [])


async def test_whoever_has_none_of_the_wanted_channels_is_told_over_their_own(
    tmp_path: Path, office: Office
) -> None:
    async with MailSink(tmp_path / "mail") as sink:
        await office.send(email(sink.port), notice("ben", Template.LEVEL_PAGE, ChannelKind.CONSOLE))

    assert [mail.to for mail in sink.mails] == ["Ben <ben@example.com>"]


async def test_a_contact_outside_reads_the_message_and_none_of_the_facts_behind_it(office: Office) -> None:
    webhooks = WebhookChannel(WebhookSettings(SECRET, allow_private_addresses=True))
    async with HttpPeer() as peer:
        contact = Contact(name="Ada", webhook=peer.url, channels=(ChannelKind.WEBHOOK,))
        outside = notice("acme/1").but(contact=contact, audience=Audience.CUSTOMER, language="de")
        inside = notice("acme/2").but(contact=contact)
        await office.send({ChannelKind.WEBHOOK: webhooks}, outside)
        await office.send({ChannelKind.WEBHOOK: webhooks}, inside)

    customer, colleague = (request.body for request in peer.requests)
    assert '"facts": {}' in customer
    assert "Stufe 2 ist gefragt." in customer
    assert '"level": "2"' in colleague
    assert "Level 2 is needed." in colleague


async def test_a_broken_template_fails_its_own_notice_only(tmp_path: Path, office: Office) -> None:
    async with MailSink(tmp_path / "mail") as sink:
        sent = await office.send(email(sink.port), notice("anna", Template.CLOSED), notice("ben"))

    broken, fine = sent.deliveries
    assert (broken.delivered, fine.delivered, len(sink.mails)) == (False, True, 1)
    (evidence,) = broken.tries
    assert (evidence.channel, evidence.ok) == (ChannelKind.EMAIL, False)
    assert "closed failed: integer division" in evidence.detail


async def test_no_fact_can_add_a_header(tmp_path: Path, office: Office) -> None:
    evil = notice().but(facts=FACTS | {"subject": "x\r\nBcc: eve@example.com\r\n\r\ny"})
    async with MailSink(tmp_path / "mail") as sink:
        await office.send(email(sink.port), evil)

    (mail,) = sink.mails
    assert (mail.message["Bcc"], mail.text) == (None, "Stufe 2 ist gefragt.\n")


class Faulty(ConsoleChannel):
    """A channel with a bug."""

    async def send(self, message: OutgoingMessage, address: str) -> Receipt:
        raise KeyError("forgotten")


async def test_a_fault_in_a_channel_holds_up_nobody_else(
    tmp_path: Path, office: Office, database: Database
) -> None:
    faulty = {ChannelKind.CONSOLE: Faulty(io.StringIO())}
    first = notice("anna", Template.LEVEL_PAGE, ChannelKind.CONSOLE)
    async with MailSink(tmp_path / "mail") as sink:
        sent = await office.send(email(sink.port) | faulty, first, notice("ben"))

    broken, fine = sent.deliveries
    assert (broken.delivered, fine.delivered) == (False, True)
    assert [one.detail for one in broken.tries] == ["KeyError: 'forgotten'"]


class Gate:
    """A console that waits until enough others wait as well."""

    kind = ChannelKind.CONSOLE

    def __init__(self, parties: int) -> None:
        self._waiting, self._parties, self._open = 0, parties, asyncio.Event()

    def shown(self, address: str) -> str:
        return address

    def message_id(self, key: str) -> str:
        return key

    async def send(self, message: OutgoingMessage, address: str) -> Receipt:
        self._waiting += 1
        if self._waiting == self._parties:
            self._open.set()
        await self._open.wait()
        return Receipt("through")


async def test_notices_go_out_side_by_side(tmp_path: Path, database: Database) -> None:
    people = [person(f"p{number}", (ChannelKind.CONSOLE, "x")) for number in range(10)]
    office = Office(tmp_path, database, tuple(people))

    async with asyncio.timeout(10):
        sent = await office.send({ChannelKind.CONSOLE: Gate(10)}, *(notice(each.id) for each in people))

    assert all(delivery.delivered for delivery in sent.deliveries)


async def test_a_long_sending_beats_and_a_short_one_does_not(office: Office) -> None:
    environment, beats, gate = ActivityEnvironment(), asyncio.Event(), Gate(2)
    environment.on_heartbeat = lambda *_: beats.set()
    channels, _ = console()
    await office.send_in(environment, channels, notice("anna"))
    assert not beats.is_set()

    anna = notice("anna").but(key=f"{ESCALATION}/8/anna")
    slow = asyncio.create_task(office.send_in(environment, {ChannelKind.CONSOLE: gate}, anna, beat=0.01))
    async with asyncio.timeout(5):
        await beats.wait()
    await gate.send(message(), "")
    assert (await slow).deliveries[0].delivered
