"""The console, and what goes through Apprise, against a small HTTP server in the same process."""

import io
import json

import pytest

from activities.channels.apprise_channel import AppriseChannel
from activities.channels.base import ChannelFailed, Failure
from activities.channels.console import ConsoleChannel
from starter.mail_sink import LOOPBACK
from tests.activities.peers import HttpPeer
from tests.activities.samples import message

# One of Apprise's hundred plug-ins imports it, and they are loaded as a whole.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


async def test_the_console_gets_one_line_whatever_the_subject_holds() -> None:
    stream = io.StringIO()

    await ConsoleChannel(stream).send(message(subject="Stop\x1b[2J\r\nnow"), "anna")

    assert stream.getvalue() == "to anna: Stop[2J now\n"


async def test_a_console_that_is_gone_is_a_failure_with_a_reason() -> None:
    stream = io.StringIO()
    stream.close()

    with pytest.raises(ChannelFailed, match="console is gone"):
        await ConsoleChannel(stream).send(message(), "anna")


async def test_apprise_delivers_to_the_service_of_its_url() -> None:
    async with HttpPeer() as peer:
        receipt = await AppriseChannel().send(message(), f"json://{LOOPBACK}:{peer.port}/in")

    (request,) = peer.requests
    said = json.loads(request.body)
    assert (said["title"], said["message"].strip()) == ("Überfällig", "Bitte übernehmen.")
    assert receipt.detail.startswith("JSON")


async def test_a_secret_in_an_apprise_url_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with HttpPeer() as peer:
        monkeypatch.setenv("CHAT_TOKEN", "t0ken")
        await AppriseChannel().send(message(), f"json://{LOOPBACK}:{peer.port}/${{CHAT_TOKEN}}")

    (request,) = peer.requests
    assert request.path == "/t0ken"


async def test_a_secret_that_is_not_set_is_named() -> None:
    with pytest.raises(ChannelFailed, match="NO_SUCH_TOKEN") as failed:
        await AppriseChannel().send(message(), "json://localhost/${NO_SUCH_TOKEN}")

    assert failed.value.failure is Failure.PERMANENT


async def test_apprises_reason_is_the_evidence() -> None:
    async with HttpPeer(500) as peer:
        with pytest.raises(ChannelFailed) as failed:
            await AppriseChannel().send(message(), f"json://{LOOPBACK}:{peer.port}/in")

    assert failed.value.failure is Failure.PASSING
    assert "500" in failed.value.detail


async def test_a_service_that_does_not_answer_may_have_it_all_the_same() -> None:
    async with HttpPeer(None) as peer:
        with pytest.raises(ChannelFailed) as failed:
            await AppriseChannel(timeout=0.3).send(message(), f"json://{LOOPBACK}:{peer.port}/?rto=1")

    assert failed.value.failure is Failure.UNCERTAIN


async def test_an_unknown_service_is_refused_for_good() -> None:
    with pytest.raises(ChannelFailed) as failed:
        await AppriseChannel().send(message(), "nosuchservice://token")

    assert failed.value.failure is Failure.PERMANENT


def test_the_record_shows_no_token_of_an_apprise_url() -> None:
    assert AppriseChannel().shown("slack://tokenA/tokenB/tokenC/#ops") == "slack://…"
