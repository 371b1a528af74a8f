"""Sends what the core wants said: every notice of an errand, to each recipient once."""

import asyncio
from collections.abc import Mapping

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.carrier import Carrier, Post, escalation_of, failed_try
from activities.channels.base import Channel
from activities.delivery_record import DeliveryRecord
from activities.heartbeat import BEAT_EVERY, beating
from domain.errands import NoticesSent, SendNotices
from domain.notices import Delivery, Notice
from domain.vocabulary import ChannelKind
from organisation.model import Organisation
from organisation.recipients import Recipient, recipient_of
from organisation.source import OrganisationSource
from organisation.templates import render
from records.deliveries import DeliveryLog
from records.errors import RecordsAway
from records.reading import Reader
from records.rows import DeliveryRow

AT_ONCE = 10
WAITS = (0.5, 2.0)
"""Seconds before the second and the third try on a channel; later ones are the core's, in rounds."""

log = structlog.get_logger(__name__)


class NotifyActivities:
    """Safe to repeat: a delivery is recorded before and after it is sent, under the notice's key.

    What was sent is not sent again; what was cut off between the two goes out again under the same
    Message-ID or webhook id, and its delivery says that it may have arrived twice. The one gap: when
    the records are away, the first attempt sends without them, and if its result is lost as well, a
    later attempt sends again, still under the same id.
    """

    def __init__(
        self,
        source: OrganisationSource,
        deliveries: DeliveryLog,
        reader: Reader,
        channels: Mapping[ChannelKind, Channel],
        *,
        waits: tuple[float, ...] = WAITS,
        beat_every: float = BEAT_EVERY,
    ) -> None:
        self._source = source
        self._deliveries = deliveries
        self._reader = reader
        self._channels = channels
        self._waits = waits
        self._beat_every = beat_every

    @activity.defn(name="send-notices")
    async def send_notices(self, errand: SendNotices) -> NoticesSent:
        """One delivery for each notice, in their order. Fails, to be retried, as RecordsAway."""
        record = DeliveryRecord(self._deliveries, self._reader, first_attempt=activity.info().attempt == 1)
        carrier = Carrier(self._channels, record, self._waits)
        async with beating(self._beat_every):
            try:
                sent_before = await record.sent_before({escalation_of(each) for each in errand.notices})
                organisation = await asyncio.to_thread(self._source.current)
                deliveries = await _all(errand, organisation, carrier, sent_before)
            except RecordsAway as error:
                raise ApplicationError(str(error), type="RecordsAway") from error
        return NoticesSent(key=errand.key, deliveries=deliveries)


async def _all(
    errand: SendNotices, organisation: Organisation, carrier: Carrier, sent_before: Mapping[str, DeliveryRow]
) -> tuple[Delivery, ...]:
    places = asyncio.Semaphore(AT_ONCE)

    async def one(notice: Notice) -> Delivery:
        async with places:
            if notice.key in sent_before:
                return _as_recorded(sent_before[notice.key])
            return await _deliver(notice, organisation, carrier)

    # Nobody's trouble may cut off the sending to others, so all of them end before one is raised.
    ends = await asyncio.gather(*map(one, errand.notices), return_exceptions=True)
    deliveries = []
    for end in ends:
        if isinstance(end, BaseException):
            raise end
        deliveries.append(end)
    return tuple(deliveries)


async def _deliver(notice: Notice, organisation: Organisation, carrier: Carrier) -> Delivery:
    recipient = recipient_of(notice, organisation)
    if recipient is None:
        return Delivery(key=notice.key, delivered=False, gone=True)
    if not recipient.channels:
        return Delivery(key=notice.key, delivered=False)
    try:
        message = render(organisation, notice.template, recipient.language, notice.facts)
    except Exception as error:
        # A template can fail in any way that Python can, and only its own message may suffer.
        log.error("template_failed", template=notice.template, notice=notice.key, why=str(error))
        return _unwritten(notice, recipient, error)
    return await carrier.carry(Post(notice, recipient, message))


def _unwritten(notice: Notice, recipient: Recipient, error: Exception) -> Delivery:
    detail = f"the template {notice.template} failed: {error}"
    return Delivery(
        key=notice.key, delivered=False, tries=(failed_try(recipient.channels[0].kind, "", detail),)
    )


def _as_recorded(row: DeliveryRow) -> Delivery:
    return Delivery(key=row.notice_key, delivered=True, channel=row.channel, message_id=row.message_id)
