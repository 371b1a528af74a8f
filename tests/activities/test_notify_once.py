"""A message has its effect once, whatever happens to attempts and to the records."""

import asyncio
import io
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError

from activities.channels.base import Channel
from activities.channels.console import ConsoleChannel
from domain.vocabulary import ChannelKind
from records.database import Database
from records.reading import Reader
from records.rows import DeliveryState
from starter.mail_sink import MailSink
from tests.activities.notifying import CutOff, Office, email
from tests.activities.peers import ForgetfulSink, FussySink
from tests.activities.samples import ESCALATION, notice, person

PEOPLE = (person("anna", (ChannelKind.EMAIL, "anna@example.com"), (ChannelKind.CONSOLE, "anna")),)


@pytest.fixture
def office(tmp_path: Path, database: Database) -> Office:
    return Office(tmp_path, database, PEOPLE)


@pytest.fixture
def office_without_records(tmp_path: Path, database_away: Database) -> Office:
    return Office(tmp_path, database_away, PEOPLE)


@pytest.mark.parametrize("attempt", [1, 2])
async def test_the_same_notice_twice_is_one_mail_and_both_times_delivered(
    tmp_path: Path, office: Office, attempt: int
) -> None:
    async with MailSink(tmp_path / "mail") as sink:
        first = await office.send(email(sink.port), notice())
        again = await office.send(email(sink.port), notice(), attempt=attempt)

    assert len(sink.mails) == 1
    (one,), (other,) = first.deliveries, again.deliveries
    assert (other.delivered, other.channel, other.message_id) == (True, one.channel, one.message_id)
    assert (other.tries, other.maybe_twice) == ((), False)


async def test_an_attempt_that_was_cut_off_is_repeated_under_the_same_id_and_says_so(
    tmp_path: Path, office: Office
) -> None:
    async with MailSink(tmp_path / "mail") as sink:
        with pytest.raises(asyncio.CancelledError):
            await office.send(email(sink.port, CutOff), notice())
        sent = await office.send(email(sink.port), notice(), attempt=2)

    first, again = sink.mails
    assert first.message_id == again.message_id
    assert [(one.delivered, one.maybe_twice) for one in sent.deliveries] == [(True, True)]


async def test_a_mail_whose_answer_was_lost_is_repeated_under_the_same_id_and_says_so(
    tmp_path: Path, office: Office, database: Database
) -> None:
    async with ForgetfulSink(tmp_path / "mail") as sink:
        lost = await office.send(email(sink.port), notice())
    (row,) = [each for each in await Reader(database).deliveries(ESCALATION) if each.channel == "email"]
    async with MailSink(tmp_path / "mail") as sink_again:
        sent = await office.send(email(sink_again.port), notice())

    assert len({mail.message_id for mail in (*sink.mails, *sink_again.mails)}) == 1
    assert [one.delivered for one in lost.deliveries] == [False]
    assert row.state is DeliveryState.SENDING
    assert [(one.delivered, one.maybe_twice) for one in sent.deliveries] == [(True, True)]


async def test_a_message_that_is_through_on_one_channel_is_not_sent_on_another_by_a_later_attempt(
    tmp_path: Path, office: Office
) -> None:
    stream = io.StringIO()
    console: dict[ChannelKind, Channel] = {ChannelKind.CONSOLE: ConsoleChannel(stream)}
    async with FussySink(tmp_path / "mail", "550 not today") as sink:
        await office.send(email(sink.port) | console, notice())
        sent = await office.send(email(sink.port) | console, notice(), attempt=2)

    assert (sink.mails, stream.getvalue().count("\n")) == ([], 1)
    assert [(one.delivered, one.channel) for one in sent.deliveries] == [(True, ChannelKind.CONSOLE)]


async def test_a_failed_round_is_followed_by_another(tmp_path: Path, office: Office) -> None:
    async with FussySink(tmp_path / "mail", "550 full", "250 fine") as sink:
        failed = await office.send(email(sink.port), notice())
        sent = await office.send(email(sink.port), notice())

    assert [one.delivered for one in (*failed.deliveries, *sent.deliveries)] == [False, True]
    assert [one.maybe_twice for one in sent.deliveries] == [False]


async def test_when_the_records_are_away_a_first_attempt_sends_all_the_same(
    tmp_path: Path, office_without_records: Office
) -> None:
    async with MailSink(tmp_path / "mail") as sink:
        sent = await office_without_records.send(email(sink.port), notice())

    assert len(sink.mails) == 1
    assert [(one.delivered, len(one.tries)) for one in sent.deliveries] == [(True, 1)]


async def test_when_the_records_are_away_a_later_attempt_sends_nothing_and_is_to_be_retried(
    tmp_path: Path, office_without_records: Office
) -> None:
    async with MailSink(tmp_path / "mail") as sink:
        with pytest.raises(ApplicationError) as failed:
            await office_without_records.send(email(sink.port), notice(), attempt=2)

    assert (failed.value.type, failed.value.non_retryable) == ("RecordsAway", False)
    assert sink.mails == []


async def test_records_that_go_away_while_a_mail_is_under_way_do_not_undo_it(
    tmp_path: Path, office: Office, database: Database
) -> None:
    class Unplugging(MailSink):
        async def handle_DATA(self, *given: object) -> str:
            (tmp_path / "records.db").rename(tmp_path / "gone.db")
            await database.close()
            (tmp_path / "records.db").mkdir()
            return await super().handle_DATA(*given)  # type: ignore[arg-type]

    async with Unplugging(tmp_path / "mail") as sink:
        sent = await office.send(email(sink.port), notice())

    assert ([one.delivered for one in sent.deliveries], len(sink.mails)) == ([True], 1)
