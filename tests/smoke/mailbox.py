"""A real mail server for tests: it can be away, keep its yes to itself, and it counts every message."""

import asyncio
from collections.abc import Collection
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from starter.mail_sink import Mail, MailSink, read_mails
from tests.eventually import PATIENCE, eventually


class Mailbox:
    """Messages stay in the folder and the port stays the same while the server comes and goes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: _Holding | None = None
        self._claimed: set[Path] = set()
        self._silent_to: set[str] = set()
        self.port = 0

    async def start(self) -> None:
        self._server = await _Holding(self._folder, self.port, self._silent_to).__aenter__()
        self.port = self._server.port

    async def stop(self) -> None:
        if self._server is not None:
            await self._server.__aexit__()
            self._server = None

    def hold(self, address: str) -> None:
        """Messages to this address are taken in from now on, but the sender hears nothing."""
        self._silent_to.add(address)

    def release(self) -> None:
        """From now on the sender hears yes again; who waits already goes on waiting."""
        self._silent_to.clear()

    def mails(self) -> list[Mail]:
        return read_mails(self._folder)

    async def expect(self, to: str, subject: str, within: float = PATIENCE) -> Mail:
        """The next message to that address with those words in its subject; each counts once."""

        async def found() -> Mail | None:
            return next(
                (mail for mail in self.unclaimed() if to in mail.to and subject in mail.subject), None
            )

        mail = await eventually(
            found, lambda: f"a mail to {to} with {subject!r}; besides it came {self._shown()}", within
        )
        assert mail is not None
        self._claimed.add(mail.file)
        return mail

    def claim_repeats(self, message_ids: Collection[str]) -> None:
        """A second arrival of these was announced."""
        for mail in self.unclaimed():
            arrived = [each for each in self.mails() if each.message_id == mail.message_id]
            if mail.message_id in message_ids and len(arrived) == 2:
                self._claimed.add(mail.file)

    def unclaimed(self) -> list[Mail]:
        return [mail for mail in self.mails() if mail.file not in self._claimed]

    def _shown(self) -> list[tuple[str, str]]:
        return [(mail.to, mail.subject) for mail in self.unclaimed()]


class _Holding(MailSink):
    def __init__(self, folder: Path, port: int, silent_to: set[str]) -> None:
        super().__init__(folder, port=port)
        self._silent_to = silent_to

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd."""
        answer = await super().handle_DATA(server, session, envelope)
        if self._silent_to.intersection(envelope.rcpt_tos):
            await asyncio.Event().wait()  # until the sender hangs up
        return answer
