"""Signed webhooks, against a small HTTP server in the same process."""

import socket

import pytest
from standardwebhooks import Webhook

from activities.channels.base import ChannelFailed, Failure
from activities.channels.webhook import WebhookChannel, WebhookSettings
from starter.mail_sink import LOOPBACK
from tests.activities.peers import HttpPeer
from tests.activities.samples import ESCALATION, SECRET, message


def channel(*, private: bool = True, timeout: float = 5) -> WebhookChannel:
    return WebhookChannel(WebhookSettings(SECRET, allow_private_addresses=private, timeout=timeout))


async def test_a_receiver_can_verify_who_sent_it_and_read_what_it_says() -> None:
    async with HttpPeer(204) as peer:
        receipt = await channel().send(message(), peer.url)

    (request,) = peer.requests
    said = Webhook(SECRET).verify(request.body, request.headers)
    assert said["type"] == "escalation.level_page"
    assert said["data"]["escalation"] == ESCALATION
    assert (said["data"]["subject"], said["data"]["facts"]) == ("Überfällig", {"level": "2"})
    assert receipt.message_id == request.headers["webhook-id"]
    assert receipt.detail == "HTTP 204"
    assert (request.path, request.headers["host"]) == ("/hook", f"{LOOPBACK}:{peer.port}")


async def test_the_same_message_has_the_same_id_and_another_one_another() -> None:
    async with HttpPeer() as peer:
        for key in ("7/anna", "7/anna", "8/anna"):
            await channel().send(message(key=key), peer.url)

    first, again, other = (request.headers["webhook-id"] for request in peer.requests)
    assert first == again != other


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (301, Failure.PERMANENT),
        (400, Failure.PERMANENT),
        (410, Failure.PERMANENT),
        (408, Failure.PASSING),
        (429, Failure.PASSING),
        (500, Failure.PASSING),
        (503, Failure.PASSING),
    ],
)
async def test_the_status_says_whether_trying_again_can_help(status: int, failure: Failure) -> None:
    async with HttpPeer(status) as peer:
        with pytest.raises(ChannelFailed) as failed:
            await channel().send(message(), peer.url)

    assert (failed.value.detail, failed.value.failure) == (f"HTTP {status}", failure)
    assert len(peer.requests) == 1


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "224.0.0.1",
        "2130706433",
    ],
)
async def test_addresses_inside_are_refused_unless_the_setting_allows_them(host: str) -> None:
    async with HttpPeer() as peer:
        with pytest.raises(ChannelFailed) as failed:
            await channel(private=False).send(message(), f"http://{host}:{peer.port}/hook")

    assert failed.value.failure is Failure.PERMANENT
    assert "private address" in failed.value.detail
    assert peer.requests == []


@pytest.mark.parametrize(
    "address", ["ftp://example.com/x", "example.com", "http://", "http://[::1", "http://\n"]
)
async def test_what_is_no_web_address_is_refused_for_good(address: str) -> None:
    with pytest.raises(ChannelFailed) as failed:
        await channel().send(message(), address)

    assert failed.value.failure is Failure.PERMANENT


async def test_a_receiver_that_is_not_there_may_be_there_in_a_moment() -> None:
    with socket.socket() as unheard:
        unheard.bind((LOOPBACK, 0))
        with pytest.raises(ChannelFailed) as failed:
            await channel().send(message(), f"http://{LOOPBACK}:{unheard.getsockname()[1]}/")

    assert failed.value.failure is Failure.PASSING


async def test_a_receiver_that_does_not_answer_may_have_it_all_the_same() -> None:
    async with HttpPeer(None) as peer:
        with pytest.raises(ChannelFailed) as failed:
            await channel(timeout=0.3).send(message(), peer.url)

    assert failed.value.failure is Failure.UNCERTAIN
    assert len(peer.requests) == 1


def test_the_record_shows_the_address_without_its_secrets() -> None:
    shown = channel().shown("https://me:hunter2@example.com/in?token=abc#x")

    assert shown == "https://example.com/in"


def test_the_secret_is_in_no_representation() -> None:
    assert SECRET not in repr(WebhookSettings(SECRET))
