"""The record of messages: what an attempt finds, and what it may change."""

import asyncio
from datetime import timedelta
from typing import Literal

import pytest

from domain.vocabulary import ChannelKind, Template
from records.database import Database
from records.deliveries import Before, DeliveryLog, Dispatch
from records.errors import UnknownDelivery
from records.reading import Reader
from records.rows import DeliveryState
from tests.records.samples import START, TRICKY

LATER = START + timedelta(minutes=1)
MAIL = Dispatch(
    escalation_id="esc-a~1",
    notice_key="esc-a~1/7/lead",
    template=Template.LEVEL_PAGE,
    recipient="lead",
    channel=ChannelKind.EMAIL,
    address="lead@example.org",
    message_id="<1@example.org>",
    subject=TRICKY,
    body=TRICKY,
)
KEY = "esc-a~1/7/lead/email"


async def test_the_first_attempt_finds_nothing_and_is_recorded(database: Database) -> None:
    assert await DeliveryLog(database).begin(MAIL, START) is None
    (row,) = await Reader(database).deliveries("esc-a~1")
    assert (row.key, row.state, row.attempts) == (KEY, DeliveryState.SENDING, 1)
    assert (row.first_at, row.last_at, row.body) == (START, START, TRICKY)


async def test_an_attempt_that_was_cut_off_is_seen_by_the_next(database: Database) -> None:
    log = DeliveryLog(database)
    await log.begin(MAIL, START)
    assert await log.begin(MAIL, LATER) == Before(DeliveryState.SENDING, 1, "<1@example.org>", "")
    (row,) = await Reader(database).deliveries("esc-a~1")
    assert (row.attempts, row.first_at, row.last_at) == (2, START, LATER)


async def test_what_was_sent_is_never_begun_again(database: Database) -> None:
    log = DeliveryLog(database)
    await log.begin(MAIL, START)
    await log.finish(KEY, DeliveryState.SENT, "250 OK", LATER)
    before = await log.begin(MAIL, LATER + timedelta(hours=1))
    assert before == Before(DeliveryState.SENT, 1, "<1@example.org>", "250 OK")
    (row,) = await Reader(database).deliveries("esc-a~1")
    assert (row.state, row.attempts, row.last_at) == (DeliveryState.SENT, 1, LATER)


async def test_what_failed_is_begun_again_and_tells_why_it_failed(database: Database) -> None:
    log = DeliveryLog(database)
    await log.begin(MAIL, START)
    await log.finish(KEY, DeliveryState.FAILED, "451 try later \0", LATER)
    before = await log.begin(MAIL, LATER)
    assert before == Before(DeliveryState.FAILED, 1, "<1@example.org>", "451 try later \ufffd")
    (row,) = await Reader(database).deliveries("esc-a~1")
    assert (row.state, row.attempts) == (DeliveryState.SENDING, 2)


async def test_the_other_sides_own_message_id_replaces_ours(database: Database) -> None:
    log = DeliveryLog(database)
    await log.begin(MAIL, START)
    await log.finish(KEY, DeliveryState.SENT, "", LATER, message_id="theirs")
    before = await log.begin(MAIL, LATER)
    assert before is not None
    assert before.message_id == "theirs"


@pytest.mark.parametrize("late", [DeliveryState.FAILED, DeliveryState.SENT])
async def test_a_late_word_changes_nothing_about_what_was_sent(
    database: Database, late: Literal[DeliveryState.FAILED, DeliveryState.SENT]
) -> None:
    log = DeliveryLog(database)
    await log.begin(MAIL, START)
    await log.finish(KEY, DeliveryState.SENT, "250 OK", START)
    await log.finish(KEY, late, "late word", LATER)
    (row,) = await Reader(database).deliveries("esc-a~1")
    assert (row.state, row.detail, row.last_at) == (DeliveryState.SENT, "250 OK", START)


async def test_a_delivery_that_was_never_begun_cannot_be_finished(database: Database) -> None:
    with pytest.raises(UnknownDelivery, match="never begun"):
        await DeliveryLog(database).finish(KEY, DeliveryState.SENT, "", START)


async def test_of_many_attempts_at_once_one_finds_nothing_and_all_are_counted(
    database: Database, other_database: Database
) -> None:
    logs = [DeliveryLog(database), DeliveryLog(other_database)] * 5
    found = await asyncio.gather(*(log.begin(MAIL, START) for log in logs))
    assert found.count(None) == 1
    (row,) = await Reader(database).deliveries("esc-a~1")
    assert row.attempts == 10
