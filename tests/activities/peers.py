"""The other side of channels: a mail server with moods, and an HTTP server that remembers."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from starter.mail_sink import LOOPBACK, MailSink


class FussySink(MailSink):
    """Answers RCPT with the next of its answers, and with 250 when they are used up."""

    def __init__(self, folder: Path, *answers: str) -> None:
        super().__init__(folder)
        self._answers = list(answers)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._answers.pop(0) if self._answers else "250 fine"
        envelope.rcpt_tos += [address] * answer.startswith("250")
        return answer


class ForgetfulSink(MailSink):
    """Takes the message in and hangs up instead of saying so."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await super().handle_DATA(server, session, envelope)
        assert isinstance(server.transport, asyncio.Transport)
        server.transport.abort()
        return "250 too late"


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class HttpPeer:
    """Answers every request with `status`; with None it says nothing at all."""

    status: int | None = 200
    says: str = ""
    headers: tuple[str, ...] = ()
    moods: list[int] = field(default_factory=list)
    """Statuses of the first answers; then it is `status`."""
    requests: list[Request] = field(default_factory=list)
    port: int = 0
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/hook"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._answer, LOOPBACK, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for writer in self._writers:
            writer.close()
        self._server.close()
        await self._server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests.append(Request(first.split()[1], headers, body.decode()))
        status = self.moods.pop(0) if self.moods else self.status
        if status is not None:
            more = (f"location: {self.url}", f"content-length: {len(self.says)}", *self.headers)
            head = "\r\n".join((f"HTTP/1.1 {status} x", *more, "connection: close"))
            writer.write(f"{head}\r\n\r\n{self.says}".encode())
            writer.close()
