"""A local mail server that delivers nothing: every message becomes a file in a folder, to be looked at."""

import asyncio
import email
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default as modern
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Self

import typer
from aiosmtpd.smtp import SMTP, Envelope, Session

LOOPBACK = "127.0.0.1"
LARGEST = 10_000_000
"""Bytes that a message may have."""


@dataclass(frozen=True)
class Mail:
    """A message that was taken in. `date` is the one in its header, UTC; `text` its plain part."""

    file: Path
    date: datetime | None
    to: str
    subject: str
    message_id: str
    text: str
    message: EmailMessage = field(repr=False)


class MailSink:
    """An SMTP server on a loop that is already running. `port` 0 takes a free one, `port` then names it."""

    def __init__(self, folder: Path, host: str = LOOPBACK, port: int = 0) -> None:
        self._folder = folder
        self._host = host
        self.port = port
        self.mails: list[Mail] = []
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._conversation, self._host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _conversation(self) -> SMTP:
        return SMTP(self, data_size_limit=LARGEST, enable_SMTPUTF8=True, ident="mail sink")

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd. The message is a file before the sender hears yes."""
        content = envelope.original_content or b""
        for recipient in envelope.rcpt_tos:
            file = self._folder / _name(datetime.now(UTC), recipient, content)
            await asyncio.to_thread(_write, file, content)
            self.mails.append(_mail(file, content))
        return "250 taken in"


def read_mails(folder: Path) -> list[Mail]:
    """All messages of a sink's folder, in the order in which they came in."""
    return [_mail(file, file.read_bytes()) for file in sorted(folder.glob("*.eml"))]


def _name(at: datetime, recipient: str, content: bytes) -> str:
    who = "".join(character if character.isalnum() else "-" for character in recipient)[:60]
    # The time makes two arrivals of one message two files.
    return f"{at:%Y%m%dT%H%M%S.%f}-{who}-{sha256(content).hexdigest()[:8]}.eml"


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all, for readers that look at the same moment."""
    unfinished = file.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.rename(file)


def _mail(file: Path, content: bytes) -> Mail:
    message = email.message_from_bytes(content, _class=EmailMessage, policy=modern)
    return Mail(
        file=file,
        date=_date(message),
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        message_id=str(message["Message-ID"] or "").strip(),
        text="".join(_texts(message)),
        message=message,
    )


def _date(message: EmailMessage) -> datetime | None:
    try:
        return parsedate_to_datetime(str(message["Date"])).astimezone(UTC)
    except ValueError:
        return None


def _texts(message: EmailMessage) -> Iterator[str]:
    body = message.get_body(("plain",))
    if body is not None:
        yield str(body.get_content()).replace("\r\n", "\n")


async def _serve(folder: Path, port: int) -> None:
    """Until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with MailSink(folder, port=port) as sink:
        typer.echo(f"Mail to {LOOPBACK}:{sink.port} lands in {folder}")
        await stopped.wait()


def main(
    folder: Annotated[Path, typer.Option(help="Where the messages are kept.")],
    port: Annotated[int, typer.Option(help="The port to listen on; 0 takes a free one.")] = 0,
) -> None:
    """Take in every mail and deliver none."""
    asyncio.run(_serve(folder, port))


if __name__ == "__main__":
    typer.run(main)
