"""E-mail by SMTP: one connection for each message, so that one server's trouble stays one message's."""

from asyncio import timeout
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime
from enum import StrEnum

from aiosmtplib import SMTP, SMTPException, SMTPNotSupported, SMTPResponseException

from activities.channels.base import (
    ChannelFailed,
    Failure,
    OutgoingMessage,
    Receipt,
    fingerprint,
    one_line,
)
from domain.vocabulary import ChannelKind

GOODBYE = 2
"""Seconds for QUIT: the message is delivered by then, whatever the server answers."""


class SmtpSecurity(StrEnum):
    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True)
class SmtpServer:
    """How to reach the mail server, and as whom to write."""

    host: str
    port: int
    sender: str
    sender_name: str = "Escalations"
    security: SmtpSecurity = SmtpSecurity.NONE
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 30
    """Seconds for the whole conversation."""

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]


class EmailChannel:
    """Sends plain text. The Message-ID derives from the key, so a repeated message is seen as one."""

    kind = ChannelKind.EMAIL

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    def shown(self, address: str) -> str:
        return address

    def message_id(self, key: str) -> str:
        return f"<{fingerprint(key)}@{self._server.domain}>"

    async def send(self, message: OutgoingMessage, address: str) -> Receipt:
        mail = self._mail(message, address)
        client, handed_over = self._client(), False
        try:
            async with timeout(self._server.timeout):
                await client.connect()
                await client.mail(self._server.sender)
                await client.rcpt(address)
                handed_over = True
                answer = await client.data(mail.as_bytes(policy=WIRE))
        except (SMTPException, OSError) as error:
            raise _failed(error, handed_over) from error
        finally:
            await _leave(client)
        return Receipt(one_line(str(answer)), self.message_id(message.key))

    def _client(self) -> SMTP:
        server = self._server
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.security is SmtpSecurity.TLS,
            start_tls=server.security is SmtpSecurity.STARTTLS,
            timeout=server.timeout,
        )

    def _mail(self, message: OutgoingMessage, address: str) -> EmailMessage:
        """RFC 5322; the root that the mails of an escalation answer to is an id without a mail."""
        server = self._server
        root = self.message_id(message.escalation)
        mail = EmailMessage()
        try:
            address.encode("ascii")
            mail["To"] = Address(one_line(message.recipient), addr_spec=address)
            mail["From"] = Address(server.sender_name, addr_spec=server.sender)
            mail["Subject"] = one_line(message.subject)
            mail["Date"] = format_datetime(datetime.now(UTC))
            mail["Message-ID"] = self.message_id(message.key)
            mail["In-Reply-To"] = root
            mail["References"] = root
            mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notes must not answer
            mail.set_content(message.text, charset="utf-8", cte="quoted-printable")
        except (ValueError, IndexError) as error:
            raise ChannelFailed(
                f"no mail can be written to {address!r}: {error}", Failure.PERMANENT
            ) from error
        return mail


def _failed(error: SMTPException | OSError, handed_over: bool) -> ChannelFailed:
    match error:
        case SMTPResponseException(code=code, message=text):
            failure = Failure.PERMANENT if 500 <= code < 600 else Failure.PASSING
            return ChannelFailed(one_line(f"{code} {text}"), failure)
        case SMTPNotSupported():
            return ChannelFailed(one_line(str(error)), Failure.PERMANENT)
        case _:
            detail = one_line(str(error)) or "the mail server did not answer in time"
            return ChannelFailed(detail, Failure.UNCERTAIN if handed_over else Failure.PASSING)


async def _leave(client: SMTP) -> None:
    with suppress(SMTPException, OSError):
        async with timeout(GOODBYE):
            await client.quit()
    client.close()
