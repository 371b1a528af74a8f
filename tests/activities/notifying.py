"""The notify activity with everything around it, as one attempt of it runs."""

import asyncio
import dataclasses
from collections.abc import Mapping
from pathlib import Path

from temporalio.testing import ActivityEnvironment

from activities.channels.base import Channel, OutgoingMessage, Receipt
from activities.channels.email import EmailChannel, SmtpServer
from activities.notify import NotifyActivities
from domain.errands import NoticesSent, SendNotices
from domain.notices import Notice
from domain.people import Person
from domain.vocabulary import ChannelKind
from records.database import Database
from records.deliveries import DeliveryLog
from records.reading import Reader
from starter.mail_sink import LOOPBACK
from tests.activities.samples import FixedSource, organisation

SENDER = "escalations@example.org"


class CutOff(EmailChannel):
    """Sends, and then the process ends before anything is recorded."""

    async def send(self, message: OutgoingMessage, address: str) -> Receipt:
        await super().send(message, address)
        raise asyncio.CancelledError


def email(port: int, kind: type[EmailChannel] = EmailChannel) -> dict[ChannelKind, Channel]:
    return {ChannelKind.EMAIL: kind(SmtpServer(LOOPBACK, port, SENDER, timeout=5))}


@dataclasses.dataclass(frozen=True)
class Office:
    """People, and the records of what they were told."""

    folder: Path
    database: Database
    people: tuple[Person, ...]

    async def send(
        self, channels: Mapping[ChannelKind, Channel], *notices: Notice, attempt: int = 1, beat: float = 2
    ) -> NoticesSent:
        """One attempt of the activity."""
        environment = ActivityEnvironment()
        environment.info = dataclasses.replace(environment.info, attempt=attempt)
        return await self.send_in(environment, channels, *notices, beat=beat)

    async def send_in(
        self,
        environment: ActivityEnvironment,
        channels: Mapping[ChannelKind, Channel],
        *notices: Notice,
        beat: float = 2,
    ) -> NoticesSent:
        activities = NotifyActivities(
            FixedSource(organisation(self.folder, *self.people)),
            DeliveryLog(self.database),
            Reader(self.database),
            channels,
            waits=(0, 0),
            beat_every=beat,
        )
        errand = SendNotices(key=notices[0].key, notices=notices)
        return await environment.run(activities.send_notices, errand)
